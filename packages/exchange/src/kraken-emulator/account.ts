import { toBase64, toHex } from '@rielrails/kit';
import type { Clock, Random } from '@rielrails/kit';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { freshAddress } from '../venue-emulator/addresses.ts';
import { createBalances } from '../venue-emulator/balances.ts';
import type { Balances } from '../venue-emulator/balances.ts';
import { createBook } from '../venue-emulator/book.ts';
import type { Book, BookShape } from '../venue-emulator/book.ts';
import { fromText } from '../venue-emulator/decimal-text.ts';
import { createMatching } from '../venue-emulator/matching.ts';
import type { Matching } from '../venue-emulator/matching.ts';
import { createWithdrawals } from '../venue-emulator/withdrawals.ts';
import type { Withdrawals } from '../venue-emulator/withdrawals.ts';
import { createCallCounter } from './call-counter.ts';
import type { CallCounter } from './call-counter.ts';
import { venueName } from './names.ts';
import { costOf, feeOf, tickSize } from './pair.ts';
import { invalidArguments, Refused } from './refused.ts';
import type { ApiKey } from './signed-request.ts';

/** What the venue does as a whole ("Get System Status"). */
export type SystemStatus = 'online' | 'maintenance' | 'cancel_only' | 'post_only';

/** Everything that the venue knows: one market, one account. */
export interface Account {
  readonly clock: Clock;
  readonly random: Random;
  readonly key: ApiKey;
  readonly balances: Balances;
  readonly book: Book;
  /** Since when the venue shows the same book, and which. */
  frozen: (Pick<Book, 'asks' | 'bids'> & { readonly at: number }) | null;
  readonly matching: Matching<string>;
  readonly withdrawals: Withdrawals;
  /** Addresses that may be paid, by the names that they have in the account. */
  readonly withdrawalKeys: ReadonlyMap<string, string>;
  readonly counter: CallCounter;
  readonly state: {
    system: SystemStatus;
    halted: boolean;
    revoked: boolean;
    lockedUntil: number;
    lastNonce: bigint;
    lagMs: number;
    feeBasisPoints: number;
    withdrawalFee: bigint;
    mayTrade: boolean;
    mayWithdraw: boolean;
  };
}

/** Opens the venue. */
export function openAccount(
  { clock, random }: EmulatorContext,
  start: {
    readonly shape: BookShape;
    readonly balances: Readonly<Record<string, string>>;
    readonly network: BitcoinNetwork;
    readonly withdrawalAddresses: number;
  },
): Account {
  const held = Object.entries(start.balances).map(([asset, text]) => [asset, fromText(text)] as const);
  const balances = createBalances(Object.fromEntries(held));
  const book = createBook(start.shape, { tick: tickSize, step: 1n });
  const state: Account['state'] = {
    system: 'online',
    halted: false,
    revoked: false,
    lockedUntil: 0,
    lastNonce: 0n,
    lagMs: 0,
    feeBasisPoints: 40,
    withdrawalFee: 2000n,
    mayTrade: true,
    mayWithdraw: true,
  };
  const matching = createMatching<string>({
    book,
    balances,
    quote: 'USDT',
    step: 1n,
    costOf,
    feeOf: (_quantity, cost) => ({ fee: feeOf(cost, state.feeBasisPoints), feeAsset: 'USDT' }),
    reserveFor: (cost) => cost + feeOf(cost, state.feeBasisPoints),
    orderId: () => venueName('O', random),
    tradeId: () => venueName('T', random),
    refuse: {
      duplicate: () => invalidArguments('cl_ord_id not unique'),
      insufficient: () => new Refused('EOrder:Insufficient funds'),
    },
    now: () => clock.now(),
  });
  const addresses = Array.from({ length: start.withdrawalAddresses }, () => freshAddress(start.network, random));
  return {
    clock,
    random,
    key: { apiKey: toBase64(random.bytes(42)), secret: toBase64(random.bytes(64)) },
    balances,
    book,
    frozen: null,
    matching,
    withdrawals: createWithdrawals(),
    withdrawalKeys: new Map(addresses.map((address, at) => [`btc-${at + 1}-${toHex(random.bytes(2))}`, address])),
    counter: createCallCounter(clock),
    state,
  };
}

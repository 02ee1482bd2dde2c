import { toHex } from '@rielrails/kit';
import type { Clock } from '@rielrails/kit';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { createBalances } from '../venue-emulator/balances.ts';
import type { Balances } from '../venue-emulator/balances.ts';
import { createBook } from '../venue-emulator/book.ts';
import type { Book, BookShape } from '../venue-emulator/book.ts';
import { fromText, ONE, product } from '../venue-emulator/decimal-text.ts';
import { createMatching, isOpen } from '../venue-emulator/matching.ts';
import type { Matching } from '../venue-emulator/matching.ts';
import { createWithdrawals } from '../venue-emulator/withdrawals.ts';
import type { Withdrawals } from '../venue-emulator/withdrawals.ts';
import { commissionOf } from './fees.ts';
import type { FeeTerms } from './fees.ts';
import { assertFilters, stepSize, tickSize } from './filters.ts';
import { Refused } from './refused.ts';
import type { ApiKey } from './signed-request.ts';
import { createWeights } from './weights.ts';
import type { Weights } from './weights.ts';
import type { WithdrawalTerms } from './withdrawal-rules.ts';

/** Everything that the venue knows: one market, one account, one caller. */
export interface Account {
  readonly clock: Clock;
  readonly random: EmulatorContext['random'];
  readonly key: ApiKey;
  readonly balances: Balances;
  readonly book: Book;
  /** What the venue shows instead of its book. */
  frozen: Pick<Book, 'asks' | 'bids' | 'updateId'> | null;
  readonly fees: FeeTerms;
  readonly matching: Matching<number>;
  readonly withdrawals: Withdrawals;
  readonly withdrawalTerms: WithdrawalTerms;
  readonly weights: Weights;
  readonly state: { halted: boolean; revoked: boolean; mayWithdraw: boolean; lagMs: number; skewMs: number };
  serverTime(): number;
  /** The number of the book's state now: it rises with what others do there, ten times a second. */
  updateId(): number;
}

/** Opens the venue. */
export function openAccount(
  { clock, random }: EmulatorContext,
  start: {
    readonly shape: BookShape;
    readonly balances: Readonly<Record<string, string>>;
    readonly network: BitcoinNetwork;
  },
): Account {
  const key: ApiKey = { apiKey: toHex(random.bytes(32)), secret: toHex(random.bytes(32)) };
  const held = Object.entries(start.balances).map(([asset, text]) => [asset, fromText(text)] as const);
  const balances = createBalances(Object.fromEntries(held));
  const book = createBook(start.shape, { tick: tickSize, step: stepSize });
  const fees: FeeTerms = { basisPoints: 10, asset: 'BTC', bnbPrice: 600n * ONE };
  const numbers = { order: 28_000_000_000, trade: 4_000_000_000 };
  const matching = createMatching<number>({
    book,
    balances,
    quote: 'USDT',
    step: stepSize,
    costOf: product,
    feeOf: (quantity, cost) => commissionOf({ quantity, cost }, fees, balances),
    reserveFor: (cost) => cost,
    orderId: () => (numbers.order += 1),
    tradeId: () => (numbers.trade += 1),
    refuse: {
      duplicate: () => new Refused(-2010, 'Duplicate order sent.'),
      insufficient: () => new Refused(-2010, 'Account has insufficient balance for requested action.'),
    },
    now: () => clock.now(),
  });
  const filtered: Matching<number> = {
    ...matching,
    place(order) {
      assertFilters(order, { book, openOrders: matching.orders.filter(isOpen).length });
      return matching.place(order);
    },
  };
  const account: Account = {
    clock,
    random,
    key,
    balances,
    book,
    frozen: null,
    fees,
    matching: filtered,
    withdrawals: createWithdrawals(),
    withdrawalTerms: { network: start.network, fee: 1500n, open: true, listed: null },
    weights: createWeights(clock),
    state: { halted: false, revoked: false, mayWithdraw: true, lagMs: 0, skewMs: 0 },
    serverTime: () => clock.now() + account.state.skewMs,
    updateId: () => book.updateId + Math.floor(clock.now() / 100),
  };
  return account;
}

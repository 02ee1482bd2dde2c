import { BTC, money } from '@rielrails/core';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { createEmulator } from '@rielrails/kit/emulator';
import type { CustodyEmulator, EmulatorContext, ExchangeEmulator } from '@rielrails/kit/emulator';
import { defaultShape } from '../venue-emulator/book.ts';
import { fromText, toText } from '../venue-emulator/decimal-text.ts';
import { settled } from '../venue-emulator/matching.ts';
import { viewOf } from '../venue-emulator/view.ts';
import type { MarketView } from '../venue-emulator/view.ts';
import { openAccount } from './account.ts';
import type { SystemStatus } from './account.ts';
import { Refused } from './refused.ts';
import { routesOf } from './routes.ts';
import type { ApiKey } from './signed-request.ts';

/** What may be chosen about the emulated venue. Everything else is set by its controls. */
export interface KrakenEmulatorOptions {
  /** What the account holds. Default: 100,000 USDT. */
  readonly balances?: Readonly<Record<string, string>>;
  /** Where bitcoin is sent. Default: `bitcoin`. */
  readonly network?: BitcoinNetwork;
  /** How many addresses are registered for withdrawals. Default: 64. */
  readonly withdrawalAddresses?: number;
}

/** Kraken spot on this machine, with one pair, XBTUSDT, and one account, which can also withdraw bitcoin. */
export interface KrakenEmulator extends ExchangeEmulator<ApiKey>, CustodyEmulator<ApiKey> {
  readonly config: ApiKey;
  readonly market: ExchangeEmulator['market'] & {
    /** Replaces one side by `[price, quantity]` texts, best first. The order is not checked: a crossed book is possible. */
    setSide(side: 'asks' | 'bids', levels: readonly (readonly [string, string])[]): void;
    /**
     * Moves every price while the next order is on its way: after it is in, before it is matched. `spared` bitcoin, as a
     * decimal text, stay at the best ask for it. Default: none. `jumped` is told, so that another venue can follow.
     */
    jumpAtNextOrder(basisPoints: number, spared?: string, jumped?: () => void): void;
    /** Shows the book of now for ever, while the real one goes on. */
    freezeBook(frozen: boolean): void;
    /** What a screen shows of the market, best prices first, without asking as a client. */
    view(levels: number): MarketView;
    /** Changes the taker's fee, in hundredths of a percent. */
    setFee(basisPoints: number): void;
    /** What the account holds and what is reserved, as decimal texts. */
    balance(asset: string): { readonly free: string; readonly locked: string };
  };
  readonly network: CustodyEmulator['network'] & {
    /** A registered address that was not given out yet: the account may pay no other. */
    address(): string;
    /** Broadcasts what waits, without confirming it. */
    send(): void;
    /** Ends a withdrawal with a status, and a property where there is one: `Failure`, `Failure canceled`. */
    end(refid: string, status: string): void;
    /** What a withdrawal costs, as a decimal text. */
    setFee(fee: string): void;
  };
  /** The names of registered addresses in the account, by address. */
  readonly withdrawalKeys: Readonly<Record<string, string>>;
  readonly venue: {
    /** Revokes the key, and undoes it. */
    revokeKey(revoked: boolean): void;
    /** What the key may do beside asking. */
    permit(permissions: { readonly trade?: boolean; readonly withdraw?: boolean }): void;
    /** Lets lookups miss orders, trades and withdrawals younger than this. */
    lag(ms: number): void;
    /** Locks our address out: every call is refused until then. */
    lockOut(seconds: number): void;
    /** Opens and closes the whole venue. */
    setSystem(status: SystemStatus): void;
  };
  readonly applied: ExchangeEmulator['applied'] & CustodyEmulator['applied'];
}

/**
 * Makes the venue.
 *
 * Built from the specification of Kraken's REST API, "API error messages", "Spot REST Authentication", "Spot REST Rate
 * Limits" and "Spot Client Order Identifiers"; never compared with the real venue. Only limit orders that buy are traded,
 * the fee is taken in USDT, and only bitcoin is withdrawn, to addresses that are registered.
 */
export function createKrakenEmulator(context: EmulatorContext, options: KrakenEmulatorOptions = {}): KrakenEmulator {
  const account = openAccount(context, {
    shape: defaultShape,
    balances: options.balances ?? { USDT: '100000', BTC: '0' },
    network: options.network ?? 'bitcoin',
    withdrawalAddresses: options.withdrawalAddresses ?? 64,
  });
  const { balances, book, matching, state, withdrawals, withdrawalKeys } = account;
  const unused = [...withdrawalKeys.values()];
  const emulator = createEmulator({
    name: 'kraken',
    clock: context.clock,
    routes: routesOf(account),
    throttled: () => new Refused('EAPI:Rate limit exceeded').toResponse(),
    notFound: () => new Refused('EGeneral:Unknown method').toResponse(),
    wrongMethod: () => new Refused('EGeneral:Unknown method').toResponse(),
  });

  return {
    ...emulator,
    config: account.key,
    withdrawalKeys: Object.fromEntries([...withdrawalKeys].map(([key, address]) => [address, key])),
    market: {
      move(basisPoints) {
        book.move(basisPoints);
        matching.rematch();
      },
      setSide(side, levels) {
        book.set(
          side,
          levels.map(([price, quantity]) => ({ price: fromText(price), quantity: fromText(quantity) })),
        );
        matching.rematch();
      },
      freezeBook(on) {
        account.frozen = on ? { asks: book.asks, bids: book.bids, at: context.clock.now() } : null;
      },
      view: (levels) => viewOf(account.frozen ?? book, levels, !state.halted),
      setBalance: (asset, amount) => balances.setFree(asset, fromText(amount)),
      balance(asset) {
        const { free, locked } = balances.of(asset);
        return { free: toText(free), locked: toText(locked) };
      },
      setFee(basisPoints) {
        state.feeBasisPoints = basisPoints;
      },
      fillPartly: (basisPoints) => matching.fillPartly(basisPoints),
      jumpAtNextOrder: (basisPoints, spared = '0', jumped = () => {}) =>
        matching.jumpAtNextOrder({ basisPoints, spared: fromText(spared), jumped }),
      halt(halted) {
        state.halted = halted;
      },
    },
    network: {
      address() {
        const address = unused.shift();
        if (address === undefined) throw new RangeError('address: every registered one was given out');
        return address;
      },
      async confirm(blocks = 1) {
        withdrawals.confirm(blocks);
      },
      async fund({ asset, minor }) {
        balances.change(asset.code, { free: minor });
      },
      send: () => withdrawals.send(),
      end: (refid, status) => withdrawals.end(refid, status),
      setFee(fee) {
        state.withdrawalFee = fromText(fee);
      },
    },
    venue: {
      revokeKey(revoked) {
        state.revoked = revoked;
      },
      permit({ trade = state.mayTrade, withdraw = state.mayWithdraw }) {
        Object.assign(state, { mayTrade: trade, mayWithdraw: withdraw });
      },
      lag(ms) {
        state.lagMs = ms;
      },
      lockOut(seconds) {
        state.lockedUntil = context.clock.now() + seconds * 1000;
      },
      setSystem(status) {
        state.system = status;
      },
    },
    applied: {
      get orders() {
        return matching.orders.map((order) => {
          const { spent, received } = settled(order, 'USDT');
          return { reference: numberOf(order.clientOrderId), spent: toText(spent), received: toText(received) };
        });
      },
      get withdrawals() {
        return withdrawals.all.map(({ id, address, net }) => ({ reference: id, address, amount: money(BTC, net) }));
      },
    },
  };
}

/** A client order id of 32 hexadecimal digits is told as the number that it is; others as they are. */
function numberOf(clientOrderId: string): string {
  return /^[0-9a-f]{32}$/i.test(clientOrderId) ? BigInt(`0x${clientOrderId}`).toString() : clientOrderId;
}

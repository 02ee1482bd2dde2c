import { BTC, money } from '@rielrails/core';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { createEmulator } from '@rielrails/kit/emulator';
import type { CustodyEmulator, EmulatorContext, ExchangeEmulator } from '@rielrails/kit/emulator';
import { freshAddress } from '../venue-emulator/addresses.ts';
import { defaultShape } from '../venue-emulator/book.ts';
import type { BookShape } from '../venue-emulator/book.ts';
import { fromText, toText } from '../venue-emulator/decimal-text.ts';
import { settled } from '../venue-emulator/matching.ts';
import { viewOf } from '../venue-emulator/view.ts';
import type { MarketView } from '../venue-emulator/view.ts';
import { openAccount } from './account.ts';
import { Refused } from './refused.ts';
import { routesOf } from './routes.ts';
import type { ApiKey } from './signed-request.ts';

/** A regular book, in decimal texts. */
export interface EmulatedBookShape {
  /** The middle between best bid and best ask. */
  readonly price: string;
  /** From best bid to best ask, in hundredths of a percent. */
  readonly spreadBasisPoints: number;
  /** Levels on each side, one basis point apart. */
  readonly levels: number;
  /** Bitcoin on each level. */
  readonly quantity: string;
}

/** What may be chosen about the emulated venue. Everything else is set by its controls. */
export interface BinanceEmulatorOptions {
  /** Default: 60,000 in the middle, spread 1, 40 levels of 0.5 bitcoin. */
  readonly book?: EmulatedBookShape;
  /** What the account holds. Default: 100,000 USDT. */
  readonly balances?: Readonly<Record<string, string>>;
  /** Where bitcoin is sent. Default: `bitcoin`. */
  readonly network?: BitcoinNetwork;
}

/** Binance spot on this machine, with one symbol, BTCUSDT, and one account, which can also withdraw bitcoin. */
export interface BinanceEmulator extends ExchangeEmulator<ApiKey>, CustodyEmulator<ApiKey> {
  readonly config: ApiKey;
  readonly market: ExchangeEmulator['market'] & {
    /** Replaces the book by a regular one: the price slider. */
    shape(shape: EmulatedBookShape): void;
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
    /** Takes fees in BNB, or changes the rate. */
    setFees(terms: { readonly basisPoints?: number; readonly asset?: 'BTC' | 'BNB' }): void;
    /** What the account holds and what is reserved, as decimal texts. */
    balance(asset: string): { readonly free: string; readonly locked: string };
  };
  readonly network: CustodyEmulator['network'] & {
    /** Broadcasts what waits, without confirming it. */
    send(): void;
    /** Ends a withdrawal with a status of the venue: 1 cancelled, 3 rejected, 5 failure. */
    end(reference: string, status: number): void;
    /** What a withdrawal costs, as a decimal text. */
    setFee(fee: string): void;
    /** Stops and resumes withdrawals of bitcoin. */
    suspend(suspended: boolean): void;
    /** Lets only these addresses be paid; `null`: any. */
    list(addresses: readonly string[] | null): void;
  };
  readonly venue: {
    /** Revokes the key, or takes its address off the allow-list; and undoes it. */
    revokeKey(revoked: boolean): void;
    /** Takes the right to withdraw from the key, or gives it. */
    permitWithdrawals(permitted: boolean): void;
    /** Lets lookups miss orders, trades and withdrawals younger than this: memory that runs before the database. */
    lag(ms: number): void;
    /** Sets the venue's clock apart from ours. */
    skewClock(ms: number): void;
    /** Bans our address: every call is answered with 418 until then. */
    ban(seconds: number): void;
  };
  readonly applied: ExchangeEmulator['applied'] & CustodyEmulator['applied'];
}

/**
 * Makes the venue.
 *
 * Built from the documents "Public Rest API for Binance", "Error codes for Binance", "Filters" and "Wallet endpoints"; never
 * compared with the real venue. Only limit orders that buy are traded, and only bitcoin is withdrawn: the account may do
 * nothing else, and says so in the venue's words.
 */
export function createBinanceEmulator(context: EmulatorContext, options: BinanceEmulatorOptions = {}): BinanceEmulator {
  const account = openAccount(context, {
    shape: options.book ? shapeFromText(options.book) : defaultShape,
    balances: options.balances ?? { USDT: '100000', BTC: '0', BNB: '0' },
    network: options.network ?? 'bitcoin',
  });
  const { balances, book, matching, state, weights, withdrawals, withdrawalTerms } = account;
  const emulator = createEmulator({
    name: 'binance',
    clock: context.clock,
    routes: routesOf(account),
    throttled: () => new Refused(-1003, TOO_MANY, 429, { 'retry-after': '2' }).toResponse(),
    notFound: () => new Response('<html><body><h2>404 Not found</h2></body></html>', html(404)),
    wrongMethod: () => new Response('', { status: 405 }),
  });

  return {
    ...emulator,
    config: account.key,
    market: {
      move(basisPoints) {
        book.move(basisPoints);
        matching.rematch();
      },
      shape(shape) {
        book.shape(shapeFromText(shape));
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
        account.frozen = on ? { asks: book.asks, bids: book.bids, updateId: account.updateId() } : null;
      },
      view: (levels) => viewOf(account.frozen ?? book, levels, !state.halted),
      setBalance: (asset, amount) => balances.setFree(asset, fromText(amount)),
      balance(asset) {
        const { free, locked } = balances.of(asset);
        return { free: toText(free), locked: toText(locked) };
      },
      setFees: (terms) => void Object.assign(account.fees, terms),
      fillPartly: (basisPoints) => matching.fillPartly(basisPoints),
      jumpAtNextOrder: (basisPoints, spared = '0', jumped = () => {}) =>
        matching.jumpAtNextOrder({ basisPoints, spared: fromText(spared), jumped }),
      halt(halted) {
        state.halted = halted;
      },
    },
    network: {
      address: () => freshAddress(withdrawalTerms.network, context.random),
      async confirm(blocks = 1) {
        withdrawals.confirm(blocks);
      },
      async fund({ asset, minor }) {
        balances.change(asset.code, { free: minor });
      },
      send: () => withdrawals.send(),
      end(reference, status) {
        const found = withdrawals.all.findLast(({ clientId }) => clientId === reference);
        withdrawals.end(found?.id ?? '', String(status));
      },
      setFee(fee) {
        withdrawalTerms.fee = fromText(fee);
      },
      suspend(suspended) {
        withdrawalTerms.open = !suspended;
      },
      list(addresses) {
        withdrawalTerms.listed = addresses && new Set(addresses);
      },
    },
    venue: {
      revokeKey(revoked) {
        state.revoked = revoked;
      },
      permitWithdrawals(permitted) {
        state.mayWithdraw = permitted;
      },
      lag(ms) {
        state.lagMs = ms;
      },
      skewClock(ms) {
        state.skewMs = ms;
      },
      ban: (seconds) => weights.ban(seconds),
    },
    applied: {
      get orders() {
        return matching.orders.map((order) => {
          const { spent, received } = settled(order, 'USDT');
          return { reference: order.clientOrderId, spent: toText(spent), received: toText(received) };
        });
      },
      get withdrawals() {
        return withdrawals.all.map(({ id, clientId, address, net }) => ({
          reference: clientId ?? id,
          address,
          amount: money(BTC, net),
        }));
      },
    },
  };
}

const TOO_MANY =
  'Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.';

function shapeFromText({ price, spreadBasisPoints, levels, quantity }: EmulatedBookShape): BookShape {
  return { price: fromText(price), spreadBasisPoints, levels, quantity: fromText(quantity) };
}

function html(status: number): ResponseInit {
  return { status, headers: { 'content-type': 'text/html' } };
}

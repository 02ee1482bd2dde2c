import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, ExchangeEmulator, Provenance, Route } from '@rielrails/kit/emulator';
import { toHex } from '@rielrails/kit';
import * as answers from './answers.ts';
import { createBalances } from './balances.ts';
import { createBook, defaultShape } from './book.ts';
import { fromText, ONE, toText } from './decimal-text.ts';
import { stepSize, tickSize } from './filters.ts';
import { createMatching, executed, isOpen, spent } from './matching.ts';
import type { FeeTerms, NewOrder, Order } from './matching.ts';
import { readParameters } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { Refused } from './refused.ts';
import { assertSigned } from './signed-request.ts';
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
}

/** Binance spot on this machine, with one symbol, BTCUSDT, and one account. */
export interface BinanceEmulator extends ExchangeEmulator<ApiKey> {
  readonly market: ExchangeEmulator['market'] & {
    /** Replaces the book by a regular one: the price slider. */
    shape(shape: EmulatedBookShape): void;
    /** Replaces one side by `[price, quantity]` texts, best first. The order is not checked: a crossed book is possible. */
    setSide(side: 'asks' | 'bids', levels: readonly (readonly [string, string])[]): void;
    /** Shows the book of now for ever, while the real one goes on. */
    freezeBook(frozen: boolean): void;
    /** Takes fees in BNB, or changes the rate. */
    setFees(terms: { readonly basisPoints?: number; readonly asset?: 'BTC' | 'BNB' }): void;
    /** What the account holds and what is reserved, as decimal texts. */
    balance(asset: string): { readonly free: string; readonly locked: string };
  };
  readonly venue: {
    /** Revokes the key, or takes its address off the allow-list; and undoes it. */
    revokeKey(revoked: boolean): void;
    /** Lets lookups miss orders and trades younger than this: memory that runs before the database. */
    lag(ms: number): void;
    /** Sets the venue's clock apart from ours. */
    skewClock(ms: number): void;
    /** Bans our address: every call is answered with 418 until then. */
    ban(seconds: number): void;
  };
}

const REST = 'Public Rest API for Binance';
const WALLET = "Wallet endpoints, All Coins' Information";

/**
 * Makes the venue.
 *
 * Built from the documents "Public Rest API for Binance", "Error codes for Binance" and "Filters"; never compared with
 * the real venue. Only limit orders that buy are traded: the account may do nothing else, and says so in the venue's
 * words. Request weights are not counted.
 */
export function createBinanceEmulator(context: EmulatorContext, options: BinanceEmulatorOptions = {}): BinanceEmulator {
  const { clock } = context;
  const config: ApiKey = {
    apiKey: toHex(context.random.bytes(32)),
    secret: toHex(context.random.bytes(32)),
  };
  const held = options.balances ?? { USDT: '100000', BTC: '0', BNB: '0' };
  const balances = createBalances(
    Object.fromEntries(Object.entries(held).map(([asset, text]) => [asset, fromText(text)])),
  );
  const book = createBook(options.book ? shapeFromText(options.book) : defaultShape, {
    tick: tickSize,
    step: stepSize,
  });
  const fees: FeeTerms = { basisPoints: 10, asset: 'BTC', bnbPrice: 600n * ONE };
  const matching = createMatching({ book, balances, fees, now: () => clock.now() });
  const state = { halted: false, revoked: false, lagMs: 0, skewMs: 0, bannedUntil: 0 };
  let frozen: Pick<typeof book, 'asks' | 'bids' | 'updateId'> | null = null;
  const serverTime = () => clock.now() + state.skewMs;

  function symbolOf(parameters: Parameters): void {
    if (parameters.matching('symbol', '^[A-Z0-9-_.]{1,20}$') !== 'BTCUSDT') throw new Refused(-1121, 'Invalid symbol.');
  }

  /** The order that a query means, unless it is too young to be seen. */
  function findOrder(parameters: Parameters): Order | undefined {
    const orderId = parameters.has('orderId') ? parameters.integer('orderId') : undefined;
    const clientOrderId = parameters.optional('origClientOrderId');
    if (orderId === undefined && clientOrderId === undefined)
      throw new Refused(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
    // A client order id may be used again after a fill; the latest order is then the one that is found.
    return matching.orders.findLast(
      (order) =>
        (orderId === undefined || order.orderId === orderId) &&
        (clientOrderId === undefined || order.clientOrderId === clientOrderId) &&
        clock.now() - order.time >= state.lagMs,
    );
  }

  function readNewOrder(parameters: Parameters): NewOrder {
    symbolOf(parameters);
    const side = parameters.text('side');
    if (side !== 'BUY' && side !== 'SELL') throw new Refused(-1117, 'Invalid side.');
    const type = parameters.text('type');
    if (type !== 'LIMIT' && type !== 'MARKET') throw new Refused(-1116, 'Invalid orderType.');
    if (type === 'MARKET') throw new Refused(-2010, 'Market orders are not supported for this symbol.');
    const timeInForce = parameters.text('timeInForce');
    if (timeInForce !== 'GTC' && timeInForce !== 'IOC' && timeInForce !== 'FOK')
      throw new Refused(-1115, 'Invalid timeInForce.');
    const quantity = parameters.decimal('quantity');
    const price = parameters.decimal('price');
    const clientOrderId = parameters.has('newClientOrderId')
      ? parameters.matching('newClientOrderId', '^[a-zA-Z0-9-_]{1,36}$')
      : toHex(context.random.bytes(11));
    if (side === 'SELL') throw new Refused(-2010, 'This action is disabled on this account.');
    return { clientOrderId, timeInForce, price, quantity };
  }

  function readSize(parameters: Parameters): 'ACK' | 'RESULT' | 'FULL' {
    const size = parameters.optional('newOrderRespType') ?? 'FULL';
    if (size !== 'ACK' && size !== 'RESULT' && size !== 'FULL')
      throw new Refused(-1130, "Data sent for parameter 'newOrderRespType' is not valid.");
    return size;
  }

  type Answer = (parameters: Parameters, request: EmulatedRequest) => object;
  const route = (
    name: string,
    method: string,
    path: string,
    cites: string,
    provenance: Provenance,
    handle: (request: EmulatedRequest) => object,
  ): Route => ({
    name,
    method,
    path,
    cites,
    provenance,
    handle(request) {
      try {
        const left = state.bannedUntil - clock.now();
        if (left > 0) throw banned(state.bannedUntil, left);
        return jsonResponse(handle(request));
      } catch (error) {
        if (error instanceof Refused) return error.toResponse();
        throw error;
      }
    },
  });
  const open = (answer: Answer) => (request: EmulatedRequest) => answer(readParameters(request), request);
  /** Parameters that nobody reads are refused before anything happens, so `read` comes before `act`. */
  const signed =
    <T>(read: (parameters: Parameters) => T, act: (input: T, request: EmulatedRequest) => object) =>
    (request: EmulatedRequest) => {
      const parameters = readParameters(request);
      assertSigned(request, parameters, { key: config, revoked: state.revoked, serverTime: serverTime() });
      const input = read(parameters);
      parameters.assertAllRead();
      return act(input, request);
    };

  const routes: readonly Route[] = [
    route('ping', 'GET', '/api/v3/ping', `${REST}: Test connectivity`, 'documented', () => ({})),
    route('time', 'GET', '/api/v3/time', `${REST}: Check server time`, 'documented', () => ({
      serverTime: serverTime(),
    })),
    route(
      'exchange-info',
      'GET',
      '/api/v3/exchangeInfo',
      `${REST}: Exchange information`,
      'documented',
      open((parameters) => {
        if (parameters.has('symbol')) symbolOf(parameters);
        parameters.assertAllRead();
        return answers.exchangeInfo(serverTime(), state.halted);
      }),
    ),
    route(
      'depth',
      'GET',
      '/api/v3/depth',
      `${REST}: Order book`,
      'documented',
      open((parameters) => {
        symbolOf(parameters);
        const limit = parameters.has('limit') ? parameters.integer('limit') : 100;
        parameters.assertAllRead();
        return answers.depth(frozen ?? book, Math.min(limit, 5000));
      }),
    ),
    route(
      'order',
      'POST',
      '/api/v3/order',
      `${REST}: New order; Error codes for Binance: NEW_ORDER_REJECTED`,
      'documented',
      signed(
        (parameters) => ({ order: readNewOrder(parameters), size: readSize(parameters) }),
        ({ order, size }, { fault }) => {
          if (state.halted) throw new Refused(-2010, 'Market is closed.');
          return answers.newOrder(matching.place(order), size, fault);
        },
      ),
    ),
    route(
      'query-order',
      'GET',
      '/api/v3/order',
      `${REST}: Query order`,
      'documented',
      signed(
        (parameters) => {
          symbolOf(parameters);
          return findOrder(parameters);
        },
        (order, { fault }) => {
          if (!order) throw new Refused(-2013, 'Order does not exist.');
          return answers.queriedOrder(order, fault);
        },
      ),
    ),
    route(
      'cancel-order',
      'DELETE',
      '/api/v3/order',
      `${REST}: Cancel order; Error codes for Binance: CANCEL_REJECTED`,
      'documented',
      signed(
        (parameters) => {
          symbolOf(parameters);
          return findOrder(parameters);
        },
        (order) => {
          if (!order || !isOpen(order)) throw new Refused(-2011, 'Unknown order sent.');
          matching.cancel(order);
          return answers.cancelledOrder(order, toHex(context.random.bytes(11)));
        },
      ),
    ),
    route(
      'my-trades',
      'GET',
      '/api/v3/myTrades',
      `${REST}: Account trade list`,
      'documented',
      signed(
        (parameters) => {
          symbolOf(parameters);
          return parameters.has('orderId') ? parameters.integer('orderId') : null;
        },
        (orderId) =>
          matching.orders
            .filter((order) => orderId === null || order.orderId === orderId)
            .filter((order) => clock.now() - order.time >= state.lagMs)
            .flatMap(answers.tradesOf),
      ),
    ),
    route(
      'account',
      'GET',
      '/api/v3/account',
      `${REST}: Account information`,
      'documented',
      signed(
        (parameters) => parameters.optional('omitZeroBalances') === 'true',
        (omitZero) => answers.account(balances, fees, serverTime(), omitZero),
      ),
    ),
    route(
      'coins',
      'GET',
      '/sapi/v1/capital/config/getall',
      WALLET,
      'seen',
      signed(
        () => null,
        () => answers.coins(balances),
      ),
    ),
  ];

  const emulator = createEmulator({
    name: 'binance',
    clock,
    routes,
    throttled: () =>
      new Refused(
        -1003,
        'Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.',
        429,
        { 'retry-after': '2' },
      ).toResponse(),
    notFound: () => new Response('<html><body><h2>404 Not found</h2></body></html>', html(404)),
    wrongMethod: () => new Response('', { status: 405 }),
  });

  return {
    ...emulator,
    config,
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
        frozen = on ? { asks: book.asks, bids: book.bids, updateId: book.updateId } : null;
      },
      setBalance: (asset, amount) => balances.setFree(asset, fromText(amount)),
      balance(asset) {
        const { free, locked } = balances.of(asset);
        return { free: toText(free), locked: toText(locked) };
      },
      setFees: (terms) => void Object.assign(fees, terms),
      fillPartly: (basisPoints) => matching.fillPartly(basisPoints),
      halt(halted) {
        state.halted = halted;
      },
    },
    venue: {
      revokeKey(revoked) {
        state.revoked = revoked;
      },
      lag(ms) {
        state.lagMs = ms;
      },
      skewClock(ms) {
        state.skewMs = ms;
      },
      ban(seconds) {
        state.bannedUntil = clock.now() + seconds * 1000;
      },
    },
    applied: {
      get orders() {
        return matching.orders.map((order) => ({
          reference: order.clientOrderId,
          spent: toText(spent(order)),
          received: toText(received(order)),
        }));
      },
    },
  };
}

/** What arrived in the account: a commission in bitcoin is taken out of it. */
function received(order: Order): bigint {
  const inBitcoin = order.trades.filter(({ commissionAsset }) => commissionAsset === 'BTC');
  return executed(order) - inBitcoin.reduce((sum, { commission }) => sum + commission, 0n);
}

function shapeFromText({ price, spreadBasisPoints, levels, quantity }: EmulatedBookShape) {
  return { price: fromText(price), spreadBasisPoints, levels, quantity: fromText(quantity) };
}

function banned(until: number, leftMs: number): Refused {
  return new Refused(
    -1003,
    `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`,
    418,
    { 'retry-after': String(Math.ceil(leftMs / 1000)) },
  );
}

function html(status: number): ResponseInit {
  return { status, headers: { 'content-type': 'text/html' } };
}

import { toHex } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Provenance, Route } from '@rielrails/kit/emulator';
import { isOpen } from '../venue-emulator/matching.ts';
import type { Order } from '../venue-emulator/matching.ts';
import type { Account } from './account.ts';
import * as answers from './answers.ts';
import { assertSymbol, readNewOrder } from './new-order.ts';
import { readParameters } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { Refused } from './refused.ts';
import { assertSigned } from './signed-request.ts';
import type { Weight } from './weights.ts';
import { chooseHistory, readApplication, readHistoryQuery } from './withdrawal-rules.ts';
import type { Application } from './withdrawal-rules.ts';

const REST = 'Public Rest API for Binance';
const WALLET = 'Wallet endpoints';

/** A route whose parameters are all read before anything happens: the venue refuses those that nobody reads. */
interface Described<T> {
  readonly name: string;
  readonly at: string;
  readonly cites: string;
  readonly provenance: Provenance;
  readonly weight: Weight | ((input: T) => Weight);
  readonly signed: boolean;
  read(parameters: Parameters): T;
  act(input: T, request: EmulatedRequest): object;
}

/** The routes of the venue. */
export function routesOf(account: Account): readonly Route[] {
  return [...marketRoutes(account), ...orderRoutes(account), ...walletRoutes(account)];
}

function describe<T>(account: Account, described: Described<T>): Route {
  const { name, at, cites, provenance, weight, signed, read, act } = described;
  const [method = '', path = ''] = at.split(' ');
  return {
    name,
    method,
    path,
    cites,
    provenance,
    handle(request) {
      try {
        const fixed = typeof weight === 'function' ? null : weight;
        if (fixed) account.weights.charge(fixed);
        const parameters = readParameters(request);
        if (signed) {
          const { revoked } = account.state;
          assertSigned(request, parameters, { key: account.key, revoked, serverTime: account.serverTime() });
        }
        const input = read(parameters);
        parameters.assertAllRead();
        const charged = typeof weight === 'function' ? weight(input) : weight;
        if (!fixed) account.weights.charge(charged);
        return jsonResponse(act(input, request), 200, account.weights.headers(charged.pool));
      } catch (error) {
        if (error instanceof Refused) return error.toResponse();
        throw error;
      }
    },
  };
}

const spot = (weight: number): Weight => ({ pool: 'spot-ip', weight });

function marketRoutes(account: Account): readonly Route[] {
  const documented = { provenance: 'documented', signed: false } as const;
  return [
    describe(account, {
      ...documented,
      name: 'ping',
      at: 'GET /api/v3/ping',
      cites: `${REST}: Test connectivity`,
      weight: spot(1),
      read: () => null,
      act: () => ({}),
    }),
    describe(account, {
      ...documented,
      name: 'time',
      at: 'GET /api/v3/time',
      cites: `${REST}: Check server time`,
      weight: spot(1),
      read: () => null,
      act: () => ({ serverTime: account.serverTime() }),
    }),
    describe(account, {
      ...documented,
      name: 'exchange-info',
      at: 'GET /api/v3/exchangeInfo',
      cites: `${REST}: Exchange information; Filters`,
      weight: spot(20),
      read(parameters) {
        if (parameters.has('symbol')) assertSymbol(parameters);
        return null;
      },
      act: () => answers.exchangeInfo(account.serverTime(), account.state.halted),
    }),
    describe(account, {
      ...documented,
      name: 'depth',
      at: 'GET /api/v3/depth',
      cites: `${REST}: Order book`,
      weight: (limit: number) => spot(limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250),
      read(parameters) {
        assertSymbol(parameters);
        return Math.min(parameters.has('limit') ? parameters.integer('limit') : 100, 5000);
      },
      act(limit) {
        const { asks, bids } = account.book;
        return answers.depth(account.frozen ?? { asks, bids, updateId: account.updateId() }, limit);
      },
    }),
  ];
}

/** The order that a query means, unless it is too young to be seen. */
function findOrder({ matching, clock, state }: Account, parameters: Parameters): Order<number> | undefined {
  assertSymbol(parameters);
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

function orderRoutes(account: Account): readonly Route[] {
  const { matching, state, clock, random } = account;
  const documented = { provenance: 'documented', signed: true } as const;
  return [
    describe(account, {
      ...documented,
      name: 'order',
      at: 'POST /api/v3/order',
      cites: `${REST}: New order; Error codes for Binance: NEW_ORDER_REJECTED; Filters`,
      weight: spot(1),
      read: (parameters) => readNewOrder(parameters, random),
      act({ order, size }, { fault }) {
        if (state.halted) throw new Refused(-2010, 'Market is closed.');
        return answers.newOrder(matching.place(order), size, fault);
      },
    }),
    describe(account, {
      ...documented,
      name: 'query-order',
      at: 'GET /api/v3/order',
      cites: `${REST}: Query order`,
      weight: spot(4),
      read: (parameters) => findOrder(account, parameters),
      act(order, { fault }) {
        if (!order) throw new Refused(-2013, 'Order does not exist.');
        return answers.queriedOrder(order, fault);
      },
    }),
    describe(account, {
      ...documented,
      name: 'cancel-order',
      at: 'DELETE /api/v3/order',
      cites: `${REST}: Cancel order; Error codes for Binance: CANCEL_REJECTED`,
      weight: spot(1),
      read: (parameters) => findOrder(account, parameters),
      act(order) {
        if (!order || !isOpen(order)) throw new Refused(-2011, 'Unknown order sent.');
        matching.cancel(order);
        return answers.cancelledOrder(order, toHex(random.bytes(11)));
      },
    }),
    describe(account, {
      ...documented,
      name: 'my-trades',
      at: 'GET /api/v3/myTrades',
      cites: `${REST}: Account trade list`,
      weight: ({ orderId }: { readonly orderId: number | null }) => spot(orderId === null ? 20 : 5),
      read(parameters) {
        assertSymbol(parameters);
        const orderId = parameters.has('orderId') ? parameters.integer('orderId') : null;
        return { orderId, limit: Math.min(parameters.has('limit') ? parameters.integer('limit') : 500, 1000) };
      },
      act: ({ orderId, limit }) =>
        matching.orders
          .filter((order) => orderId === null || order.orderId === orderId)
          .filter((order) => clock.now() - order.time >= state.lagMs)
          .flatMap(answers.tradesOf)
          .slice(0, limit),
    }),
    describe(account, {
      ...documented,
      name: 'account',
      at: 'GET /api/v3/account',
      cites: `${REST}: Account information`,
      weight: spot(20),
      read: (parameters) => parameters.optional('omitZeroBalances') === 'true',
      act: (omitZero) => answers.account(account.balances, account.fees, account.serverTime(), omitZero),
    }),
  ];
}

function walletRoutes(account: Account): readonly Route[] {
  const { withdrawals, withdrawalTerms, clock, state } = account;
  return [
    describe(account, {
      name: 'coins',
      at: 'GET /sapi/v1/capital/config/getall',
      cites: `${WALLET}: All Coins' Information`,
      provenance: 'seen',
      weight: { pool: 'sapi-ip', weight: 10 },
      signed: true,
      read: () => null,
      act: () => answers.coins(account.balances, withdrawalTerms),
    }),
    describe(account, {
      name: 'withdraw',
      at: 'POST /sapi/v1/capital/withdraw/apply',
      // Assumed: that what arrives is the amount less the fee, and that a client's id may be used twice.
      cites: `${WALLET}: Withdraw; Error Code`,
      provenance: 'assumed',
      weight: { pool: 'uid', weight: 900 },
      signed: true,
      read(parameters) {
        if (!state.mayWithdraw) throw new Refused(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
        return readApplication(parameters, withdrawalTerms);
      },
      act: (application) => withdraw(account, application),
    }),
    describe(account, {
      name: 'withdraw-history',
      at: 'GET /sapi/v1/capital/withdraw/history',
      cites: `${WALLET}: Withdraw History`,
      provenance: 'documented',
      weight: { pool: 'uid', weight: 18_000 },
      signed: true,
      read: (parameters) => readHistoryQuery(parameters, clock.now()),
      act: (query, { fault }) =>
        chooseHistory(
          withdrawals.all.filter(({ time }) => clock.now() - time >= state.lagMs),
          query,
        ).map((one) => answers.withdrawal(one, fault)),
    }),
  ];
}

function withdraw(
  { balances, withdrawals, withdrawalTerms, clock, random }: Account,
  application: Application,
): object {
  const { address, amount, clientId } = application;
  if (balances.of('BTC').free < amount) throw new Refused(-4026, 'You have insufficient balance.');
  balances.change('BTC', { free: -amount });
  const { fee } = withdrawalTerms;
  const { id } = withdrawals.add({
    id: toHex(random.bytes(16)),
    address,
    net: amount - fee,
    fee,
    time: clock.now(),
    clientId,
    key: null,
    transactionId: toHex(random.bytes(32)),
  });
  return { id };
}

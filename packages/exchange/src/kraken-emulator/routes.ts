import { toHex } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Provenance, Route } from '@rielrails/kit/emulator';
import { toText } from '../venue-emulator/decimal-text.ts';
import { isOpen } from '../venue-emulator/matching.ts';
import type { Order } from '../venue-emulator/matching.ts';
import type { Account } from './account.ts';
import * as answers from './answers.ts';
import { orderName, withdrawalName } from './names.ts';
import { assertPair, readNewOrder } from './new-order.ts';
import { assertRules } from './pair.ts';
import { readParameters } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { invalidArguments, Refused } from './refused.ts';
import { assertSigned } from './signed-request.ts';
import { assertConfirmed, chooseWithdrawals, readStatusQuery, readWithdrawal } from './withdrawal-rules.ts';

/** What a private call needs. */
type Permission = 'query' | 'trade' | 'withdraw';

interface Described<T> {
  readonly name: string;
  /** Such as `public/Depth`. */
  readonly at: string;
  readonly cites: string;
  readonly provenance: Provenance;
  /** Of private calls: what the key has to be allowed, and what the call adds to the counter. */
  readonly needs?: Permission;
  readonly costs?: number;
  read(parameters: Parameters): T;
  act(input: T, request: EmulatedRequest): object;
}

/** The routes of the venue. */
export function routesOf(account: Account): readonly Route[] {
  return [...marketRoutes(account), ...orderRoutes(account), ...fundingRoutes(account)];
}

function describe<T>(account: Account, described: Described<T>): Route {
  const { name, at, cites, provenance, needs = 'query', costs = 1, read, act } = described;
  const isPrivate = at.startsWith('private/');
  return {
    name,
    method: isPrivate ? 'POST' : 'GET',
    path: `/0/${at}`,
    cites,
    provenance,
    handle(request) {
      try {
        assertLetIn(account);
        const parameters = readParameters(request);
        if (isPrivate) {
          assertSigned(request, parameters, account.key, account.state);
          assertAllowed(account, needs);
          account.counter.count(costs);
        }
        const input = read(parameters);
        parameters.assertAllRead();
        if (isPrivate && account.state.system === 'maintenance') throw new Refused('EService:Unavailable');
        return jsonResponse({ error: [], result: act(input, request) });
      } catch (error) {
        if (error instanceof Refused) return error.toResponse();
        throw error;
      }
    },
  };
}

function assertLetIn({ state, clock }: Account): void {
  if (clock.now() < state.lockedUntil) throw new Refused('EGeneral:Temporary lockout');
}

function assertAllowed({ state }: Account, needs: Permission): void {
  const allowed = { query: true, trade: state.mayTrade, withdraw: state.mayWithdraw }[needs];
  if (!allowed) throw new Refused('EGeneral:Permission denied');
}

function marketRoutes(account: Account): readonly Route[] {
  const { clock, state } = account;
  const documented = { provenance: 'documented' } as const;
  return [
    describe(account, {
      ...documented,
      name: 'time',
      at: 'public/Time',
      cites: 'Kraken REST API: Get Server Time',
      read: () => null,
      act: () => ({ unixtime: Math.floor(clock.now() / 1000), rfc1123: new Date(clock.now()).toUTCString() }),
    }),
    describe(account, {
      ...documented,
      name: 'system-status',
      at: 'public/SystemStatus',
      cites: 'Kraken REST API: Get System Status',
      read: () => null,
      act: () => ({ status: state.system, timestamp: new Date(clock.now()).toISOString() }),
    }),
    describe(account, {
      ...documented,
      name: 'assets',
      at: 'public/Assets',
      cites: 'Kraken REST API: Get Asset Info',
      read: () => null,
      act: () => answers.assets(),
    }),
    describe(account, {
      ...documented,
      name: 'asset-pairs',
      at: 'public/AssetPairs',
      cites: 'Kraken REST API: Get Tradable Asset Pairs',
      read(parameters) {
        if (parameters.optional('pair') !== undefined) assertPair(parameters);
        return null;
      },
      act: () => answers.assetPairs(account),
    }),
    describe(account, {
      ...documented,
      name: 'depth',
      at: 'public/Depth',
      cites: 'Kraken REST API: Get Order Book',
      read(parameters) {
        assertPair(parameters);
        const count = parameters.optional('count') ?? '100';
        if (!/^[0-9]{1,3}$/.test(count) || Number(count) < 1 || Number(count) > 500) throw invalidArguments('count');
        return Number(count);
      },
      act: (count) => answers.depth(account.frozen ?? account.book, account.frozen?.at ?? clock.now(), count),
    }),
  ];
}

/** Orders that are old enough to be seen, newest first. */
function seenOrders({ matching, clock, state }: Account): readonly Order<string>[] {
  return matching.orders.filter(({ time }) => clock.now() - time >= state.lagMs).toReversed();
}

interface OrderQuery {
  readonly trades: boolean;
  readonly clientOrderId: string | undefined;
  readonly offset: number;
}

function readOrderQuery(parameters: Parameters): OrderQuery {
  for (const name of ['userref', 'start', 'end', 'closetime', 'consolidate_taker', 'without_count'])
    parameters.optional(name);
  return {
    trades: parameters.flag('trades'),
    clientOrderId: parameters.optional('cl_ord_id'),
    offset: Number(parameters.optional('ofs') ?? '0'),
  };
}

function tellOrders(
  orders: readonly Order<string>[],
  { trades }: Pick<OrderQuery, 'trades'>,
  { fault }: EmulatedRequest,
): object {
  return Object.fromEntries(orders.map((one) => [one.orderId, answers.order(one, { trades, lie: fault })]));
}

const PAGE = 50;

function orderRoutes(account: Account): readonly Route[] {
  const { matching, state, clock } = account;
  const documented = { provenance: 'documented' } as const;
  const named = (one: Order<string>, { clientOrderId }: OrderQuery) =>
    clientOrderId === undefined || one.clientOrderId === clientOrderId;
  return [
    describe(account, {
      ...documented,
      name: 'add-order',
      at: 'private/AddOrder',
      // Seen in public reports: the words for a client id that is not unique, and for too many places of a price.
      cites: 'Kraken REST API: Add Order; API error messages; Spot Client Order Identifiers',
      needs: 'trade',
      costs: 0,
      read: (parameters) => readNewOrder(parameters, clock.now()),
      act(order, { fault }) {
        if (state.halted || state.system !== 'online')
          throw new Refused(`EService:Market in ${state.system === 'post_only' ? 'post_only' : 'cancel_only'} mode`);
        assertRules(order);
        return answers.addedOrder(matching.place(order), fault);
      },
    }),
    describe(account, {
      ...documented,
      name: 'cancel-order',
      at: 'private/CancelOrder',
      cites: 'Kraken REST API: Cancel Order',
      needs: 'trade',
      costs: 0,
      read: (parameters) => parameters.text('txid'),
      act(txid) {
        if (!orderName.test(txid)) throw new Refused('EOrder:Invalid order');
        const found = matching.orders.find((one) => one.orderId === txid && isOpen(one));
        if (!found) throw new Refused('EOrder:Unknown order');
        matching.cancel(found);
        return { count: 1 };
      },
    }),
    describe(account, {
      ...documented,
      name: 'open-orders',
      at: 'private/OpenOrders',
      cites: 'Kraken REST API: Get Open Orders',
      read: readOrderQuery,
      act(query, request) {
        const open = seenOrders(account).filter((one) => isOpen(one) && named(one, query));
        return { open: tellOrders(open, query, request) };
      },
    }),
    describe(account, {
      ...documented,
      name: 'closed-orders',
      at: 'private/ClosedOrders',
      cites: 'Kraken REST API: Get Closed Orders',
      read: readOrderQuery,
      act(query, request) {
        const closed = seenOrders(account).filter((one) => !isOpen(one) && named(one, query));
        const page = closed.slice(query.offset, query.offset + PAGE);
        return { closed: tellOrders(page, query, request), count: closed.length };
      },
    }),
    describe(account, {
      ...documented,
      name: 'query-orders',
      at: 'private/QueryOrders',
      cites: 'Kraken REST API: Query Orders Info',
      read(parameters) {
        const ids = parameters.text('txid').split(',');
        if (ids.length > 50) throw invalidArguments('txid');
        if (!ids.every((id) => orderName.test(id))) throw new Refused('EOrder:Invalid order');
        return { ...readOrderQuery(parameters), ids };
      },
      act(query, request) {
        const found = seenOrders(account).filter(({ orderId }) => query.ids.includes(orderId));
        return tellOrders(found, query, request);
      },
    }),
    describe(account, {
      ...documented,
      name: 'query-trades',
      at: 'private/QueryTrades',
      cites: 'Kraken REST API: Query Trades Info',
      read(parameters) {
        parameters.optional('trades');
        const ids = parameters.text('txid').split(',');
        if (ids.length > 20) throw invalidArguments('txid');
        return ids;
      },
      act: (ids) =>
        Object.fromEntries(
          seenOrders(account).flatMap(({ orderId, trades }) =>
            trades.filter(({ id }) => ids.includes(id)).map((one) => [one.id, answers.trade(one, orderId)]),
          ),
        ),
    }),
    describe(account, {
      ...documented,
      name: 'balance',
      at: 'private/BalanceEx',
      cites: 'Kraken REST API: Get Extended Balance',
      read: () => null,
      act: () => answers.balances(account),
    }),
  ];
}

function fundingRoutes(account: Account): readonly Route[] {
  const { balances, withdrawals, clock, state, random } = account;
  const documented = { provenance: 'documented', needs: 'withdraw' } as const;
  return [
    describe(account, {
      ...documented,
      name: 'withdraw-info',
      at: 'private/WithdrawInfo',
      cites: 'Kraken REST API: Get Withdrawal Information',
      read: (parameters) => readWithdrawal(parameters, account),
      act: ({ amount, fee }) => ({
        method: 'Bitcoin',
        limit: toText(balances.of('BTC').free),
        amount: toText(amount - fee),
        fee: toText(fee),
      }),
    }),
    describe(account, {
      ...documented,
      name: 'withdraw',
      at: 'private/Withdraw',
      // Assumed: the category of "Invalid withdrawal address".
      cites: 'Kraken REST API: Withdraw Funds',
      read(parameters) {
        const wanted = readWithdrawal(parameters, account);
        assertConfirmed(parameters, wanted);
        return wanted;
      },
      act({ key, address, amount, fee }) {
        balances.change('BTC', { free: -amount });
        const { id } = withdrawals.add({
          id: withdrawalName(random),
          address,
          net: amount - fee,
          fee,
          time: clock.now(),
          clientId: null,
          key,
          transactionId: toHex(random.bytes(32)),
        });
        return { refid: id };
      },
    }),
    describe(account, {
      ...documented,
      name: 'withdraw-status',
      at: 'private/WithdrawStatus',
      cites: 'Kraken REST API: Get Status of Recent Withdrawals',
      read: readStatusQuery,
      act(query, { fault }) {
        const seen = withdrawals.all.filter(({ time }) => clock.now() - time >= state.lagMs);
        const { page, next } = chooseWithdrawals(seen, query);
        const rows = page.map((one) => answers.withdrawal(one, fault));
        return query.offset === null ? rows : { withdrawals: rows, ...(next === null ? {} : { next_cursor: next }) };
      },
    }),
  ];
}

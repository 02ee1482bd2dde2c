import { BTC, money, USDT } from '@rielrails/core';
import { formatAmount, fromUtf8, parseAmount, toHex } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, ExchangeEmulator } from '@rielrails/kit/emulator';

/** What the reference exchange adapter needs. */
export interface ReferenceExchangeConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** What a reference exchange may do differently. */
export interface ReferenceExchangeDialect {
  /** Answers a used reference with the first result instead of an error. */
  readonly replays?: boolean;
}

interface Order {
  readonly reference: string;
  readonly quantity: bigint;
  readonly fills: readonly {
    readonly id: string;
    readonly spent: bigint;
    readonly received: bigint;
    readonly fee: bigint;
  }[];
}

const ONE = 100_000_000n;
const invented = { cites: 'Invented for the testkit', provenance: 'assumed' } as const;

/** An invented exchange with one market, BTC for USDT, and orders that fill at once or not at all. */
export function createReferenceExchangeEmulator(
  { clock, random }: EmulatorContext,
  dialect: ReferenceExchangeDialect = {},
): ExchangeEmulator<ReferenceExchangeConfig> {
  const config = { baseUrl: 'https://exchange.reference.example', apiKey: toHex(random.bytes(16)) };
  const orders = new Map<string, Order>();
  let asks = Array.from({ length: 40 }, (_, level) => ({
    price: 60_000n * ONE + BigInt(level) * 6n * ONE,
    quantity: ONE / 2n,
  }));
  let balance = 0n;
  let coins = 0n;
  let halted = false;
  let fillBasisPoints = 10_000n;

  const bitcoin = (minor: bigint) => formatAmount(money(BTC, minor));
  const dollars = (minor: bigint) => formatAmount(money(USDT, minor));
  const error = (status: number, code: string) => jsonResponse({ error: code }, status);
  const view = ({ reference, quantity, fills }: Order, { fault }: EmulatedRequest) => ({
    reference,
    quantity: bitcoin(fault === 'wrong-amount' ? quantity + 1n : quantity),
    status: fault === 'unknown-status-word' ? 'LIMBO' : filled(fills) === quantity ? 'FILLED' : 'CANCELLED',
    fills: fills.map(({ id, spent, received, fee }) => ({
      id,
      spent: dollars(spent),
      received: bitcoin(received),
      fee: bitcoin(fee),
    })),
  });

  function match(quantity: bigint, limit: bigint): Order['fills'] {
    let left = (quantity * fillBasisPoints) / 10_000n;
    fillBasisPoints = 10_000n;
    return asks.flatMap((ask, level) => {
      if (left === 0n || ask.price > limit) return [];
      const taken = left < ask.quantity ? left : ask.quantity;
      left -= taken;
      const fee = (taken + 999n) / 1000n;
      const spent = (taken * ask.price + ONE - 1n) / ONE;
      return [{ id: `F${orders.size}-${level}`, spent, received: taken - fee, fee }];
    });
  }

  function place(request: EmulatedRequest): Response {
    const { reference = '', quantity, limit } = JSON.parse(fromUtf8(request.body)) as Record<string, string>;
    const existing = orders.get(reference);
    if (existing) return dialect.replays ? jsonResponse(view(existing, request)) : error(409, 'DUPLICATE');
    if (halted) return error(409, 'HALTED');
    const size = parseAmount(quantity ?? '', BTC).minor;
    const cap = parseAmount(limit ?? '', USDT).minor;
    if (size <= 0n || size % 1000n !== 0n) return error(400, 'QUANTITY');
    if ((size * cap) / ONE > balance) return error(422, 'BALANCE');
    const order = { reference, quantity: size, fills: match(size, cap) };
    balance -= order.fills.reduce((sum, { spent }) => sum + spent, 0n);
    coins += order.fills.reduce((sum, { received }) => sum + received, 0n);
    orders.set(reference, order);
    return jsonResponse(view(order, request));
  }

  const guarded = (handle: (request: EmulatedRequest) => Response) => (request: EmulatedRequest) =>
    request.headers.get('authorization') === `Bearer ${config.apiKey}` ? handle(request) : error(401, 'KEY');
  const base = createEmulator({
    name: 'reference-exchange',
    clock,
    throttled: () => error(429, 'SLOW_DOWN'),
    routes: [
      {
        name: 'book',
        method: 'GET',
        path: '/book',
        ...invented,
        handle: guarded(() =>
          jsonResponse({ asks: asks.map(({ price, quantity }) => [dollars(price), bitcoin(quantity)]) }),
        ),
      },
      {
        name: 'balances',
        method: 'GET',
        path: '/balances',
        ...invented,
        handle: guarded(() => jsonResponse({ BTC: bitcoin(coins), USDT: dollars(balance) })),
      },
      { name: 'order', method: 'POST', path: '/orders', ...invented, handle: guarded(place) },
      {
        name: 'get',
        method: 'GET',
        path: '/orders/:reference',
        ...invented,
        handle: guarded((request) => {
          const order = orders.get(request.params['reference'] ?? '');
          return order ? jsonResponse(view(order, request)) : error(404, 'ABSENT');
        }),
      },
    ],
  });
  return {
    ...base,
    config,
    market: {
      move(basisPoints) {
        asks = asks.map((ask) => ({ ...ask, price: (ask.price * BigInt(10_000 + basisPoints)) / 10_000n }));
      },
      setBalance(_asset, amount) {
        balance = parseAmount(amount, USDT).minor;
      },
      fillPartly(basisPoints) {
        fillBasisPoints = BigInt(basisPoints);
      },
      halt(stopped) {
        halted = stopped;
      },
    },
    applied: {
      get orders() {
        return [...orders.values()].map(({ reference, fills }) => ({
          reference,
          spent: dollars(fills.reduce((sum, { spent }) => sum + spent, 0n)),
          received: bitcoin(fills.reduce((sum, { received }) => sum + received, 0n)),
        }));
      },
    },
  };
}

function filled(fills: Order['fills']): bigint {
  return fills.reduce((sum, { received, fee }) => sum + received + fee, 0n);
}

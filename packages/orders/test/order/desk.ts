import type {
  AnyPaymentManifest,
  Attempt,
  Instant,
  Money,
  Payment,
  Quote,
  Reference,
  Trade,
  Withdrawal,
} from '@rielrails/core';
import { inquiries, wakeAt } from '../../src/order/decide.ts';
import type { Inquiry } from '../../src/order/decide.ts';
import type { OrderEvent, RequestedPayment } from '../../src/order/event.ts';
import type { Movement } from '../../src/order/movement.ts';
import type { Effect, EffectKind, Order, PayerMatch, Silence } from '../../src/order/order.ts';
import type { Policy } from '../../src/order/policy.ts';
import type { World } from '../../src/order/turn.ts';
import { marketQuote, quotedOrder, RAIL, sat, testWorld, tether } from './fixtures.ts';
import { assertInvariants, decidePurely } from './invariants.ts';

/** Money that a test lets arrive. */
export interface Arrival {
  readonly amount: Money;
  readonly transaction?: string;
  readonly paidAt?: number | null;
  readonly payer?: PayerMatch;
}

/** An answer of the outside. */
export const lost = {
  outcome: 'unknown',
  fault: { kind: 'unknown', provider: 'p', reason: 'timeout', message: 'lost' },
} as const;
export const refused = {
  outcome: 'refused',
  fault: { kind: 'declined', provider: 'p', reason: 'policy', message: 'no' },
} as const;
export const unreachable = {
  outcome: 'refused',
  fault: { kind: 'unavailable', provider: 'p', message: 'not reached' },
} as const;

/**
 * One order under decision, with a clock in the test's hand and nobody outside: the test is rail, venue and custody.
 *
 * Every step is checked against the invariants.
 */
export interface Desk {
  readonly order: Order;
  readonly world: World;
  /** What the last decision wants called. */
  readonly calls: readonly Effect[];
  /** Everything that was booked so far. */
  readonly movements: readonly Movement[];
  apply(event: OrderEvent): Order;
  /** Lets time pass and the order look at it. */
  pass(ms: number): Order;
  /** The database refuses the next reservation. */
  sellFloat(): void;
  /** The newest effect of a kind. */
  last(kind: EffectKind): Effect;
  all(kind: EffectKind): readonly Effect[];
  inquiries(): readonly Inquiry['type'][];
  wakeAt(): number | null;

  confirm(silence?: Silence): Order;
  /** Answers the newest payment request. */
  requested(attempt?: Attempt<RequestedPayment>): Order;
  /** What the rail tells of a request, with everything that ever arrived on it. */
  seen(request: Effect, facts?: { readonly arrivals?: readonly Arrival[]; readonly payment?: Partial<Payment> }): Order;
  /** The rail does not know a request. */
  notFound(request: Effect): Order;
  price(dollarsPerBitcoin?: bigint): Order;
  /** Answers the newest purchase: all of it filled, unless told. */
  traded(attempt?: Attempt<Trade>): Order;
  screened(): Order;
  /** Answers the newest delivery. */
  sent(withdrawal?: Partial<Withdrawal>): Order;
  /** Up to here in one go. */
  until(place: 'awaiting-payment' | 'paid' | 'bought' | 'sending' | 'DELIVERED'): Order;
}

/** What differs from the plain desk. */
export interface DeskOptions {
  readonly rail?: AnyPaymentManifest;
  /** Beside `cash`. */
  readonly rails?: Readonly<Record<string, AnyPaymentManifest>>;
  readonly policy?: Partial<Policy>;
  readonly order?: Partial<Order>;
}

/** Opens a desk with a quoted order on it. */
export function openDesk({ rail = RAIL, rails = {}, policy = {}, order: changes = {} }: DeskOptions = {}): Desk {
  let order = quotedOrder(changes);
  const plain = testWorld(rail, policy);
  let world: World = { ...plain, rails: { ...plain.rails, ...rails } };
  let calls: readonly Effect[] = [];
  const movements: Movement[] = [];
  let transactions = 0;

  const desk: Desk = {
    get order() {
      return order;
    },
    get world() {
      return world;
    },
    get calls() {
      return calls;
    },
    movements,
    apply(event) {
      const step = decidePurely(order, event, world);
      assertInvariants(step);
      ({ next: order, calls } = step.decision);
      movements.push(...step.decision.movements);
      return order;
    },
    pass(ms) {
      world = { ...world, now: (world.now + ms) as Instant };
      return desk.apply({ type: 'tick' });
    },
    sellFloat() {
      world = { ...world, floatShort: true };
    },
    last(kind) {
      const found = desk.all(kind).at(-1);
      if (!found) throw new Error(`the order made no ${kind}`);
      return found;
    },
    all: (kind) => order.effects.filter((effect) => effect.kind === kind),
    inquiries: () => inquiries(order, world).map(({ type }) => type),
    wakeAt: () => wakeAt(order, world),

    confirm: (silence = 'refund') =>
      desk.apply({
        type: 'confirmed',
        termsHash: 'hash',
        language: 'en',
        silence,
        binding: 'seal',
        screened: { outcome: 'clear' },
      }),
    requested(attempt) {
      const { reference, request } = desk.last('request-payment');
      return desk.apply({ type: 'payment-requested', reference, attempt: attempt ?? shown(request) });
    },
    seen(request, { arrivals = [], payment = {} } = {}) {
      const told = arrivals.map((arrival) => ({
        transaction: `T${(transactions += 1)}`,
        paidAt: world.now,
        payer: 'match' as const,
        ...arrival,
      }));
      const asked = request.request.kind === 'request-payment' ? request.request.amount : told[0]?.amount;
      return desk.apply({
        type: 'payment-seen',
        reference: request.reference,
        payment: {
          reference: request.reference,
          requested: asked,
          receipts: told.map(({ transaction, amount, paidAt }) => ({
            transaction,
            amount,
            ...(paidAt === null ? {} : { paidAt }),
          })),
          refunds: [],
          reversals: [],
          status: told.length > 0 ? 'paid' : 'awaiting-payer',
          ...payment,
        } as Payment,
        payers: Object.fromEntries(told.map(({ transaction, payer }) => [transaction, payer])),
      });
    },
    notFound: ({ reference }) => desk.apply({ type: 'payment-seen', reference, payment: null, payers: {} }),
    price(dollarsPerBitcoin = 100_000n) {
      return desk.apply({ type: 'priced', quote: quoteFor(order, world, dollarsPerBitcoin) });
    },
    traded(attempt) {
      const { reference, request } = desk.last('buy');
      return desk.apply({
        type: 'traded',
        reference,
        attempt: attempt ?? { outcome: 'applied', value: filled(reference, request) },
      });
    },
    screened: () => desk.apply({ type: 'screened', screened: { outcome: 'clear' } }),
    sent(withdrawal) {
      const { reference, request } = desk.last('send');
      const amount = request.kind === 'send' ? request.amount : sat(0n);
      const value = {
        reference,
        amount,
        fee: sat(300n),
        status: 'broadcast',
        transactionId: 'tx',
        ...withdrawal,
      } as Withdrawal;
      return desk.apply({ type: 'sent', reference, attempt: { outcome: 'applied', value } });
    },
    until(place) {
      desk.confirm();
      desk.requested();
      if (place === 'awaiting-payment') return order;
      desk.seen(desk.last('request-payment'), { arrivals: [{ amount: order.quote?.pay ?? sat(0n) }] });
      if (place === 'paid') return order;
      desk.price();
      desk.traded();
      if (place === 'bought') return order;
      desk.screened();
      if (place === 'sending') return order;
      return desk.sent({ status: 'confirmed', depth: 2 });
    },
  };
  return desk;
}

/** The rail shows a request. */
export function shown(request: Effect['request']): Attempt<RequestedPayment> {
  if (request.kind !== 'request-payment') throw new RangeError('effect: is of another kind');
  const { amount, expiresAt } = request;
  return {
    outcome: 'applied',
    value: {
      next: { type: 'qr', payload: 'khqr', standard: 'khqr', expiresAt },
      handle: null,
      payableUntil: expiresAt,
      requested: amount,
    },
  };
}

/** The venue's answer to what the order asks for. */
export function quoteFor(order: Order, world: World, dollarsPerBitcoin: bigint): Quote {
  const asked = inquiries(order, world).find(({ type }) => type === 'price');
  const spend = asked?.type === 'price' ? asked.spend : (order.quote?.budget ?? tether(1n));
  return marketQuote(spend, dollarsPerBitcoin, world.now);
}

/** A purchase that filled: what was asked for, or as much as is told. */
export function filled(
  reference: Reference,
  request: Effect['request'],
  { received, status = 'filled' }: { readonly received?: bigint; readonly status?: Trade['status'] } = {},
): Trade {
  if (request.kind !== 'buy') throw new RangeError('effect: is of another kind');
  const got = received ?? request.atLeast.minor;
  const spent = (got * request.quote.worst.quote.minor) / 1_0000_0000n;
  return {
    reference,
    id: `V${reference}`,
    status,
    fills: got === 0n ? [] : [{ id: `F${reference}`, spent: tether(spent), received: sat(got), fee: sat(0n) }],
  } as unknown as Trade;
}

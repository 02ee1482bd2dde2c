import type { Attempt, Instant, Payment, ProviderRef, Reference, Trade, Withdrawal } from '@rielrails/core';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { filled, lost, openDesk, quoteFor, refused, shown, unreachable } from '../../test/order/desk.ts';
import { HOUR, MINUTE, RAIL, railWith, riel, sat } from '../../test/order/fixtures.ts';
import { assertInvariants, decidePurely } from '../../test/order/invariants.ts';
import { inquiries } from './decide.ts';
import type { OrderEvent } from './event.ts';
import type { Effect, EffectKind, Order } from './order.ts';
import type { World } from './turn.ts';

/** One move of whoever is around an order; made into an event when its turn comes, because only then it is known what there is. */
interface Move {
  readonly type: string;
  readonly event: (order: Order, world: World) => OrderEvent | null;
}

const refund = RAIL.operations.refund;
if (!refund) throw new Error('the test rail refunds');
const rails = {
  plain: RAIL,
  'refunds nothing': railWith({}, { refund: undefined }),
  'refunds whole payments': railWith({}, { refund: { ...refund, partial: false } }),
  'refunds for an hour': railWith({}, { refund: { ...refund, windowMs: HOUR } }),
  'reaches the payer': railWith({ create: { repeat: 'rejects', reaches: 'payer' } }),
  'replays, cannot cancel': railWith({ create: { repeat: 'replays', reaches: 'caller' } }, { cancel: undefined }),
  'looks up by handle': railWith({}, { get: { by: 'handle', covers: 'all', notFoundIsFinalAfterMs: 5000 } }),
  'forgets what is closed': railWith(
    {},
    { get: { by: 'reference', covers: 'open-only', notFoundIsFinalAfterMs: 'never' } },
  ),
};

/** The `nth` effect of a kind, or any other: answers go astray. */
const aim = fc.record({ nth: fc.nat({ max: 3 }), astray: fc.integer({ min: 0, max: 19 }).map((roll) => roll === 0) });
type Aim = typeof aim extends fc.Arbitrary<infer T> ? T : never;

function hit(order: Order, kind: EffectKind, { nth, astray }: Aim): Effect | undefined {
  const effects = order.effects.filter((effect) => astray || effect.kind === kind);
  return effects.at(-1 - (nth % Math.max(effects.length, 1)));
}

const amount = fc.oneof(
  { weight: 4, arbitrary: fc.constant(41_000n) },
  fc.constantFrom(1n, 40_000n, 1000n, 40_999n, 41_001n, 82_000n, 150_000n),
  fc.bigInt({ min: 0n, max: 200_000n }),
);

const answer = fc.constantFrom('applied', 'applied', 'applied', 'lost', 'refused', 'unreachable', 'duplicate');
function attempted<T>(how: string, value: () => T): Attempt<T> {
  if (how === 'applied') return { outcome: 'applied', value: value() };
  if (how === 'refused') return refused;
  if (how === 'unreachable') return unreachable;
  return how === 'lost' ? lost : { outcome: 'unknown', fault: { ...lost.fault, reason: 'duplicate' } };
}

/** What a rail would tell now: what it told before, and perhaps more. */
const payment = fc.record({
  aim,
  found: fc.integer({ min: 0, max: 9 }).map((roll) => roll > 0),
  open: fc.boolean(),
  fresh: fc.array(
    fc.record({
      amount,
      paidAgoMs: fc.option(fc.integer({ min: 0, max: 2 * HOUR })),
      usd: fc.integer({ min: 0, max: 30 }),
    }),
    { maxLength: 2 },
  ),
  refundsTold: fc.boolean(),
  reversed: fc.integer({ min: 0, max: 15 }),
  payer: fc.constantFrom('match', 'match', 'match', 'unknown', 'mismatch'),
  changed: fc.integer({ min: 0, max: 40 }),
});
type Told = typeof payment extends fc.Arbitrary<infer T> ? T : never;

function paymentSeen(order: Order, world: World, told: Told): OrderEvent | null {
  const request = hit(order, 'request-payment', told.aim);
  if (!request) return null;
  const { reference } = request;
  if (!told.found) return { type: 'payment-seen', reference, payment: null, payers: {} };
  const known = order.receipts
    .filter((receipt) => receipt.request === reference)
    .map(({ transaction, amount: had, paidAt }, index) => ({
      transaction: transaction as ProviderRef,
      amount: told.changed === 0 && index === 0 ? { ...had, minor: had.minor + 1n } : had,
      ...(paidAt === null ? {} : { paidAt }),
    }));
  const fresh = told.fresh.map(({ amount: minor, paidAgoMs, usd }, index) => ({
    transaction: `T${order.receipts.length + index}` as ProviderRef,
    amount: usd === 0 ? { asset: { code: 'USD', scale: 2 }, minor } : riel(minor),
    ...(paidAgoMs === null ? {} : { paidAt: (world.now - paidAgoMs) as Instant }),
  }));
  const receipts = [...known, ...fresh];
  const [first] = known;
  const reversals = told.reversed === 0 && first ? [{ receipt: first.transaction, amount: first.amount }] : [];
  const refunds = told.refundsTold
    ? order.effects.flatMap(({ request: asked }) =>
        asked.kind === 'refund' && asked.of === reference
          ? [{ receipt: asked.transaction as ProviderRef, amount: asked.amount, status: 'done' as const }]
          : [],
      )
    : [];
  const requested = request.request.kind === 'request-payment' ? request.request.amount : riel(41_000n);
  const status = receipts.length > 0 && !told.open ? 'paid' : told.open ? 'awaiting-payer' : 'expired';
  const seen: Payment = { reference, requested, receipts, refunds, reversals, status };
  return {
    type: 'payment-seen',
    reference,
    payment: seen,
    payers: Object.fromEntries(fresh.map(({ transaction }) => [transaction, told.payer])),
  };
}

const fillShare = fc.constantFrom(100n, 100n, 100n, 50n, 0n);
const tradeStatus = fc.constantFrom('filled', 'filled', 'cancelled', 'partial');
function trade({ reference, request }: Effect, share: bigint, status: Trade['status']): Trade {
  if (request.kind !== 'buy') return { reference, id: 'V' as ProviderRef, status, fills: [] };
  return filled(reference, request, { received: (request.atLeast.minor * share) / 100n, status });
}

const progress = fc.constantFrom(
  'signing',
  'broadcast',
  'broadcast',
  'confirmed',
  'confirmed',
  'removed',
  'replaced',
  'failed',
);
function withdrawal({ reference, request }: Effect, status: string, depth: number): Withdrawal {
  const told = {
    reference,
    amount: request.kind === 'send' ? request.amount : sat(1n),
    fee: sat(300n),
    transactionId: 'tx',
  };
  return { ...told, status, depth, replacedBy: 'ty', fundsReturned: true } as unknown as Withdrawal;
}

function move<T>(
  type: string,
  arbitrary: fc.Arbitrary<T>,
  event: (given: T, order: Order, world: World) => OrderEvent | null,
): fc.Arbitrary<Move> {
  return arbitrary.map((given) => ({
    type: `${type} ${fc.stringify(given)}`,
    event: (order, world) => event(given, order, world),
  }));
}

const screening = fc.constantFrom(
  { outcome: 'clear' },
  { outcome: 'clear' },
  { outcome: 'clear' },
  { outcome: 'unavailable' },
  { outcome: 'review', subject: 'name' },
  { outcome: 'blocked', subject: 'address' },
  { outcome: 'review', subject: 'kyc' },
) as fc.Arbitrary<Extract<OrderEvent, { readonly type: 'screened' }>['screened']>;
const silence = fc.constantFrom('refund', 'deliver');

/** What everybody does when all goes well: so that random walks get somewhere. */
function goOn(order: Order, world: World): OrderEvent {
  const planned = order.effects.find(({ status }) => status === 'planned');
  if (planned) return wellAnswered(planned);
  const asked = inquiries(order, world);
  if (asked.some(({ type }) => type === 'price')) return { type: 'priced', quote: quoteFor(order, world, 100_000n) };
  if (asked.some(({ type }) => type === 'screen')) return { type: 'screened', screened: { outcome: 'clear' } };
  const send = order.effects.find(({ kind, status }) => kind === 'send' && status === 'applied');
  if (send)
    return {
      type: 'withdrawal-seen',
      reference: send.reference,
      withdrawal: withdrawal(send, 'confirmed', 2),
      askedAt: world.now,
    };
  const request = order.effects.findLast(({ kind }) => kind === 'request-payment');
  const plain = {
    aim: { nth: 0, astray: false },
    found: true,
    open: false,
    refundsTold: true,
    reversed: 1,
    changed: 1,
  };
  const paid = { ...plain, fresh: [{ amount: 41_000n, paidAgoMs: 0, usd: 1 }], payer: 'match' as const };
  if (request && order.state === 'awaiting-payment') return paymentSeen(order, world, paid) ?? { type: 'tick' };
  return { type: 'tick' };
}

function wellAnswered(effect: Effect): OrderEvent {
  const { reference, kind, request } = effect;
  const applied = { outcome: 'applied', value: {} as Payment } as const;
  switch (kind) {
    case 'request-payment':
      return { type: 'payment-requested', reference, attempt: shown(request) };
    case 'cancel-payment':
      return { type: 'payment-cancelled', reference, attempt: applied };
    case 'complete-payment':
      return { type: 'payment-completed', reference, attempt: applied, payers: {} };
    case 'approve-payment':
      return { type: 'payment-approved', reference, attempt: { outcome: 'applied', value: undefined } };
    case 'buy':
      return { type: 'traded', reference, attempt: { outcome: 'applied', value: trade(effect, 100n, 'filled') } };
    case 'send':
      return { type: 'sent', reference, attempt: { outcome: 'applied', value: withdrawal(effect, 'broadcast', 0) } };
    case 'bump':
      return { type: 'bumped', reference, attempt: { outcome: 'applied', value: withdrawal(effect, 'broadcast', 0) } };
    case 'refund':
      return { type: 'refunded', reference, attempt: applied };
  }
}

/** The ordinary course of things, with the accidents that belong to it. */
const ordinary: fc.Arbitrary<Move> = fc.oneof(
  { weight: 14, arbitrary: fc.constant<Move>({ type: 'go on', event: goOn }) },
  {
    weight: 2,
    arbitrary: move('confirmed', fc.tuple(silence, screening), ([said, screened]) => ({
      type: 'confirmed',
      termsHash: 'h',
      language: 'en',
      silence: said,
      binding: null,
      screened,
    })),
  },
  {
    weight: 4,
    arbitrary: move('requested', fc.tuple(aim, answer), ([at, how], order) => {
      const effect = hit(order, 'request-payment', at);
      if (effect?.request.kind !== 'request-payment')
        return effect ? { type: 'payment-requested', reference: effect.reference, attempt: lost } : null;
      const { reference, request } = effect;
      return {
        type: 'payment-requested',
        reference,
        attempt: how === 'applied' ? shown(request) : (attempted(how, () => null) as typeof lost),
      };
    }),
  },
  { weight: 6, arbitrary: move('payment seen', payment, (told, order, world) => paymentSeen(order, world, told)) },
  {
    weight: 3,
    arbitrary: move(
      'priced',
      fc.constantFrom(95_000n, 100_000n, 100_000n, 103_000n, 130_000n),
      (dollars, order, world) => ({ type: 'priced', quote: quoteFor(order, world, dollars) }),
    ),
  },
  {
    weight: 3,
    arbitrary: move('traded', fc.tuple(aim, answer, fillShare, tradeStatus), ([at, how, share, status], order) => {
      const effect = hit(order, 'buy', at);
      return effect
        ? { type: 'traded', reference: effect.reference, attempt: attempted(how, () => trade(effect, share, status)) }
        : null;
    }),
  },
  { weight: 2, arbitrary: move('screened', screening, (screened) => ({ type: 'screened', screened })) },
  {
    weight: 3,
    arbitrary: move('sent', fc.tuple(aim, answer, progress, fc.nat({ max: 7 })), ([at, how, status, depth], order) => {
      const effect = hit(order, 'send', at);
      return effect
        ? {
            type: 'sent',
            reference: effect.reference,
            attempt: attempted(how, () => withdrawal(effect, status, depth)),
          }
        : null;
    }),
  },
  {
    weight: 3,
    arbitrary: move('refunded', fc.tuple(aim, answer), ([at, how], order) => {
      const effect = hit(order, 'refund', at);
      return effect
        ? { type: 'refunded', reference: effect.reference, attempt: attempted(how, () => ({}) as Payment) }
        : null;
    }),
  },
);

const disturbing: fc.Arbitrary<Move> = fc.oneof(
  move('tick', fc.constant(null), () => ({ type: 'tick' })),
  move('asked to look', fc.constant(null), () => ({ type: 'asked-to-look' })),
  move('cancelled', fc.constant(null), () => ({ type: 'cancelled' })),
  move('answered', silence, (said) => ({ type: 'answered', answer: said })),
  move('cancel answered', fc.tuple(aim, answer), ([at, how], order) => {
    const effect = hit(order, 'cancel-payment', at);
    return effect
      ? { type: 'payment-cancelled', reference: effect.reference, attempt: attempted(how, () => ({}) as Payment) }
      : null;
  }),
  move(
    'trade seen',
    fc.tuple(aim, fc.boolean(), fillShare, tradeStatus),
    ([at, found, share, status], order, world) => {
      const effect = hit(order, 'buy', at);
      return effect
        ? {
            type: 'trade-seen',
            reference: effect.reference,
            trade: found ? trade(effect, share, status) : null,
            askedAt: world.now,
          }
        : null;
    },
  ),
  move(
    'withdrawal seen',
    fc.tuple(aim, fc.boolean(), progress, fc.nat({ max: 7 })),
    ([at, found, status, depth], order, world) => {
      const effect = hit(order, 'send', at);
      return effect
        ? {
            type: 'withdrawal-seen',
            reference: effect.reference,
            withdrawal: found ? withdrawal(effect, status, depth) : null,
            askedAt: world.now,
          }
        : null;
    },
  ),
  move(
    'no answer',
    fc.tuple(fc.nat({ max: 9 }), fc.option(fc.constantFrom(0, 1000, 60_000))),
    ([nth, retryAfterMs], order) => ({
      type: 'no-answer',
      reference: order.effects[nth]?.reference ?? null,
      retryAfterMs,
    }),
  ),
  move('not priced', fc.constant(null), () => ({ type: 'not-priced' })),
  move('held', fc.constantFrom('review', 'frozen'), (hold) => ({ type: 'held', hold, reason: 'operator' })),
  move('released', fc.constant(null), () => ({ type: 'released' })),
  move('refund ordered', fc.constant(null), () => ({ type: 'refund-ordered' })),
  move('task done', fc.nat({ max: 2 }), (nth, order) => ({
    type: 'refund-task-done',
    task: order.refundTasks[nth]?.id ?? ('9' as Reference),
    bankReference: 'FT',
  })),
);

const pauses = fc.constantFrom(0, 0, 0, 0, 1, 4000, 31_000, MINUTE, 10 * MINUTE, HOUR, 25 * HOUR);
const step = fc.record({
  move: fc.oneof({ weight: 3, arbitrary: ordinary }, { weight: 2, arbitrary: disturbing }),
  pause: pauses,
  floatShort: fc.integer({ min: 0, max: 12 }).map((roll) => roll === 0),
});

/** Tells the way to a failure in words. */
function named<T>(trail: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : 'failed'}\n${trail.join('\n')}`, { cause: error });
  }
}

/** Which ends random walks reach: a property that never gets anywhere proves nothing. */
const reached = new Set<string>();

const start = fc.constantFrom('quoted', 'confirmed', 'awaiting-payment', 'paid', 'bought', 'sending', 'DELIVERED');
const railName = fc.constantFrom(...(Object.keys(rails) as (keyof typeof rails)[]));
const walk = fc.array(step, { minLength: 5, maxLength: 40, size: 'max' });

test.prop([railName, start, walk], { numRuns: 110, seed: 8243, endOnFailure: true })(
  'whatever happens to an order, in whatever sequence, nothing is lost, doubled, forgotten or spun',
  (rail, place, steps) => {
    const desk = openDesk({ rail: rails[rail] });
    const trail = [rail, place as string];
    if (place === 'confirmed') desk.confirm();
    else if (place !== 'quoted') desk.until(place);
    let { order, world } = desk;
    let sales = desk.movements.filter(({ type }) => type === 'sold').length;
    for (const { move, pause, floatShort } of steps) {
      world = { ...world, now: (world.now + pause) as Instant, floatShort };
      const event = move.event(order, world) ?? ({ type: 'tick' } as const);
      trail.push(`+${pause} ms ${move.type}`);
      const taken = named(trail, () => {
        const decided = decidePurely(order, event, world);
        assertInvariants(decided);
        return decided;
      });
      order = { ...taken.decision.next, happenings: [] };
      sales += taken.decision.movements.filter(({ type }) => type === 'sold').length;
      expect(sales).toBeLessThanOrEqual(1);
      reached.add(order.state);
    }
  },
);

test('those walks reach every state in which an order can rest', () => {
  reached.delete('refund-due');
  expect([...reached].toSorted()).toEqual([
    'CANCELLED',
    'DELIVERED',
    'EXPIRED',
    'REFUNDED',
    'REJECTED',
    'awaiting-payment',
    'bought',
    'broadcast',
    'buying',
    'confirmed',
    'paid',
    'quoted',
    'refunding',
    'sending',
  ]);
});

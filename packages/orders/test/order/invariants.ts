import { decide, inquiries, wakeAt } from '../../src/order/decide.ts';
import type { Decision } from '../../src/order/decide.ts';
import type { OrderEvent } from '../../src/order/event.ts';
import type { Effect, Order, OrderReceipt } from '../../src/order/order.ts';
import { isEnd } from '../../src/order/state.ts';
import type { OrderState } from '../../src/order/state.ts';
import type { World } from '../../src/order/turn.ts';
import { isLive } from '../../src/order/turn.ts';
import { encodeCanonically } from '../../src/store/codec.ts';

/** One step of an order: what it was, what happened, what was decided. */
export interface Step {
  readonly before: Order;
  readonly event: OrderEvent;
  readonly world: World;
  readonly decision: Decision;
}

/** Decides, and checks on the way that deciding is a function and leaves its input alone. */
export function decidePurely(before: Order, event: OrderEvent, world: World): Step {
  const given = encodeCanonically(before);
  const decision = decide(before, event, world);
  demand(encodeCanonically(before) === given, 'the order that was handed in is left as it was');
  const again = decide(structuredClone(before), structuredClone(event), world);
  demand(encodeCanonically(again) === encodeCanonically(decision), 'the same input gives the same decision');
  return { before, event, world, decision };
}

/** What must hold after every single step, whatever happened. Throws naming the rule that broke. */
export function assertInvariants(step: Step): void {
  for (const [rule, holds] of rules) demand(holds(step), rule);
}

const rules: readonly (readonly [string, (step: Step) => boolean])[] = [
  [
    'the parts of a receipt are not negative and sum to its amount',
    ({ decision: { next } }) =>
      next.receipts.every(({ amount, funded, refunded, review, blocked }) => {
        const parts = [funded, refunded, review, blocked];
        return parts.every((part) => part >= 0n) && parts.reduce((sum, part) => sum + part, 0n) === amount.minor;
      }),
  ],
  [
    'money that arrived stays on the books, unchanged in amount and origin',
    ({ before, decision: { next } }) =>
      before.receipts.every((receipt) => {
        const kept = next.receipts.filter((one) => sameReceipt(one, receipt));
        return kept.length === 1 && kept[0]?.amount.minor === receipt.amount.minor;
      }),
  ],
  [
    'an order never counts more money as its price than its price',
    ({ decision: { next } }) =>
      next.quote === null ||
      sum(next.receipts, ({ funded, reversed }) => (reversed ? 0n : funded)) <= next.quote.pay.minor,
  ],
  ['at most one delivery is under way or done', ({ decision: { next } }) => undone(next, 'send').length <= 1],
  [
    'at most one refund per payment is open',
    ({ decision: { next } }) =>
      next.effects
        .filter(({ kind }) => kind === 'request-payment')
        .every(
          ({ reference }) =>
            undone(next, 'refund').filter(
              (one) => isLive(one) && one.request.kind === 'refund' && one.request.of === reference,
            ).length <= 1,
        ),
  ],
  [
    'no receipt is sent back twice: refunds and tasks stay within what is refunded of it',
    ({ decision: { next } }) =>
      next.receipts.every((receipt) => {
        const byRail = sum(undone(next, 'refund'), ({ request }) =>
          request.kind === 'refund' && request.transaction === receipt.transaction ? request.amount.minor : 0n,
        );
        const byHand = sum(next.refundTasks, ({ transaction, amount }) =>
          transaction === receipt.transaction ? amount.minor : 0n,
        );
        return byRail + byHand <= receipt.refunded;
      }),
  ],
  [
    'deliver xor refund',
    ({ decision: { next } }) => next.disposition !== 'refund' || undone(next, 'send').length === 0,
  ],
  [
    'a frozen order calls nobody',
    ({ before, decision: { next, calls } }) => before.hold !== 'frozen' || next.hold !== 'frozen' || calls.length === 0,
  ],
  [
    'a frozen order’s money keeps its ends',
    ({ before, event, decision: { next } }) =>
      before.hold !== 'frozen' ||
      next.hold !== 'frozen' ||
      event.type === 'payment-seen' ||
      before.receipts.every((receipt, index) => encodeCanonically(receipt) === encodeCanonically(next.receipts[index])),
  ],
  [
    'only late or unfunded money leads back from an end',
    ({ before, event, decision: { next } }) =>
      !isEnd(before.state) || before.state === next.state || isWayBack(before.state, next.state, event),
  ],
  [
    'every call is an effect of the order as stored',
    ({ decision: { next, calls } }) =>
      calls.every((call) =>
        next.effects.some(({ reference, status }) => reference === call.reference && status === 'planned'),
      ),
  ],
  [
    'no effect is called twice by one decision',
    ({ decision: { calls } }) => new Set(calls.map(({ reference }) => reference)).size === calls.length,
  ],
  [
    'references are unique',
    ({ decision: { next } }) => new Set(next.effects.map(({ reference }) => reference)).size === next.effects.length,
  ],
  [
    'effects are never forgotten, and what one asks for never changes',
    ({ before, decision: { next } }) =>
      before.effects.every((effect) => {
        const kept = next.effects.find(({ reference }) => reference === effect.reference);
        return kept !== undefined && encodeCanonically(kept.request) === encodeCanonically(effect.request);
      }),
  ],
  [
    'what was applied stays applied, but for a delivery given up with all coins still there',
    ({ before, decision: { next } }) =>
      before.effects.every(
        (effect) =>
          effect.status !== 'applied' ||
          next.effects.some(
            ({ reference, status, result }) =>
              reference === effect.reference &&
              (status === 'applied' ||
                (status === 'refused' && result?.kind === 'send' && result.fundsReturned === true)),
          ),
      ),
  ],
  [
    'the result of an effect is of its kind',
    ({ decision: { next } }) => next.effects.every(({ kind, result }) => result === null || result.kind === kind),
  ],
  [
    'value that moves is above zero',
    ({ decision: { movements } }) => movements.every((movement) => amountsOf(movement).every((minor) => minor > 0n)),
  ],
  [
    'an end holds no funding money, unless it is a delivery',
    ({ decision: { next } }) =>
      !isEnd(next.state) ||
      next.state === 'DELIVERED' ||
      sum(next.receipts, ({ funded, reversed }) => (reversed ? 0n : funded)) === 0n,
  ],
  [
    'an end keeps no float set aside, unless it is a delivery',
    ({ decision: { next } }) => !isEnd(next.state) || next.state === 'DELIVERED' || !next.reserved,
  ],
  [
    'what is refunded of a receipt is under way, done, or somebody’s task, unless the order is held or the rail returns it',
    ({ world, decision: { next } }) =>
      next.hold !== 'none' ||
      next.receipts.every(
        (receipt) =>
          receipt.reversed ||
          (world.rails[receipt.provider]?.anomalies === 'provider' && receipt.funded > 0n) ||
          receipt.refunded === returningOf(next, receipt) ||
          undone(next, 'refund').some(
            (one) => isLive(one) && one.request.kind === 'refund' && one.request.of === receipt.request,
          ),
      ),
  ],
  [
    'whatever can be asked now is asked again soon, even if the asker dies',
    ({ world, decision: { next } }) => {
      const wake = wakeAt(next, world);
      return (
        inquiries(next, world).length === 0 || (wake !== null && wake <= world.now + 2 * world.policy.callTimeoutMs)
      );
    },
  ],
  [
    'an order with money in it is never silent: it looks, wakes, waits for an answer, or is in a person’s hands',
    ({ world, decision: { next } }) =>
      !next.receipts.some(({ funded, refunded, reversed }) => !reversed && funded + refunded > 0n) ||
      isEnd(next.state) ||
      next.hold !== 'none' ||
      inquiries(next, world).length > 0 ||
      wakeAt(next, world) !== null ||
      next.refundTasks.some(({ status }) => status === 'open'),
  ],
  [
    'a wake-up for now finds something to do: no order spins',
    ({ world, decision: { next } }) => {
      const wake = wakeAt(next, world);
      if (wake === null || wake > world.now || inquiries(next, world).length > 0) return true;
      const { next: later } = decide(next, { type: 'tick' }, world);
      return encodeCanonically(later) !== encodeCanonically(next);
    },
  ],
  [
    'nothing more follows by itself: a second look at the same moment changes nothing',
    ({ world, decision: { next } }) =>
      encodeCanonically(decide(next, { type: 'tick' }, world).next) === encodeCanonically(next),
  ],
];

function isWayBack(from: OrderState, to: OrderState, event: OrderEvent): boolean {
  if (from === 'EXPIRED' && to !== 'REFUNDED') return event.type === 'payment-seen' || event.type === 'refund-ordered';
  if (from === 'CANCELLED' || from === 'REJECTED' || from === 'EXPIRED') return event.type === 'refund-ordered';
  return false;
}

function sameReceipt(one: OrderReceipt, other: OrderReceipt): boolean {
  return one.provider === other.provider && one.transaction === other.transaction;
}

/** The effects of a kind that are not proven undone. */
function undone(order: Order, kind: Effect['kind']): readonly Effect[] {
  return order.effects.filter((effect) => effect.kind === kind && (isLive(effect) || effect.status === 'applied'));
}

function returningOf(order: Order, receipt: OrderReceipt): bigint {
  const byRail = sum(undone(order, 'refund'), ({ request }) =>
    request.kind === 'refund' && request.transaction === receipt.transaction ? request.amount.minor : 0n,
  );
  return (
    byRail +
    sum(order.refundTasks, ({ transaction, amount }) => (transaction === receipt.transaction ? amount.minor : 0n))
  );
}

function amountsOf(movement: Decision['movements'][number]): readonly bigint[] {
  switch (movement.type) {
    case 'reserved':
      return [movement.budget.minor, movement.coins.minor];
    case 'released':
      return [];
    case 'bought':
      return [movement.spent.minor, movement.received.minor, ...movement.fees.map(({ minor }) => minor)];
    case 'sold':
    case 'unsold':
      return [movement.pay.minor, movement.delivered.minor];
    case 'fee-changed':
      return [movement.to.minor];
    default:
      return [movement.amount.minor];
  }
}

function sum<T>(all: readonly T[], minor: (one: T) => bigint): bigint {
  return all.reduce((total, one) => total + minor(one), 0n);
}

function demand(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`broken: ${rule}`);
}

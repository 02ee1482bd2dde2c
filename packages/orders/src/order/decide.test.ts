import type { Payment, Reference, Trade } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { lost, openDesk, refused, shown, unreachable, filled } from '../../test/order/desk.ts';
import type { Desk, DeskOptions } from '../../test/order/desk.ts';
import {
  HOUR,
  marketQuote,
  MINUTE,
  QUOTE,
  RAIL,
  railWith,
  riel,
  sat,
  START,
  tether,
} from '../../test/order/fixtures.ts';
import { defaultTimes } from './policy.ts';
import { openRequests, shownRequest } from './requests.ts';

/** A desk whose order already waits to be paid, or stands further on. */
function at(place: Parameters<Desk['until']>[0], options?: DeskOptions): Desk {
  const desk = openDesk(options);
  desk.until(place);
  return desk;
}

const types = ({ movements }: Desk) => movements.map(({ type }) => type);
const live = (desk: Desk, kind: 'send' | 'refund' | 'buy') =>
  desk.all(kind).filter(({ status }) => status !== 'refused' && status !== 'absent');
const refundOf = (desk: Desk) => desk.last('refund').request;
/** The answer of a rail that refunded. */
const refunded = (desk: Desk) =>
  desk.apply({
    type: 'refunded',
    reference: desk.last('refund').reference,
    attempt: { outcome: 'applied', value: {} as Payment },
  });
/** The venue does not know the newest purchase, to a question that left now, or then. */
const notBought = (desk: Desk, askedAt = desk.world.now) =>
  desk.apply({ type: 'trade-seen', reference: desk.last('buy').reference, trade: null, askedAt });

describe('the plain way', () => {
  test('quoted to delivered: every state once, every movement once', () => {
    const desk = at('DELIVERED');
    expect(desk.order).toMatchObject({ state: 'DELIVERED', disposition: 'deliver', sale: { delivered: sat(9550n) } });
    expect(types(desk)).toEqual(['reserved', 'payment-received', 'bought', 'sold', 'sent', 'delivered', 'released']);
    expect(desk.order.happenings.map(({ what }) => what)).toEqual([
      'confirmed',
      'awaiting-payment',
      'payment-received',
      'paid',
      'buying',
      'bought',
      'bought',
      'sending',
      'broadcast',
      'DELIVERED',
    ]);
  });

  test('an event that does not fit changes nothing', () => {
    const desk = at('paid');
    const before = desk.order;
    for (const event of [
      { type: 'quoted', quote: QUOTE, want: before.want },
      { type: 'address-given', address: 'bcrt1qother' },
      { type: 'cancelled' },
      { type: 'answered', answer: 'refund' },
      { type: 'screened', screened: { outcome: 'clear' } },
      { type: 'released' },
      { type: 'refund-task-done', task: '9' as Reference, bankReference: 'FT' },
      { type: 'trade-seen', reference: '9' as Reference, trade: null, askedAt: START },
    ] as const) {
      expect(desk.apply(event)).toEqual(before);
    }
  });

  test('an answer of the wrong kind settles nothing', () => {
    const desk = at('awaiting-payment');
    const { reference } = desk.last('request-payment');
    const before = desk.last('request-payment');
    for (const event of [
      { type: 'traded', reference, attempt: lost },
      { type: 'sent', reference, attempt: refused },
      { type: 'refunded', reference, attempt: refused },
      { type: 'payment-cancelled', reference, attempt: refused },
      {
        type: 'withdrawal-seen',
        reference,
        withdrawal: { reference, amount: sat(1n), status: 'broadcast', transactionId: 'tx' },
        askedAt: START,
      },
      {
        type: 'trade-seen',
        reference,
        trade: { reference, id: 'V' as never, status: 'filled', fills: [] },
        askedAt: START,
      },
    ] as const) {
      desk.apply(event);
      expect(desk.last('request-payment')).toEqual(before);
    }
  });
});

describe('rule 1: receipts hold the money, and each unit has one end', () => {
  test('exactly the price: all of it funds', () => {
    expect(at('paid').order.receipts).toMatchObject([{ funded: 41_000n, refunded: 0n, review: 0n, blocked: 0n }]);
  });

  test('too much: the rest goes back', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(50_000n) }] });
    expect(desk.order).toMatchObject({ state: 'paid', receipts: [{ funded: 41_000n, refunded: 9000n }] });
    expect(refundOf(desk)).toMatchObject({ amount: riel(9000n), refundedBefore: riel(0n) });
  });

  test('twice: the second goes back whole', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n) }, { amount: riel(41_000n) }] });
    expect(desk.order.receipts).toMatchObject([{ funded: 41_000n }, { funded: 0n, refunded: 41_000n }]);
  });

  test('another currency: a person reads it', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), {
      arrivals: [{ amount: { asset: { code: 'USD', scale: 2 }, minor: 1000n } }],
    });
    expect(desk.order).toMatchObject({
      hold: 'review',
      holdReasons: ['other-currency'],
      receipts: [{ review: 1000n }],
    });
  });

  test('on a frozen order: blocked', () => {
    const desk = at('awaiting-payment');
    desk.apply({ type: 'held', hold: 'frozen', reason: 'operator' });
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n) }] });
    expect(desk.order).toMatchObject({ state: 'awaiting-payment', receipts: [{ blocked: 41_000n }] });
  });

  test('the same transaction told again, even on another request, is one receipt', () => {
    const desk = at('awaiting-payment');
    const arrival = { amount: riel(41_000n), transaction: 'T' };
    desk.seen(desk.last('request-payment'), { arrivals: [arrival] });
    const { order } = desk;
    desk.seen(desk.last('request-payment'), { arrivals: [arrival] });
    expect(desk.order.receipts).toEqual(order.receipts);
    expect(types(desk).filter((type) => type === 'payment-received')).toHaveLength(1);
  });

  test('the same transaction told with another amount: a person reads it, the books stay', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n), transaction: 'T' }] });
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_001n), transaction: 'T' }] });
    expect(desk.order).toMatchObject({ holdReasons: ['receipt-changed'], receipts: [{ amount: riel(41_000n) }] });
  });

  test('money of nothing is no money', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(0n) }] });
    expect(desk.order.receipts).toEqual([]);
  });

  test('after a cancellation: goes back, and the order stays cancelled', () => {
    const desk = at('awaiting-payment');
    desk.apply({ type: 'cancelled' });
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n) }] });
    expect(desk.order).toMatchObject({ state: 'CANCELLED', receipts: [{ refunded: 41_000n }] });
    expect(refundOf(desk)).toMatchObject({ amount: riel(41_000n) });
  });

  test('a reference is watched until money can no longer arrive, and a grace longer', () => {
    const desk = at('awaiting-payment');
    expect(desk.order.watchUntil).toBe(START + 15 * MINUTE + 24 * HOUR);
    desk.pass(16 * MINUTE);
    desk.seen(desk.last('request-payment'));
    expect(desk.order.state).toBe('EXPIRED');
    desk.pass(23 * HOUR);
    expect(desk.inquiries()).toEqual(['look-up']);
    desk.pass(HOUR);
    expect(desk.inquiries()).toEqual([]);
  });
});

describe('rule 2: never two payable requests shown', () => {
  test('a request whose answer was lost is cancelled, watched and replaced under a new reference', () => {
    const desk = openDesk();
    desk.confirm();
    desk.requested(lost);
    const [first, second] = desk.all('request-payment');
    expect(first?.status).toBe('unknown');
    expect(second).toMatchObject({ status: 'planned', seq: 2 });
    expect(desk.calls.map(({ kind }) => kind)).toEqual(['cancel-payment', 'request-payment']);
    desk.requested();
    expect(shownRequest(desk.order)?.reference).toBe(second?.reference);
  });

  test('the orphan found later is known, but was never shown and is not shown now', () => {
    const desk = openDesk();
    desk.confirm();
    desk.requested(lost);
    desk.requested();
    const [orphan, shown] = desk.all('request-payment');
    if (!orphan || !shown) throw new Error('no two requests');
    desk.seen(orphan);
    expect(openRequests(desk.order)).toHaveLength(2);
    expect(shownRequest(desk.order)?.reference).toBe(shown.reference);
  });

  test('where the payer may have seen it, a person decides', () => {
    const desk = openDesk({ rail: railWith({ create: { repeat: 'rejects', reaches: 'payer' } }) });
    desk.confirm();
    desk.requested(lost);
    expect(desk.order).toMatchObject({ hold: 'review', holdReasons: ['create-in-doubt'] });
    expect(desk.all('request-payment')).toHaveLength(1);
  });

  test('a caller that died counts as an answer that was lost', () => {
    const desk = openDesk();
    desk.confirm();
    desk.pass(29_000);
    expect(desk.last('request-payment').status).toBe('planned');
    desk.pass(1000);
    expect(desk.all('request-payment').map(({ status }) => status)).toEqual(['unknown', 'planned']);
  });

  test('four lost answers are enough: a person is called', () => {
    const desk = openDesk();
    desk.confirm();
    for (let index = 0; index < 4; index += 1) desk.requested(lost);
    expect(desk.order).toMatchObject({ holdReasons: ['create-in-doubt'] });
    expect(desk.all('request-payment')).toHaveLength(4);
  });

  test('the time to pay is over: nothing is asked for again, neither what was lost nor what never left', () => {
    const unsent = openDesk();
    unsent.confirm();
    unsent.requested(unreachable);
    unsent.pass(15 * MINUTE);
    expect(unsent.calls).toEqual([]);
    const crashed = openDesk();
    crashed.confirm();
    crashed.pass(16 * MINUTE);
    expect(crashed.all('request-payment')).toHaveLength(1);
  });

  test('a top-up is asked for only when the first request is proven closed', () => {
    const desk = at('awaiting-payment');
    const first = desk.last('request-payment');
    const arrivals = [{ amount: riel(40_000n), transaction: 'T' }];
    desk.seen(first, { arrivals, payment: { status: 'awaiting-payer' } });
    expect(desk.calls.map(({ kind }) => kind)).toEqual(['cancel-payment']);
    expect(desk.all('request-payment')).toHaveLength(1);
    desk.seen(first, { arrivals, payment: { status: 'cancelled' } });
    expect(desk.last('request-payment')).toMatchObject({ seq: 2, request: { amount: riel(1000n) } });
  });

  test.each([
    ['its end is told', (order: Desk['order']) => order.payBy, false],
    ['no end is told', () => null, true],
  ] as const)('an expired request of which %s', (_what, payableUntil, open) => {
    const desk = openDesk();
    desk.confirm();
    const request = desk.last('request-payment');
    const answer = shown(request.request);
    if (answer.outcome !== 'applied') throw new Error('not shown');
    desk.requested({ ...answer, value: { ...answer.value, payableUntil: payableUntil(desk.order) } });
    desk.seen(desk.last('request-payment'), { payment: { status: 'expired' } });
    expect(desk.last('request-payment').result).toMatchObject({ open });
  });

  test('a top-up below what the rail takes, or with no time left, is not asked for', () => {
    const small = at('awaiting-payment');
    small.seen(small.last('request-payment'), { arrivals: [{ amount: riel(40_950n) }] });
    expect(small.all('request-payment')).toHaveLength(1);
    const late = at('awaiting-payment');
    late.pass(14 * MINUTE + 1);
    late.seen(late.last('request-payment'), { arrivals: [{ amount: riel(40_000n) }] });
    expect(late.all('request-payment')).toHaveLength(1);
  });

  test('a request that is answered after its order was cancelled is closed again', () => {
    const desk = openDesk();
    desk.confirm();
    desk.apply({ type: 'cancelled' });
    desk.requested();
    expect(desk.order.state).toBe('CANCELLED');
    expect(desk.calls.map(({ kind }) => kind)).toEqual(['cancel-payment']);
  });

  test('a rail that refuses the only request ends the order and frees the float', () => {
    const desk = openDesk();
    desk.confirm();
    desk.requested(refused);
    expect(desk.order).toMatchObject({ state: 'CANCELLED', endReason: 'rail-refused', reserved: false });
  });

  test('a rail that refuses the second request after the orphan was paid in part sends that part back', () => {
    const desk = openDesk();
    desk.confirm();
    desk.requested(lost);
    const [orphan] = desk.all('request-payment');
    if (!orphan) throw new Error('no orphan');
    desk.seen(orphan, { arrivals: [{ amount: riel(40_000n) }] });
    desk.requested(refused);
    expect(desk.order).toMatchObject({ disposition: 'refund', receipts: [{ funded: 0n, refunded: 40_000n }] });
  });

  test('a request found with another sum is nobody’s: a person reads it', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { payment: { requested: riel(40_000n) } });
    expect(desk.order.holdReasons).toEqual(['create-in-doubt']);
  });
});

describe('rule 3: deliver or refund, never both', () => {
  test('a delivery in doubt stops every refund', () => {
    const desk = at('sending');
    desk.apply({ type: 'sent', reference: desk.last('send').reference, attempt: lost });
    desk.apply({ type: 'refund-ordered' });
    expect(desk.order.disposition).toBe('deliver');
    expect(live(desk, 'refund')).toEqual([]);
  });

  test('a refund that cannot be had yet leaves the hold as it was', () => {
    const desk = at('paid');
    desk.price();
    desk.traded(lost);
    desk.apply({ type: 'held', hold: 'review', reason: 'operator' });
    desk.apply({ type: 'refund-ordered' });
    expect(desk.order).toMatchObject({ hold: 'review', disposition: 'deliver' });
  });

  test('a refund that is under way stops the delivery', () => {
    const desk = at('paid');
    desk.apply({ type: 'refund-ordered' });
    desk.price();
    desk.screened();
    expect(desk.all('buy')).toEqual([]);
    expect(desk.all('send')).toEqual([]);
  });

  test('a delivery that was refused may be refunded', () => {
    const desk = at('sending');
    desk.apply({ type: 'sent', reference: desk.last('send').reference, attempt: refused });
    expect(desk.order.holdReasons).toEqual(['send-refused']);
    desk.apply({ type: 'refund-ordered' });
    expect(refundOf(desk)).toMatchObject({ amount: riel(41_000n) });
  });

  test('lifting a hold leaves the direction as it was', () => {
    const desk = at('sending');
    desk.apply({ type: 'held', hold: 'review', reason: 'operator' });
    desk.apply({ type: 'released' });
    expect(desk.order).toMatchObject({ hold: 'none', disposition: 'deliver', state: 'sending' });
  });

  test('a delivery that was refused and is released without another decision is held again, not forgotten', () => {
    const desk = at('sending');
    desk.apply({ type: 'sent', reference: desk.last('send').reference, attempt: refused });
    desk.apply({ type: 'released' });
    expect(desk.order).toMatchObject({ state: 'sending', hold: 'review', holdReasons: ['send-refused'] });
  });

  test('a delivery that the screening at the call stops is frozen, waits, and goes out once it is released', () => {
    const desk = at('sending');
    const { reference } = desk.last('send');
    const fault = { kind: 'unavailable', provider: 'coins', message: 'coins: not sent' } as const;
    const calls = desk.last('send').tries;
    desk.apply({
      type: 'sent',
      reference,
      attempt: { outcome: 'refused', fault },
      stoppedBy: { outcome: 'blocked', subject: 'address' },
    });
    expect(desk.order).toMatchObject({ state: 'sending', hold: 'frozen', holdReasons: ['address-blocked'] });
    desk.pass(24 * HOUR);
    expect(desk.last('send')).toMatchObject({ status: 'waiting', tries: calls });
    desk.apply({ type: 'released' });
    expect(desk.last('send')).toMatchObject({ status: 'planned', tries: calls + 1, reference });
  });

  test('a delivery proven absent while a person held it goes out under its own reference when it is released', () => {
    const desk = at('sending');
    const { reference } = desk.last('send');
    desk.apply({ type: 'sent', reference, attempt: lost });
    desk.pass(HOUR);
    expect(desk.order.holdReasons).toEqual(['in-doubt-too-long']);
    desk.apply({ type: 'withdrawal-seen', reference, withdrawal: null, askedAt: desk.world.now });
    expect(desk.calls).toEqual([]);
    desk.apply({ type: 'released' });
    expect(desk.order.hold).toBe('none');
    expect(desk.calls.map((call) => call.reference)).toEqual([reference]);
  });

  test('a refused answer after an earlier lost one proves nothing', () => {
    const desk = at('sending');
    const { reference } = desk.last('send');
    desk.apply({ type: 'sent', reference, attempt: lost });
    desk.apply({ type: 'sent', reference, attempt: refused });
    expect(desk.last('send')).toMatchObject({ status: 'unknown', doubted: true });
  });
});

describe('rule 4: a way back for every rail', () => {
  /** An order whose money is to go back, on a rail with these terms. */
  function refunding(options: DeskOptions, waitMs = 0): Desk {
    const desk = at('paid', options);
    desk.pass(waitMs);
    desk.apply({ type: 'refund-ordered' });
    return desk;
  }
  const refund = RAIL.operations.refund;
  if (!refund) throw new Error('the test rail refunds');

  test('by the rail, under a reference of its own, with the total before', () => {
    const desk = refunding({});
    expect(desk.order.state).toBe('refunding');
    expect(refundOf(desk)).toMatchObject({ of: desk.last('request-payment').reference, amount: riel(41_000n) });
    refunded(desk);
    expect(desk.order).toMatchObject({ state: 'REFUNDED', reserved: false });
    expect(types(desk).slice(-2)).toEqual(['refund-due', 'refunded']);
  });

  test.each([
    ['no refund interface', { rail: railWith({}, { refund: undefined }) }, 0, 'no-refund-interface'],
    [
      'one that needs a destination',
      { rail: railWith({}, { refund: { ...refund, needs: 'destination' } }) },
      0,
      'no-refund-interface',
    ],
    [
      'its window closed',
      { rail: railWith({}, { refund: { ...refund, windowMs: 10 * MINUTE } }) },
      11 * MINUTE,
      'window-closed',
    ],
  ] as const)('%s: a task with a due date for people', (_what, options, waitMs, reason) => {
    const desk = refunding(options, waitMs);
    const [task] = desk.order.refundTasks;
    if (!task) throw new Error('no task');
    expect(task).toMatchObject({ amount: riel(41_000n), reason, status: 'open', dueAt: desk.world.now + 72 * HOUR });
    expect(desk.all('refund')).toEqual([]);
    desk.apply({ type: 'refund-task-done', task: task.id, bankReference: 'FT-1' });
    expect(desk.order).toMatchObject({ state: 'REFUNDED', refundTasks: [{ status: 'done', bankReference: 'FT-1' }] });
    const booked = desk.movements.length;
    desk.apply({ type: 'refund-task-done', task: task.id, bankReference: 'FT-2' });
    expect(desk.movements).toHaveLength(booked);
    expect(desk.order.refundTasks).toMatchObject([{ bankReference: 'FT-1' }]);
  });

  test('a rail that returns only whole payments: an excess is a task, a whole payment is not', () => {
    const rail = railWith({}, { refund: { ...refund, partial: false } });
    const desk = at('awaiting-payment', { rail });
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(50_000n) }] });
    expect(desk.order.refundTasks).toMatchObject([{ amount: riel(9000n), reason: 'no-refund-interface' }]);
    expect(refundOf(refunding({ rail }))).toMatchObject({ amount: riel(41_000n) });
  });

  test('less than the rail sends back at once: a task for people', () => {
    const rail = railWith({}, { refund: { ...refund, minimum: riel(10_000n) } });
    const desk = at('awaiting-payment', { rail });
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(50_000n) }] });
    expect(desk.order.refundTasks).toMatchObject([{ amount: riel(9000n), reason: 'no-refund-interface' }]);
    expect(refundOf(refunding({ rail }))).toMatchObject({ amount: riel(41_000n) });
  });

  test('a lookup that never tells refunds proves nothing about one in doubt', () => {
    const { get } = RAIL.operations;
    if (!get) throw new Error('the test rail has a lookup');
    const desk = refunding({ rail: railWith({}, { get: { ...get, refunds: 'untold' } }) });
    desk.apply({ type: 'refunded', reference: desk.last('refund').reference, attempt: lost });
    const arrivals = [{ amount: riel(41_000n), transaction: desk.order.receipts[0]?.transaction ?? '' }];
    desk.pass(5 * MINUTE);
    desk.seen(desk.last('request-payment'), { arrivals });
    expect(desk.calls).toEqual([]);
    expect(desk.last('refund').status).toBe('unknown');
  });

  test('a refused refund becomes a task', () => {
    const desk = refunding({});
    desk.apply({ type: 'refunded', reference: desk.last('refund').reference, attempt: refused });
    expect(desk.order).toMatchObject({
      state: 'refunding',
      refundTasks: [{ amount: riel(41_000n), reason: 'refused' }],
    });
  });

  test('a lost answer is settled by the difference of totals', () => {
    const desk = refunding({});
    desk.apply({ type: 'refunded', reference: desk.last('refund').reference, attempt: lost });
    const request = desk.last('request-payment');
    const told = { amount: riel(41_000n), transaction: desk.order.receipts[0]?.transaction ?? '' };
    desk.seen(request, {
      arrivals: [told],
      payment: { refunds: [{ receipt: told.transaction as never, amount: riel(41_000n), status: 'done' }] },
    });
    expect(desk.last('refund').status).toBe('applied');
    expect(desk.order.state).toBe('REFUNDED');
  });

  test('a lost answer of which nothing is found is proven absent after the rail’s time, and called once more', () => {
    const desk = refunding({});
    const { reference } = desk.last('refund');
    desk.apply({ type: 'refunded', reference, attempt: lost });
    const request = desk.last('request-payment');
    const arrivals = [{ amount: riel(41_000n), transaction: desk.order.receipts[0]?.transaction ?? '' }];
    desk.pass(4000);
    desk.seen(request, { arrivals });
    expect(desk.calls).toEqual([]);
    desk.pass(1000);
    desk.seen(request, { arrivals });
    expect(desk.calls.map((call) => call.reference)).toEqual([reference]);
  });

  test('an answer to a question that was asked before that time calls no refund again, however late it is read', () => {
    const desk = refunding({});
    const { reference } = desk.last('refund');
    desk.apply({ type: 'refunded', reference, attempt: lost });
    const request = desk.last('request-payment');
    const [receipt] = desk.order.receipts;
    const askedAt = desk.world.now;
    desk.pass(HOUR / 2);
    const payment = {
      reference: request.reference,
      requested: riel(41_000n),
      receipts: receipt ? [{ transaction: receipt.transaction, amount: receipt.amount }] : [],
      refunds: [],
      reversals: [],
      status: 'paid',
    } as unknown as Payment;
    const seen = { type: 'payment-seen', reference: request.reference, payment, payers: {} } as const;
    desk.apply({ ...seen, askedAt });
    expect(desk.calls).toEqual([]);
    expect(desk.last('refund').status).toBe('unknown');
    desk.apply({ ...seen, askedAt: desk.world.now });
    expect(desk.calls.map((call) => call.reference)).toEqual([reference]);
  });

  test('a refund proven absent while a person held the order goes out when it is released', () => {
    const desk = refunding({});
    const { reference } = desk.last('refund');
    desk.apply({ type: 'refunded', reference, attempt: lost });
    desk.pass(HOUR);
    expect(desk.order.hold).toBe('review');
    desk.seen(desk.last('request-payment'), {
      arrivals: [{ amount: riel(41_000n), transaction: desk.order.receipts[0]?.transaction ?? '' }],
    });
    desk.apply({ type: 'released' });
    expect(desk.order.hold).toBe('none');
    expect(desk.calls.map((call) => call.reference)).toEqual([reference]);
  });

  test('two receipts of one payment: one refund after the other, the second knowing the first', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), {
      arrivals: [{ amount: riel(41_000n) }, { amount: riel(500n) }, { amount: riel(700n) }],
    });
    expect(live(desk, 'refund')).toHaveLength(1);
    refunded(desk);
    expect(desk.all('refund').map(({ request }) => request)).toMatchObject([
      { amount: riel(500n), refundedBefore: riel(0n) },
      { amount: riel(700n), refundedBefore: riel(500n) },
    ]);
  });

  test('a rail that returns wrong payments itself is only watched', () => {
    const desk = at('awaiting-payment', { rail: railWith({ anomalies: 'provider' }) });
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(50_000n) }] });
    expect(desk.all('refund')).toEqual([]);
    expect(desk.order.refundTasks).toEqual([]);
  });

  test('what such a rail took too late is sent back by us: for the rail it was a good payment', () => {
    const desk = at('awaiting-payment', { rail: railWith({ anomalies: 'provider' }) });
    desk.pass(HOUR);
    desk.seen(desk.last('request-payment'));
    expect(desk.order.state).toBe('EXPIRED');
    desk.pass(HOUR);
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n) }] });
    expect(refundOf(desk)).toMatchObject({ amount: riel(41_000n) });
  });

  test('money that waited for a person can be sent back beside a delivery', () => {
    const desk = at('DELIVERED');
    desk.seen(desk.last('request-payment'), {
      arrivals: [{ amount: { asset: { code: 'USD', scale: 2 }, minor: 1000n } }],
    });
    expect(desk.order.holdReasons).toEqual(['other-currency']);
    desk.apply({ type: 'refund-ordered' });
    expect(desk.order).toMatchObject({ state: 'DELIVERED', hold: 'none' });
    expect(refundOf(desk)).toMatchObject({ amount: { minor: 1000n } });
  });
});

describe('rule 5: a price that moved after payment', () => {
  test('a little, within the reserve: bought as promised', () => {
    const desk = at('paid');
    desk.price(101_000n);
    expect(desk.last('buy').request).toMatchObject({ atLeast: sat(9750n) });
  });

  test('more: the buyer is asked, nothing is bought', () => {
    const desk = at('paid');
    desk.price(103_000n);
    expect(desk.order.question).toMatchObject({ offered: sat(9263n), answerBy: START + 30 * MINUTE, answer: null });
    expect(desk.all('buy')).toEqual([]);
    expect(desk.wakeAt()).not.toBeNull();
  });

  test.each([
    ['refund', 'refunding'],
    ['deliver', 'paid'],
  ] as const)('silence means what was agreed: %s', (silence, state) => {
    const desk = openDesk();
    desk.confirm(silence);
    desk.requested();
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n) }] });
    desk.price(103_000n);
    desk.pass(30 * MINUTE);
    expect(desk.order).toMatchObject({ state });
    expect(desk.inquiries().includes('price')).toBe(silence === 'deliver');
  });

  test('deliver: bought at the market, delivered between floor and promise', () => {
    const desk = at('paid');
    desk.price(103_000n);
    desk.apply({ type: 'answered', answer: 'deliver' });
    desk.price(103_000n);
    desk.traded();
    desk.screened();
    const { amount } = desk.last('send').request as { readonly amount: { readonly minor: bigint } };
    expect(amount.minor).toBeGreaterThanOrEqual(QUOTE.floor.minor);
    expect(amount.minor).toBeLessThan(QUOTE.arrives.minor);
  });

  test('below the floor a person decides', () => {
    const desk = at('paid');
    desk.price(120_000n);
    desk.apply({ type: 'answered', answer: 'deliver' });
    desk.price(120_000n);
    expect(desk.order.holdReasons).toEqual(['below-floor']);
    expect(desk.all('buy')).toEqual([]);
  });

  test('an answer counts once', () => {
    const desk = at('paid');
    desk.price(103_000n);
    desk.apply({ type: 'answered', answer: 'deliver' });
    desk.apply({ type: 'answered', answer: 'refund' });
    expect(desk.order).toMatchObject({ disposition: 'undecided', question: { answer: 'deliver' } });
  });

  test('what was left of the reserve is paid out, never above the ceiling', () => {
    // 9751 satoshi cost 9.751 dollars; what is left of 9.85 buys 99 more.
    expect(at('sending').last('send').request).toMatchObject({ amount: sat(9451n + 99n) });
    const cheap = at('paid');
    cheap.price(95_000n);
    cheap.traded();
    cheap.screened();
    expect(cheap.last('send').request).toMatchObject({ amount: QUOTE.ceiling });
  });

  test('no exchange within the wait: the money goes back', () => {
    const desk = at('paid');
    desk.apply({ type: 'not-priced' });
    desk.pass(HOUR);
    expect(desk.order).toMatchObject({ disposition: 'refund', endReason: 'exchange-unavailable' });
  });

  test('an exchange that stays away after “deliver”: waited for once more, then the money goes back', () => {
    const desk = at('paid');
    desk.price(103_000n);
    desk.apply({ type: 'answered', answer: 'deliver' });
    desk.apply({ type: 'not-priced' });
    desk.pass(HOUR);
    expect(desk.order).toMatchObject({ state: 'paid', disposition: 'undecided' });
    desk.pass(30 * MINUTE);
    expect(desk.order).toMatchObject({ disposition: 'refund', endReason: 'exchange-unavailable' });
  });

  test('the same after a part was bought: people are called', () => {
    const desk = at('paid');
    desk.price();
    const { reference, request } = desk.last('buy');
    desk.traded({ outcome: 'applied', value: filled(reference, request, { received: 4000n, status: 'cancelled' }) });
    desk.price(103_000n);
    desk.apply({ type: 'answered', answer: 'deliver' });
    desk.apply({ type: 'not-priced' });
    desk.pass(2 * HOUR);
    expect(desk.order).toMatchObject({ hold: 'review', holdReasons: ['in-doubt-too-long'] });
  });

  test('a person who held the order for longer than that wait may release it to be delivered', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n), payer: 'mismatch' }] });
    desk.pass(2 * HOUR);
    desk.apply({ type: 'released' });
    expect(desk.order).toMatchObject({ state: 'paid', disposition: 'undecided' });
    expect(desk.inquiries()).toContain('price');
  });

  test('a part that filled is kept; the rest is priced again', () => {
    const desk = at('paid');
    desk.price();
    const { reference, request } = desk.last('buy');
    desk.traded({ outcome: 'applied', value: filled(reference, request, { received: 4000n, status: 'cancelled' }) });
    expect(desk.order.state).toBe('buying');
    desk.price();
    expect(desk.last('buy')).toMatchObject({ seq: 2, request: { atLeast: sat(5751n) } });
    desk.traded();
    expect(desk.order.state).toBe('bought');
    expect(desk.movements.filter(({ type }) => type === 'bought')).toHaveLength(2);
  });

  test('at the market, an order that found nothing is no end: the rest is priced and bought again', () => {
    const desk = at('paid');
    desk.price();
    const trade = (received: bigint) => {
      const { reference, request } = desk.last('buy');
      desk.traded({ outcome: 'applied', value: filled(reference, request, { received, status: 'cancelled' }) });
    };
    trade(4000n);
    desk.price(103_000n);
    expect(desk.order).toMatchObject({ state: 'paid', question: { answer: null } });
    desk.apply({ type: 'answered', answer: 'deliver' });
    desk.price(103_000n);
    trade(0n);
    expect(desk.order.state).toBe('buying');
    desk.price(103_000n);
    expect(desk.last('buy')).toMatchObject({ seq: 3, status: 'planned' });
    desk.traded();
    expect(desk.order.state).toBe('bought');
  });

  test('a purchase in doubt is looked up, found, and booked once', () => {
    const desk = at('paid');
    desk.price();
    desk.traded(lost);
    expect(desk.pass(4000).state).toBe('buying');
    expect(desk.inquiries()).toContain('look-up');
    const { reference, request } = desk.last('buy');
    for (let times = 0; times < 3; times += 1)
      desk.apply({ type: 'trade-seen', reference, trade: filled(reference, request), askedAt: desk.world.now });
    expect(desk.order.state).toBe('bought');
    expect(desk.movements.filter(({ type }) => type === 'bought')).toHaveLength(1);
  });

  test('a purchase proven absent is priced again under the next number', () => {
    const desk = at('paid');
    desk.price();
    desk.traded(lost);
    desk.pass(11_000);
    notBought(desk);
    expect(desk.last('buy').status).toBe('absent');
    desk.price();
    expect(desk.last('buy')).toMatchObject({ seq: 2, status: 'planned' });
  });

  test('silence to a question that was asked too early proves nothing, however late the answer is read', () => {
    const desk = at('paid');
    desk.price();
    desk.traded(lost);
    const askedAt = desk.world.now;
    desk.pass(HOUR / 2);
    notBought(desk, askedAt);
    expect(desk.last('buy').status).toBe('unknown');
    notBought(desk);
    expect(desk.last('buy').status).toBe('absent');
  });

  test('a price that was asked for before something was bought is not the price of the rest', () => {
    const desk = at('paid');
    const early = marketQuote(QUOTE.budget, 100_000n, desk.world.now);
    desk.price();
    const { reference, request } = desk.last('buy');
    desk.traded({ outcome: 'applied', value: filled(reference, request, { received: 4000n, status: 'cancelled' }) });
    desk.apply({ type: 'priced', quote: early });
    expect(desk.all('buy')).toHaveLength(1);
    desk.pass(MINUTE);
    desk.price();
    const { request: second } = desk.last('buy');
    expect(second).toMatchObject({ kind: 'buy', atLeast: sat(5751n), quote: { spend: tether(5_8500_0000n) } });
  });

  test('a price that is over when it comes is asked for again, and no purchase is spent on it', () => {
    const desk = at('paid');
    const old = marketQuote(QUOTE.budget, 100_000n, desk.world.now);
    desk.pass(10_000);
    desk.apply({ type: 'priced', quote: old });
    expect(desk.all('buy')).toEqual([]);
    desk.pass(MINUTE);
    expect(desk.inquiries()).toContain('price');
  });

  test('an order that the venue took and that may still fill stops every refund; people are called', () => {
    const desk = at('paid');
    desk.price();
    const { reference, request } = desk.last('buy');
    desk.traded({ outcome: 'applied', value: filled(reference, request, { received: 0n, status: 'open' }) });
    desk.apply({ type: 'refund-ordered' });
    desk.pass(2 * HOUR);
    expect(desk.order).toMatchObject({ state: 'buying', disposition: 'deliver', holdReasons: ['in-doubt-too-long'] });
    desk.apply({ type: 'trade-seen', reference, trade: filled(reference, request), askedAt: desk.world.now });
    expect(desk.order.state).toBe('bought');
  });

  test.each([
    ['answered', (desk: Desk, value: Trade) => desk.traded({ outcome: 'applied', value })],
    [
      'found',
      (desk: Desk, trade: Trade) => {
        desk.traded(lost);
        return desk.apply({ type: 'trade-seen', reference: trade.reference, trade, askedAt: desk.world.now });
      },
    ],
  ])('an order that is %s and cost more than its quote allowed is not ours to book', (_how, tell) => {
    const desk = at('paid');
    desk.price();
    const { reference, request } = desk.last('buy');
    tell(desk, filled(reference, request, { received: 10_000n }));
    expect(desk.last('buy').status).toBe('unknown');
    expect(desk.order).toMatchObject({ state: 'buying', hold: 'review', holdReasons: ['purchase-differs'] });
    expect(types(desk)).not.toContain('bought');
  });

  test('a purchase that was refused and turns out to have happened is booked, once', () => {
    const desk = at('paid');
    desk.price();
    const { reference, request } = desk.last('buy');
    desk.traded(refused);
    expect(desk.last('buy').status).toBe('refused');
    for (let times = 0; times < 2; times += 1)
      desk.traded({ outcome: 'applied', value: filled(reference, request, { status: 'filled' }) });
    expect(desk.order.state).toBe('bought');
    expect(types(desk).filter((type) => type === 'bought')).toHaveLength(1);
  });

  test('a venue that finds only open orders proves nothing by silence', () => {
    const desk = at('paid');
    desk.price();
    desk.traded(lost);
    const { exchange } = desk.world;
    (exchange.manifest as { get: unknown }).get = { by: 'reference', covers: 'open-only', notFoundIsFinalAfterMs: 0 };
    desk.pass(20 * MINUTE);
    notBought(desk);
    expect(desk.last('buy').status).toBe('unknown');
  });
});

describe('rule 6: the float is sold once', () => {
  test('no float, no request', () => {
    const desk = openDesk();
    desk.sellFloat();
    desk.confirm();
    expect(desk.order).toMatchObject({ state: 'quoted', reserved: false, effects: [] });
  });

  test('reserved at confirmation: the budget, and coins for the ceiling and twice the fee', () => {
    const desk = openDesk();
    desk.confirm();
    expect(desk.movements).toEqual([{ type: 'reserved', budget: QUOTE.budget, coins: sat(10_241n) }]);
  });

  test('given back once when the order ends unpaid', () => {
    const desk = at('awaiting-payment');
    desk.pass(15 * MINUTE + 1);
    desk.seen(desk.last('request-payment'));
    desk.pass(HOUR);
    expect(desk.order.state).toBe('EXPIRED');
    expect(types(desk)).toEqual(['reserved', 'released']);
  });

  test('a late payer of a float that is gone is refunded', () => {
    const desk = at('awaiting-payment');
    desk.pass(15 * MINUTE + 1);
    desk.seen(desk.last('request-payment'));
    desk.pass(MINUTE);
    desk.sellFloat();
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n) }] });
    expect(desk.order).toMatchObject({ state: 'EXPIRED', receipts: [{ refunded: 41_000n }] });
  });

  test('sending waits for the order’s own purchase', () => {
    const desk = at('paid');
    desk.screened();
    expect(desk.all('send')).toEqual([]);
  });
});

describe('rule 7: whose money', () => {
  const paidBy = (payer: 'match' | 'unknown' | 'mismatch', cap = 100_000n) => {
    const desk = at('awaiting-payment', { policy: { unknownPayerCap: [riel(cap)] } });
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n), payer }] });
    return desk;
  };

  test('a mismatch is held for a person, and nothing is bought', () => {
    const desk = paidBy('mismatch');
    expect(desk.order).toMatchObject({ state: 'paid', hold: 'review', holdReasons: ['payer-mismatch'] });
    expect(desk.inquiries()).not.toContain('price');
  });

  test('unknown: served up to the cap, held above', () => {
    expect(paidBy('unknown').order.hold).toBe('none');
    expect(paidBy('unknown', 41_000n).order.hold).toBe('none');
    expect(paidBy('unknown', 40_999n).order.holdReasons).toEqual(['payer-unknown-above-cap']);
  });

  test('the cap counts all unknown money of the order, however it is split', () => {
    const desk = at('awaiting-payment', { policy: { unknownPayerCap: [riel(30_000n)] } });
    desk.seen(desk.last('request-payment'), {
      arrivals: [
        { amount: riel(21_000n), payer: 'unknown' },
        { amount: riel(20_000n), payer: 'unknown' },
      ],
    });
    expect(desk.order).toMatchObject({ state: 'paid', holdReasons: ['payer-unknown-above-cap'] });
  });

  test('money that goes back anyway is not asked where it came from', () => {
    const desk = at('paid');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n), payer: 'mismatch' }] });
    expect(desk.order.hold).toBe('none');
  });
});

describe('rule 8: money that is taken back', () => {
  /** The rail takes the first receipt back. */
  function reverse(desk: Desk): void {
    const arrivals = desk.order.receipts.map(({ amount, transaction }) => ({ amount, transaction }));
    const [first] = desk.order.receipts;
    if (!first) throw new Error('no receipt');
    desk.seen(desk.last('request-payment'), {
      arrivals,
      payment: { reversals: [{ receipt: first.transaction as never, amount: first.amount }] },
    });
  }

  test('before the purchase: the order ends, nothing is sent back', () => {
    const desk = at('paid');
    reverse(desk);
    expect(desk.order).toMatchObject({ state: 'REFUNDED', receipts: [{ reversed: true }] });
    expect(desk.all('refund')).toEqual([]);
    expect(desk.movements).toContainEqual(expect.objectContaining({ type: 'reversed', loss: false }));
  });

  test('before the purchase, one of two payments: the other goes back', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(40_000n) }, { amount: riel(1000n) }] });
    reverse(desk);
    expect(refundOf(desk)).toMatchObject({ amount: riel(1000n) });
    refunded(desk);
    expect(desk.order.state).toBe('REFUNDED');
  });

  test('after the purchase: a loss, and a person', () => {
    const desk = at('bought');
    reverse(desk);
    expect(desk.order.holdReasons).toEqual(['reversed-after-buy']);
    expect(desk.movements).toContainEqual(expect.objectContaining({ type: 'reversed', loss: true }));
    expect(desk.inquiries()).not.toContain('screen');
  });

  test('after the purchase, with an excess on its way back: each unit keeps its end', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(50_000n) }] });
    desk.price();
    desk.traded();
    reverse(desk);
    expect(desk.order.receipts).toMatchObject([{ reversed: true, funded: 41_000n, refunded: 9000n }]);
  });

  test('told twice, it is booked once', () => {
    const desk = at('paid');
    reverse(desk);
    reverse(desk);
    expect(types(desk).filter((type) => type === 'reversed')).toHaveLength(1);
  });
});

describe('rule 9: frozen', () => {
  const freeze = (desk: Desk) => desk.apply({ type: 'held', hold: 'frozen', reason: 'operator' });

  test('a sanctions hit at signing freezes; a doubtful one is for a person', () => {
    const hit = at('bought');
    hit.apply({ type: 'screened', screened: { outcome: 'blocked', subject: 'address' } });
    expect(hit.order).toMatchObject({ hold: 'frozen', holdReasons: ['address-blocked'] });
    expect(hit.all('send')).toEqual([]);
    const doubtful = at('bought');
    doubtful.apply({ type: 'screened', screened: { outcome: 'review', subject: 'name' } });
    expect(doubtful.order).toMatchObject({ hold: 'review', holdReasons: ['name-review'] });
  });

  test('a freeze is not weakened to a review', () => {
    const desk = at('bought');
    freeze(desk);
    desk.apply({ type: 'held', hold: 'review', reason: 'operator' });
    expect(desk.order.hold).toBe('frozen');
  });

  test('stops the deadline to pay', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(40_000n), payer: 'match' }] });
    desk.requested();
    freeze(desk);
    desk.pass(16 * MINUTE);
    for (const request of desk.all('request-payment')) desk.seen(request);
    expect(desk.order).toMatchObject({ state: 'awaiting-payment', disposition: 'undecided' });
  });

  test('stops every button', () => {
    const quoted = openDesk();
    freeze(quoted);
    expect(quoted.confirm().state).toBe('quoted');
    const waiting = at('awaiting-payment');
    freeze(waiting);
    expect(waiting.apply({ type: 'cancelled' }).state).toBe('awaiting-payment');
    const asked = at('paid');
    asked.price(103_000n);
    freeze(asked);
    expect(asked.apply({ type: 'answered', answer: 'refund' })).toMatchObject({
      disposition: 'undecided',
      question: { answer: null },
    });
    expect(asked.apply({ type: 'refund-ordered' }).disposition).toBe('undecided');
  });

  test('stops the silence and the refund that waits to be called again', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(50_000n) }] });
    desk.apply({ type: 'refunded', reference: desk.last('refund').reference, attempt: unreachable });
    desk.price(103_000n);
    freeze(desk);
    desk.pass(2 * HOUR);
    expect(desk.calls).toEqual([]);
    expect(desk.order.question?.answer).toBeNull();
  });

  test('what is broadcast is only watched', () => {
    const desk = at('sending');
    desk.sent();
    freeze(desk);
    desk.pass(MINUTE);
    expect(desk.inquiries()).toContain('look-up');
    const { reference, request } = desk.last('send');
    const amount = request.kind === 'send' ? request.amount : sat(0n);
    desk.apply({
      type: 'withdrawal-seen',
      reference,
      withdrawal: { reference, amount, status: 'confirmed', transactionId: 'tx', depth: 2 },
      askedAt: desk.world.now,
    });
    expect(desk.order).toMatchObject({ state: 'DELIVERED', hold: 'frozen' });
  });

  test('money that came while frozen can be sent back once two people have lifted it', () => {
    const desk = at('awaiting-payment');
    freeze(desk);
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n) }] });
    desk.apply({ type: 'released' });
    desk.apply({ type: 'refund-ordered' });
    refunded(desk);
    expect(desk.order).toMatchObject({ state: 'REFUNDED', receipts: [{ blocked: 0n, refunded: 41_000n }] });
  });
});

describe('rule 10: on time', () => {
  /** The order after its deadline, proven unpaid, and then paid at this moment. */
  function paidLate(paidAt: number | null, seenAfterMs: number): Desk {
    const desk = at('awaiting-payment');
    desk.pass(15 * MINUTE + 1);
    desk.seen(desk.last('request-payment'));
    expect(desk.order.state).toBe('EXPIRED');
    desk.pass(seenAfterMs);
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n), paidAt }] });
    return desk;
  }

  test('paid in time by the rail’s clock, seen long after: on time', () => {
    expect(paidLate(START + 15 * MINUTE, 5 * HOUR).order.state).toBe('paid');
  });

  test('a little late: honoured while the float allows, and the price is asked afresh', () => {
    const desk = paidLate(START + 25 * MINUTE, 5 * HOUR);
    expect(desk.order).toMatchObject({ state: 'paid', reserved: true });
    expect(desk.inquiries()).toContain('price');
  });

  test('too late: refunded', () => {
    expect(paidLate(START + 25 * MINUTE + 1, HOUR).order).toMatchObject({
      state: 'EXPIRED',
      receipts: [{ refunded: 41_000n }],
    });
  });

  test('without a time of payment, seen after the proof that it was unpaid: late by when it was seen', () => {
    expect(paidLate(null, 9 * MINUTE).order.state).toBe('paid');
    expect(paidLate(null, 11 * MINUTE).order.state).toBe('EXPIRED');
  });

  test('without a time of payment and without such a proof: on time', () => {
    const desk = at('awaiting-payment');
    desk.pass(40 * MINUTE);
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(41_000n), paidAt: null }] });
    expect(desk.order.state).toBe('paid');
  });

  test('too little after the end cannot be made up any more, and goes back', () => {
    const desk = at('awaiting-payment');
    desk.pass(15 * MINUTE + 1);
    desk.seen(desk.last('request-payment'));
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(40_000n) }] });
    expect(desk.order).toMatchObject({
      state: 'EXPIRED',
      reserved: false,
      receipts: [{ funded: 0n, refunded: 40_000n }],
    });
  });

  test('nothing expires before a lookup past the deadline proved it unpaid', () => {
    const desk = at('awaiting-payment');
    desk.pass(20 * MINUTE);
    expect(desk.order.state).toBe('awaiting-payment');
    expect(desk.inquiries()).toEqual(['look-up']);
    desk.apply({ type: 'no-answer', reference: desk.last('request-payment').reference, retryAfterMs: null });
    expect(desk.order.state).toBe('awaiting-payment');
    desk.seen(desk.last('request-payment'));
    expect(desk.order).toMatchObject({ state: 'EXPIRED', endReason: 'unpaid' });
  });

  test('an engine that was away for days still looks before the order ends, and ends it', () => {
    const desk = at('awaiting-payment');
    desk.pass(50 * HOUR);
    expect(desk.inquiries()).toEqual(['look-up']);
    desk.seen(desk.last('request-payment'));
    expect(desk.order).toMatchObject({ state: 'EXPIRED', reserved: false });
  });

  test('too little in time, and no more: goes back as underpaid', () => {
    const desk = at('awaiting-payment');
    const request = desk.last('request-payment');
    const arrivals = [{ amount: riel(40_950n), transaction: 'T' }];
    desk.seen(request, { arrivals });
    desk.pass(15 * MINUTE + 1);
    desk.seen(request, { arrivals });
    expect(desk.order).toMatchObject({ endReason: 'underpaid', receipts: [{ refunded: 40_950n }] });
  });

  test('a rail that cannot find a lost request by our reference does not keep the order for ever, nor awake', () => {
    const rail = railWith({}, { get: { by: 'handle', covers: 'all', notFoundIsFinalAfterMs: 5000 } });
    const desk = openDesk({ rail });
    desk.confirm();
    desk.requested(lost);
    desk.requested(refused);
    desk.pass(15 * MINUTE + 1);
    expect(desk.order.state).toBe('EXPIRED');
    expect(desk.wakeAt()).toBeNull();
  });
});

describe('rule 12: screened twice', () => {
  test('a hit before payment ends the order without a request', () => {
    const desk = openDesk();
    desk.apply({
      type: 'confirmed',
      termsHash: 'h',
      language: 'en',
      silence: 'refund',
      binding: null,
      screened: { outcome: 'blocked', subject: 'name' },
    });
    expect(desk.order).toMatchObject({ state: 'REJECTED', endReason: 'name-refused', effects: [], reserved: false });
  });

  test('no answer before payment changes nothing', () => {
    const desk = openDesk();
    desk.apply({
      type: 'confirmed',
      termsHash: 'h',
      language: 'en',
      silence: 'refund',
      binding: null,
      screened: { outcome: 'unavailable' },
    });
    expect(desk.order.state).toBe('quoted');
  });

  test('nothing is sent before a screening of its own, and none lasts', () => {
    const desk = at('bought');
    expect(desk.inquiries()).toContain('screen');
    expect(desk.all('send')).toEqual([]);
    desk.apply({ type: 'screened', screened: { outcome: 'unavailable' } });
    expect(desk.all('send')).toEqual([]);
    expect(desk.inquiries()).not.toContain('screen');
    desk.pass(8000);
    expect(desk.inquiries()).toContain('screen');
  });

  test('a verification that is no longer approved is for a person, not a freeze', () => {
    const desk = at('bought');
    desk.apply({ type: 'screened', screened: { outcome: 'blocked', subject: 'kyc' } });
    expect(desk.order).toMatchObject({ hold: 'review', holdReasons: ['kyc-not-approved'] });
  });
});

describe('rule 13: terms', () => {
  test('what was agreed is stored with the order', () => {
    const desk = openDesk();
    desk.confirm('deliver');
    expect(desk.order).toMatchObject({
      terms: { hash: 'hash', language: 'en', acceptedAt: START },
      silence: 'deliver',
      binding: 'seal',
    });
  });

  test.each([
    ['the quote has expired', { quote: { ...QUOTE, validUntil: START } }],
    ['there is no address', { address: null }],
    ['there is no quote', { quote: null }],
    ['a person is looking at it', { hold: 'review' }],
  ] as const)('nothing is confirmed when %s', (_why, order) => {
    const desk = openDesk({ order });
    expect(desk.confirm().state).toBe('quoted');
  });

  test('price and address are fixed from then on', () => {
    const desk = openDesk();
    desk.confirm();
    desk.apply({ type: 'address-given', address: 'bcrt1qthief' });
    desk.apply({ type: 'quoted', quote: { ...QUOTE, fee: riel(1n) }, want: desk.order.want });
    expect(desk.order).toMatchObject({ address: 'bcrt1qbuyer', quote: QUOTE });
  });
});

describe('when to look again', () => {
  test('the caller’s death, then the deadline, then nothing', () => {
    const desk = openDesk();
    expect(desk.wakeAt()).toBeNull();
    desk.confirm();
    expect(desk.wakeAt()).toBe(START + 30_000);
    desk.requested();
    expect(desk.wakeAt()).toBe(START + 4000);
  });

  test('looks become rarer, and the last falls just past the deadline', () => {
    const desk = at('awaiting-payment');
    const gaps: number[] = [];
    while (desk.order.state === 'awaiting-payment') {
      const wake = desk.wakeAt() ?? 0;
      gaps.push(wake - desk.world.now);
      desk.pass(wake - desk.world.now);
      if (desk.order.state === 'awaiting-payment') desk.seen(desk.last('request-payment'));
    }
    expect(gaps.slice(0, 6)).toEqual([4000, 4000, 8000, 16_000, 32_000, 64_000]);
    expect(desk.world.now).toBe(START + 15 * MINUTE + 1);
    expect(desk.order.state).toBe('EXPIRED');
  });

  test('what was asked for and never answered is asked again: a price, a screening', () => {
    for (const place of ['paid', 'bought'] as const) {
      const desk = at(place);
      expect(desk.wakeAt()).not.toBeNull();
      expect(desk.wakeAt() ?? 0).toBeLessThanOrEqual(desk.world.now + 30_000);
    }
  });

  test('an order that a person holds is not woken for what it may not do', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(50_000n) }] });
    desk.apply({ type: 'refunded', reference: desk.last('refund').reference, attempt: unreachable });
    desk.apply({ type: 'held', hold: 'review', reason: 'operator' });
    desk.pass(MINUTE);
    desk.seen(desk.last('request-payment'));
    expect(desk.wakeAt() ?? Infinity).toBeGreaterThan(desk.world.now);
  });

  test('a purchase in doubt beyond the wait for the exchange does not wake the order without end', () => {
    const desk = at('paid');
    desk.pass(55 * MINUTE);
    desk.price();
    desk.traded(lost);
    desk.pass(6 * MINUTE);
    for (const { reference } of desk.order.effects) desk.apply({ type: 'no-answer', reference, retryAfterMs: null });
    expect(desk.wakeAt()).toBeGreaterThan(desk.world.now);
  });

  test('a lookup that failed after its effect was settled does not open it again', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(50_000n) }] });
    refunded(desk);
    const before = desk.last('refund');
    desk.apply({ type: 'no-answer', reference: before.reference, retryAfterMs: null });
    expect(desk.last('refund')).toEqual(before);
  });
});

describe('the chain', () => {
  const seen = (desk: Desk, withdrawal: object) => {
    const { reference, request } = desk.last('send');
    const amount = request.kind === 'send' ? request.amount : sat(0n);
    return desk.apply({
      type: 'withdrawal-seen',
      reference,
      withdrawal: { reference, amount, fee: sat(300n), ...withdrawal } as never,
      askedAt: desk.world.now,
    });
  };

  test('signing is not sending; each step is booked once', () => {
    const desk = at('sending');
    desk.sent({ status: 'signing' });
    expect(desk.order.state).toBe('sending');
    seen(desk, { status: 'broadcast', transactionId: 'a' });
    seen(desk, { status: 'replaced', transactionId: 'a', replacedBy: 'b' });
    expect(desk.last('send').result).toMatchObject({ transactionId: 'b' });
    seen(desk, { status: 'confirmed', transactionId: 'b', depth: 1 });
    expect(desk.order.state).toBe('broadcast');
    seen(desk, { status: 'confirmed', transactionId: 'b', depth: 2 });
    expect(desk.order.state).toBe('DELIVERED');
    expect(types(desk).filter((type) => ['sold', 'sent', 'delivered'].includes(type))).toEqual([
      'sold',
      'sent',
      'delivered',
    ]);
  });

  test.each([
    ['in doubt', (desk: Desk) => desk.apply({ type: 'sent', reference: desk.last('send').reference, attempt: lost })],
    ['applied', (desk: Desk) => desk.sent({ status: 'signing' })],
  ])('a withdrawal of another amount under the reference of one %s is not the delivery', (_how, tell) => {
    const desk = at('sending');
    tell(desk);
    const { status } = desk.last('send');
    seen(desk, { status: 'confirmed', transactionId: 'a', depth: 6, amount: sat(1n) });
    expect(desk.last('send').status).toBe(status);
    expect(desk.order).toMatchObject({ state: 'sending', hold: 'review', holdReasons: ['delivery-differs'] });
    expect(types(desk)).not.toContain('sent');
  });

  test('one in doubt that a custody has, which takes no reference twice, is in doubt no more', () => {
    const desk = at('sending');
    const { coins } = desk.world.custodies;
    (coins as { withdraw: unknown }).withdraw = { repeat: 'rejects' };
    desk.apply({ type: 'sent', reference: desk.last('send').reference, attempt: lost });
    seen(desk, { status: 'signing' });
    expect(desk.last('send').status).toBe('applied');
    expect(desk.calls).toEqual([]);
  });

  test('silence of a custody to a question that was asked too early sends nothing again', () => {
    const desk = at('sending');
    const { coins } = desk.world.custodies;
    (coins as { withdraw: unknown }).withdraw = { repeat: 'rejects' };
    const { reference } = desk.last('send');
    desk.apply({ type: 'sent', reference, attempt: lost });
    const askedAt = desk.world.now;
    desk.pass(HOUR / 2);
    desk.apply({ type: 'withdrawal-seen', reference, withdrawal: null, askedAt });
    expect(desk.last('send').status).toBe('unknown');
    expect(desk.calls).toEqual([]);
  });

  test('one that waits at its custody for too long calls a person, and goes on by itself', () => {
    const desk = at('sending');
    desk.sent({ status: 'awaiting-approval' });
    desk.pass(HOUR - 1);
    expect(desk.order.hold).toBe('none');
    desk.pass(1);
    expect(desk.order).toMatchObject({ state: 'sending', holdReasons: ['in-doubt-too-long'] });
    expect(desk.all('send')).toHaveLength(1);
    seen(desk, { status: 'broadcast', transactionId: 'a' });
    expect(desk.order.state).toBe('broadcast');
  });

  test('one that was signed for hours pays more only when it has waited for a block', () => {
    const desk = at('sending');
    desk.sent({ status: 'signing' });
    desk.pass(3 * HOUR);
    seen(desk, { status: 'broadcast', transactionId: 'a' });
    desk.apply({ type: 'released' });
    desk.pass(defaultTimes.bumpAfterMs - 1);
    expect(desk.all('bump')).toEqual([]);
    desk.pass(1);
    expect(desk.all('bump')).toHaveLength(1);
  });

  test('watched to the depth of the policy, then left alone', () => {
    const desk = at('DELIVERED');
    expect(desk.last('send').lookAt).not.toBeNull();
    seen(desk, { status: 'confirmed', transactionId: 'tx', depth: 6 });
    expect(desk.last('send').lookAt).toBeNull();
  });

  test('undone after the end: the state stays, a person is told, and untold when it is back', () => {
    const desk = at('DELIVERED');
    seen(desk, { status: 'removed', transactionId: 'tx' });
    expect(desk.order).toMatchObject({ state: 'DELIVERED', hold: 'review', holdReasons: ['delivery-undone'] });
    seen(desk, { status: 'confirmed', transactionId: 'tx', depth: 2 });
    expect(desk.order).toMatchObject({ state: 'DELIVERED', hold: 'none', holdReasons: [] });
  });

  test('a withdrawal that failed at the custody needs a person, who may send the money back', () => {
    const desk = at('sending');
    desk.sent({ status: 'awaiting-approval' });
    seen(desk, { status: 'failed', fundsReturned: true });
    expect(desk.order).toMatchObject({ state: 'sending', holdReasons: ['send-refused'] });
    expect(desk.last('send')).toMatchObject({ status: 'refused', lookAt: null });
    desk.apply({ type: 'refund-ordered' });
    expect(desk.order).toMatchObject({ disposition: 'refund', sale: null });
    expect(types(desk).filter((type) => type === 'sold' || type === 'unsold')).toEqual(['sold', 'unsold']);
  });

  test('one that was refused and turns out to have left calls a person, who may still stop the refund', () => {
    const desk = at('sending');
    desk.apply({ type: 'sent', reference: desk.last('send').reference, attempt: refused });
    desk.apply({ type: 'refund-ordered' });
    desk.sent({ status: 'broadcast', transactionId: 'a' });
    expect(desk.order).toMatchObject({ hold: 'review', holdReasons: ['delivery-differs'] });
    expect(types(desk)).not.toContain('sent');
  });

  test('one that failed with the coins gone stays applied: nothing goes back by itself', () => {
    const desk = at('sending');
    desk.sent({ status: 'failed', fundsReturned: false } as never);
    expect(desk.last('send').status).toBe('applied');
    desk.apply({ type: 'refund-ordered' });
    expect(desk.order.disposition).toBe('deliver');
  });

  describe('stuck', () => {
    const WAITS_MS = defaultTimes.bumpAfterMs;
    const stuck = () => {
      const desk = at('sending');
      desk.sent({ transactionId: 'a' });
      desk.pass(WAITS_MS);
      return desk;
    };
    const bumped = (desk: Desk, withdrawal: object) => {
      const { reference } = desk.last('bump');
      const { request } = desk.last('send');
      const amount = request.kind === 'send' ? request.amount : sat(0n);
      return desk.apply({
        type: 'bumped',
        reference,
        attempt: {
          outcome: 'applied',
          value: { reference, amount, fee: sat(900n), status: 'broadcast', ...withdrawal } as never,
        },
      });
    };

    test('a delivery that waits too long pays more, and the difference is booked', () => {
      const desk = stuck();
      expect(desk.last('bump').request).toEqual({ kind: 'bump', of: desk.last('send').reference, replaces: 'a' });
      bumped(desk, { transactionId: 'b' });
      expect(desk.last('send').result).toMatchObject({ transactionId: 'b', fee: sat(900n) });
      expect(desk.movements.at(-1)).toEqual({ type: 'fee-changed', from: sat(300n), to: sat(900n), delivered: false });
      seen(desk, { status: 'confirmed', transactionId: 'b', depth: 2, fee: sat(900n) });
      expect(desk.order.state).toBe('DELIVERED');
    });

    test('not before its time, not while held, not once it is in a block, not where the custody cannot', () => {
      const early = at('sending');
      early.sent({ transactionId: 'a' });
      early.pass(WAITS_MS - 1);
      expect(early.all('bump')).toEqual([]);
      early.apply({ type: 'held', hold: 'review', reason: 'operator' });
      early.pass(WAITS_MS);
      expect(early.all('bump')).toEqual([]);
      const mined = at('sending');
      mined.sent({ status: 'confirmed', transactionId: 'a', depth: 1 });
      mined.pass(WAITS_MS);
      expect(mined.all('bump')).toEqual([]);
    });

    test('the first version may still confirm: what was booked too much comes back', () => {
      const desk = stuck();
      bumped(desk, { transactionId: 'b' });
      seen(desk, { status: 'confirmed', transactionId: 'a', depth: 1, fee: sat(300n) });
      expect(desk.movements.at(-1)).toEqual({ type: 'fee-changed', from: sat(900n), to: sat(300n), delivered: false });
    });

    test('a bump in doubt is proven by the transaction that is there', () => {
      const applied = stuck();
      applied.apply({ type: 'bumped', reference: applied.last('bump').reference, attempt: lost });
      expect(applied.last('bump').status).toBe('unknown');
      const { reference } = applied.last('bump');
      const withdrawal = { reference, amount: sat(1n), fee: sat(900n), status: 'broadcast' } as const;
      applied.apply({
        type: 'withdrawal-seen',
        reference,
        withdrawal: { ...withdrawal, transactionId: 'b' },
        askedAt: applied.world.now,
      });
      expect(applied.last('bump').status).toBe('applied');
      expect(applied.last('send').result).toMatchObject({ transactionId: 'b' });
      const denied = stuck();
      denied.apply({ type: 'bumped', reference: denied.last('bump').reference, attempt: lost });
      denied.apply({
        type: 'withdrawal-seen',
        reference: denied.last('bump').reference,
        withdrawal: { ...withdrawal, fee: sat(300n), transactionId: 'a' },
        askedAt: denied.world.now,
      });
      expect(denied.last('bump').status).toBe('absent');
      denied.pass(WAITS_MS);
      expect(denied.last('bump').seq).toBe(2);
    });

    test('a refusal leaves the delivery as it was, and it is tried five times in all', () => {
      const desk = stuck();
      for (let bump = 1; bump <= 6; bump += 1) {
        const { reference, seq } = desk.last('bump');
        if (seq === bump)
          desk.apply({
            type: 'bumped',
            reference,
            attempt: {
              outcome: 'refused',
              fault: { kind: 'declined', provider: 'coins', reason: 'fee-cap', message: 'x' },
            },
          });
        desk.pass(WAITS_MS);
      }
      expect(desk.last('bump').seq).toBe(5);
      expect(desk.order).toMatchObject({ state: 'broadcast', hold: 'none' });
    });
  });

  test('one that never arrived is called again under its own reference', () => {
    const desk = at('sending');
    const { reference } = desk.last('send');
    desk.apply({ type: 'sent', reference, attempt: lost });
    desk.pass(5000);
    desk.apply({ type: 'withdrawal-seen', reference, withdrawal: null, askedAt: desk.world.now });
    expect(desk.calls.map((call) => call.reference)).toEqual([reference]);
    expect(desk.last('send')).toMatchObject({ tries: 2, doubted: false });
  });

  test('a throttled custody is called again when it said', () => {
    const desk = at('sending');
    const { reference } = desk.last('send');
    desk.apply({
      type: 'sent',
      reference,
      attempt: {
        outcome: 'refused',
        fault: { kind: 'throttled', provider: 'coins', message: 'slow', retryAfterMs: 7000 },
      },
    });
    desk.pass(6999);
    expect(desk.calls).toEqual([]);
    desk.pass(1);
    expect(desk.calls.map((call) => call.reference)).toEqual([reference]);
  });

  test('an hour in doubt calls a person; the lookups go on', () => {
    const desk = at('sending');
    desk.apply({ type: 'sent', reference: desk.last('send').reference, attempt: lost });
    desk.pass(HOUR);
    expect(desk.order.holdReasons).toEqual(['in-doubt-too-long']);
    expect(desk.inquiries()).toContain('look-up');
  });
});

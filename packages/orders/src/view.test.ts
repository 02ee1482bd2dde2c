import type { Withdrawal } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { lost, openDesk, refused } from '../test/order/desk.ts';
import type { Desk } from '../test/order/desk.ts';
import { HOUR, MINUTE, QUOTE, railWith, riel, sat, START } from '../test/order/fixtures.ts';
import { viewOf } from './view.ts';
import type { OrderView, ViewOptions } from './view.ts';

function view(desk: Desk, options: Partial<ViewOptions> = {}): OrderView {
  return viewOf(desk.order, {
    now: desk.world.now,
    verified: true,
    mayChoose: false,
    canRefund: true,
    refundWithinMs: 72 * HOUR,
    confirmations: 2,
    timeline: desk.order.happenings,
    ...options,
  });
}

function at(place: Parameters<Desk['until']>[0]): Desk {
  const desk = openDesk();
  desk.until(place);
  return desk;
}

function asked(): Desk {
  const desk = at('paid');
  desk.price(103_000n);
  return desk;
}

test('where the new way of paying refuses, the earlier request is shown again under its own name', () => {
  const kept = railWith({}, { cancel: undefined });
  const desk = openDesk({ rail: kept, rails: { other: kept } });
  desk.confirm('deliver');
  desk.requested();
  desk.apply({ type: 'rail-chosen', rail: 'other', way: null, silence: null });
  expect(view(desk)).toMatchObject({ rail: 'other', next: null });
  desk.requested(refused);
  expect(view(desk)).toMatchObject({ rail: 'cash', next: { type: 'qr' } });
});

describe('what is said, and what may be done', () => {
  const quoted = ['give-address', 'refresh-quote', 'confirm', 'cancel'];
  test.each([
    ['quoted', () => openDesk(), 'quote', quoted],
    ['waiting to be paid', () => at('awaiting-payment'), 'pay', ['pay', 'cancel']],
    ['paid', () => at('paid'), 'paid', []],
    ['asked about the price', asked, 'price-moved', ['answer-price']],
    ['bought', () => at('bought'), 'buying', []],
    ['sending', () => at('sending'), 'sending', []],
    ['delivered', () => at('DELIVERED'), 'delivered', []],
  ] as const)('%s', (_state, open, step, may) => {
    expect(view(open())).toMatchObject({ step, may });
  });

  test('nothing is confirmed before the buyer is verified, has an address, and the price holds', () => {
    expect(view(openDesk(), { verified: false }).may).toEqual(['give-address', 'refresh-quote', 'verify', 'cancel']);
    expect(view(openDesk({ order: { address: null } })).may).not.toContain('confirm');
    expect(view(openDesk(), { now: QUOTE.validUntil }).may).not.toContain('confirm');
  });

  test('a call in doubt is "confirming", never failed', () => {
    const desk = at('sending');
    desk.apply({ type: 'sent', reference: desk.last('send').reference, attempt: lost });
    expect(view(desk).step).toBe('confirming');
  });

  test('a rail without refunds offers only delivery, and says that refunds go by hand', () => {
    expect(view(openDesk(), { canRefund: false })).toMatchObject({ silenceChoices: ['deliver'], refundWay: 'by-hand' });
  });
});

describe('what is to be paid', () => {
  test('shown until the deadline, not after', () => {
    const desk = at('awaiting-payment');
    expect(view(desk)).toMatchObject({ next: { type: 'qr' }, toPay: riel(41_000n), payBy: START + 15 * MINUTE });
    desk.pass(15 * MINUTE);
    expect(view(desk)).toMatchObject({ next: null, toPay: null });
    expect(view(desk).may).not.toContain('pay');
  });

  test('after too little: what came, and the rest alone', () => {
    const desk = at('awaiting-payment');
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(40_000n) }] });
    desk.requested();
    expect(view(desk)).toMatchObject({ received: riel(40_000n), toPay: riel(1000n), may: ['pay'] });
  });
});

describe('what became of the money', () => {
  test('the delivery, with its depth', () => {
    const desk = at('sending');
    const withdrawal: Partial<Withdrawal> = { status: 'confirmed', transactionId: 'tx', depth: 1 };
    desk.sent(withdrawal);
    expect(view(desk).delivery).toEqual({ amount: sat(9550n), transactionId: 'tx', confirmations: 1, needed: 2 });
  });

  test('refunds by the rail, and by hand with a due date', () => {
    const byRail = at('paid');
    byRail.apply({ type: 'refund-ordered' });
    expect(view(byRail).refunds).toEqual([{ amount: riel(41_000n), way: 'rail', done: false, dueAt: null }]);
    const byHand = openDesk({ rail: railWith({}, { refund: undefined }) });
    byHand.until('paid');
    byHand.apply({ type: 'refund-ordered' });
    expect(view(byHand).refunds).toEqual([
      { amount: riel(41_000n), way: 'by-hand', done: false, dueAt: START + 72 * HOUR },
    ]);
  });
});

describe('nothing is given away', () => {
  test('a hold is "checking", whatever its reason: no button, no reason, no line in the timeline', () => {
    for (const reason of ['payer-mismatch', 'name-blocked', 'address-review', 'operator'] as const) {
      const desk = at('paid');
      desk.apply({ type: 'held', hold: reason === 'name-blocked' ? 'frozen' : 'review', reason });
      const shown = view(desk);
      expect(shown).toMatchObject({ step: 'checking', may: [], next: null });
      expect(JSON.stringify(shown, text)).not.toMatch(new RegExp(`${reason}|held|frozen|review|hold`));
    }
  });

  test('a frozen order and one under review look the same', () => {
    const [frozen, reviewed] = (['frozen', 'review'] as const).map((hold) => {
      const desk = at('bought');
      desk.apply({ type: 'held', hold, reason: hold === 'frozen' ? 'name-blocked' : 'name-review' });
      return view(desk);
    });
    expect(frozen).toEqual(reviewed);
  });

  test('a frozen order promises no refund', () => {
    const desk = at('paid');
    desk.apply({ type: 'refund-ordered' });
    desk.apply({ type: 'held', hold: 'frozen', reason: 'operator' });
    expect(view(desk).refunds).toEqual([]);
  });

  test('no secret of the order, none of its person, no reference of a write', () => {
    const desk = at('DELIVERED');
    const shown = JSON.stringify(view(desk), text);
    const { seed, person, binding, terms } = desk.order;
    const secrets = [seed, person, binding, terms?.hash, ...desk.order.effects.map(({ reference }) => reference)];
    for (const secret of secrets) expect(shown).not.toContain(`"${secret}"`);
  });
});

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

import { money, USD } from '@rielrails/core';
import type { Instant, Payment } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { lost, openDesk, refused, shown, unreachable } from '../../test/order/desk.ts';
import type { Desk, DeskOptions } from '../../test/order/desk.ts';
import { HOUR, MINUTE, railWith, riel } from '../../test/order/fixtures.ts';
import { mayChoose } from './choosing.ts';
import { mayComplete } from './completing.ts';
import { shownRequest } from './requests.ts';

const PAY = riel(41_000n);
const noRefund = railWith({}, { refund: undefined });
const dollars = railWith({ assets: [{ minimum: money(USD, 1n), maximum: money(USD, 100n) }] });
const invoice = railWith(
  { offers: { 'telegram-invoice': { finality: 'final' } }, create: { repeat: 'none', reaches: 'caller' } },
  { get: undefined, cancel: undefined, refund: undefined, approve: { answerWithinMs: 10_000 } },
);
const form = railWith({ offers: { 'embedded-form': { finality: 'final' } } }, { cancel: undefined, complete: {} });
const unproven = railWith({}, { get: undefined, cancel: undefined, refund: undefined });

function awaiting(options: DeskOptions): Desk {
  const desk = openDesk(options);
  desk.confirm('deliver');
  desk.requested();
  return desk;
}

describe('another rail', () => {
  const rails = { other: railWith({}), dollars, noRefund };
  const choose = (desk: Desk, rail: string, silence: 'refund' | 'deliver' | null = null) =>
    desk.apply({ type: 'rail-chosen', rail, way: null, silence });

  test('before confirming it is only noted, and nothing leaves', () => {
    const desk = openDesk({ rails });
    expect(choose(desk, 'other').rail).toBe('other');
    expect(desk.calls).toEqual([]);
    desk.confirm();
    expect(desk.last('request-payment').provider).toBe('other');
  });

  test('while the first is shown: that one is cancelled, the new one asked for, with the same price and deadline', () => {
    const desk = awaiting({ rails });
    const { quote, payBy } = desk.order;
    const first = desk.last('request-payment');
    desk.pass(MINUTE);
    choose(desk, 'other');
    expect(desk.calls.map(({ kind, provider }) => `${kind} ${provider}`)).toEqual([
      'cancel-payment cash',
      'request-payment other',
    ]);
    expect(shownRequest(desk.order)).toBeNull();
    desk.requested();
    expect(shownRequest(desk.order)?.provider).toBe('other');
    expect(desk.order).toMatchObject({ quote, payBy, state: 'awaiting-payment' });
    desk.seen(first, { arrivals: [{ amount: PAY }] });
    expect(desk.order).toMatchObject({ state: 'paid', disposition: 'undecided' });
  });

  test('money on both: the first funds, the second goes back', () => {
    const desk = awaiting({ rails });
    const first = desk.last('request-payment');
    choose(desk, 'other');
    desk.requested();
    const second = desk.last('request-payment');
    desk.seen(second, { arrivals: [{ amount: PAY }] });
    desk.seen(first, { arrivals: [{ amount: PAY }] });
    expect(desk.order.receipts.map(({ provider, funded, refunded }) => [provider, funded, refunded])).toEqual([
      ['other', 41_000n, 0n],
      ['cash', 0n, 41_000n],
    ]);
    expect(desk.last('refund')).toMatchObject({ provider: 'cash', request: { of: first.reference } });
  });

  test('a rail that refuses: the first request is shown again', () => {
    const desk = awaiting({ rails, rail: railWith({}, { cancel: undefined }) });
    choose(desk, 'other');
    desk.requested(refused);
    expect(desk.order.state).toBe('awaiting-payment');
    expect(shownRequest(desk.order)?.provider).toBe('cash');
  });

  test('a rail that cannot be reached does not end the order: another one is chosen', () => {
    const desk = openDesk({ rails });
    desk.confirm();
    desk.requested(unreachable);
    expect(mayChoose(desk.order, desk.world)).toBe(true);
    choose(desk, 'other');
    desk.requested();
    expect(desk.order.state).toBe('awaiting-payment');
    expect(desk.all('request-payment').map(({ status }) => status)).toEqual(['absent', 'applied']);
  });

  test('all rails refused: the order ends', () => {
    const desk = openDesk({ rails: { other: railWith({}) } });
    desk.confirm();
    desk.requested(refused);
    expect(desk.order.state).toBe('confirmed');
    choose(desk, 'other');
    desk.requested(refused);
    expect(desk.order).toMatchObject({ state: 'CANCELLED', endReason: 'rail-refused' });
  });

  test.each([
    ['in another currency', 'dollars', 'deliver'],
    ['that nobody configured', 'nobody', 'deliver'],
    ['that cannot refund, while silence means refund', 'noRefund', null],
  ] as const)('%s changes nothing', (_what, rail, silence) => {
    const desk = openDesk({ rails });
    desk.confirm('refund');
    desk.requested();
    choose(desk, rail, silence);
    expect(desk.order.rail).toBe('cash');
    expect(desk.calls).toEqual([]);
  });

  test('that cannot refund is taken with the choice it leaves', () => {
    const desk = openDesk({ rails });
    desk.confirm('refund');
    desk.requested();
    expect(choose(desk, 'noRefund', 'deliver')).toMatchObject({ rail: 'noRefund', silence: 'deliver' });
  });

  test('or another way on the same rail: asked for anew, in that way alone', () => {
    const desk = awaiting({
      rail: railWith({ offers: { qr: { finality: 'final' }, redirect: { finality: 'final' } } }),
    });
    desk.apply({ type: 'rail-chosen', rail: 'cash', way: 'redirect', silence: null });
    expect(desk.last('request-payment')).toMatchObject({ provider: 'cash', request: { way: 'redirect' } });
    desk.requested();
    desk.apply({ type: 'rail-chosen', rail: 'cash', way: 'redirect', silence: null });
    desk.apply({ type: 'rail-chosen', rail: 'cash', way: 'embedded-form', silence: null });
    expect(desk.all('request-payment')).toHaveLength(2);
  });

  test('is too late once money came, once the time is over, and while a request is under way', () => {
    const desk = openDesk({ rails });
    desk.confirm();
    expect(mayChoose(desk.order, desk.world)).toBe(false);
    desk.requested();
    expect(mayChoose(desk.order, desk.world)).toBe(true);
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: riel(1000n) }] });
    expect(mayChoose(desk.order, desk.world)).toBe(false);
    const late = awaiting({ rails });
    late.pass(16 * MINUTE);
    expect(mayChoose(late.order, late.world)).toBe(false);
  });
});

describe('a rail that asks before it charges', () => {
  let asked = 0;
  const ask = (desk: Desk, changes: object = {}) => {
    asked += 1;
    return desk.apply({
      type: 'approval-asked',
      request: desk.last('request-payment').reference,
      approval: `Q${asked}`,
      amount: PAY,
      answerBy: (desk.world.now + 10_000) as Instant,
      ...changes,
    });
  };
  const decision = (desk: Desk) => {
    const { request } = desk.last('approve-payment');
    return request.kind === 'approve-payment' ? (request.reason ?? request.decision) : null;
  };
  const answered = (desk: Desk) =>
    desk.apply({
      type: 'payment-approved',
      reference: desk.last('approve-payment').reference,
      attempt: { outcome: 'applied', value: undefined },
    });

  test('yes to what is shown, once per question', () => {
    const desk = awaiting({ rail: invoice });
    ask(desk, { approval: 'same' });
    ask(desk, { approval: 'same' });
    expect(desk.all('approve-payment')).toHaveLength(1);
    expect(decision(desk)).toBe('accept');
  });

  test('no to another amount, after the end, after payment, under review, and to what was replaced', () => {
    const amount = awaiting({ rail: invoice });
    ask(amount, { amount: riel(40_999n) });
    expect(decision(amount)).toBe('other-amount');
    const over = awaiting({ rail: invoice });
    over.pass(15 * MINUTE);
    ask(over);
    expect(decision(over)).toBe('over');
    const paid = awaiting({ rail: invoice });
    paid.seen(paid.last('request-payment'), { arrivals: [{ amount: PAY }] });
    ask(paid);
    expect(decision(paid)).toBe('paid');
    const held = awaiting({ rail: invoice });
    held.apply({ type: 'held', hold: 'review', reason: 'operator' });
    ask(held);
    expect(decision(held)).toBe('checking');
    const replaced = awaiting({ rail: invoice, rails: { other: noRefund } });
    const first = replaced.last('request-payment').reference;
    replaced.apply({ type: 'rail-chosen', rail: 'other', way: null, silence: 'deliver' });
    replaced.requested();
    ask(replaced, { request: first });
    expect(decision(replaced)).toBe('not-shown');
  });

  test('an approved payment that does not come within the hour is for people, also when its answer was lost', () => {
    for (const lost of [false, true]) {
      const desk = awaiting({ rail: invoice });
      desk.pass(14 * MINUTE);
      ask(desk);
      if (!lost) answered(desk);
      desk.pass(20 * MINUTE);
      expect(desk.order).toMatchObject({ state: 'awaiting-payment', hold: 'none' });
      expect(desk.wakeAt()).not.toBeNull();
      desk.pass(HOUR);
      expect(desk.order).toMatchObject({ hold: 'review', holdReasons: ['approved-not-paid'] });
    }
  });

  test('one that comes late is honoured: it was approved in time', () => {
    const desk = awaiting({ rail: invoice });
    desk.pass(14 * MINUTE);
    ask(desk);
    answered(desk);
    const paidAt = desk.world.now;
    desk.pass(30 * MINUTE);
    desk.seen(desk.last('request-payment'), { arrivals: [{ amount: PAY, paidAt }] });
    expect(desk.order.state).toBe('paid');
  });

  test('while one is awaited, no other rail can be taken', () => {
    const desk = awaiting({ rail: invoice, rails: { other: noRefund } });
    expect(mayChoose(desk.order, desk.world)).toBe(true);
    ask(desk);
    expect(mayChoose(desk.order, desk.world)).toBe(false);
  });
});

describe('a rail that wants something handed in', () => {
  const formShown = (desk: Desk) => {
    const attempt = shown(desk.last('request-payment').request);
    if (attempt.outcome !== 'applied') throw new Error('expected a request');
    const { expiresAt } = attempt.value.next;
    const next = { type: 'embedded-form', scriptUrl: 'https://js.example', publishableKey: 'pk', expiresAt } as const;
    return { outcome: 'applied', value: { ...attempt.value, next } } as const;
  };
  const opened = (): Desk => {
    const desk = openDesk({ rail: form });
    desk.confirm();
    desk.requested(formShown(desk));
    return desk;
  };
  const complete = (desk: Desk) => desk.apply({ type: 'completed', token: 'tok_1' });
  const paid = (desk: Desk): Payment => {
    const { reference } = desk.last('request-payment');
    const receipt = { transaction: 'ch_1' as never, amount: PAY, paidAt: desk.world.now };
    return { reference, requested: PAY, receipts: [receipt], refunds: [], reversals: [], status: 'paid' };
  };
  const answer = (desk: Desk, attempt: Parameters<Desk['requested']>[0] | { outcome: 'applied'; value: Payment }) =>
    desk.apply({
      type: 'payment-completed',
      reference: desk.last('complete-payment').reference,
      attempt: attempt as never,
      payers: { ch_1: 'match' },
    });

  test('what is handed in is charged once, and funds the order', () => {
    const desk = opened();
    complete(desk);
    complete(desk);
    expect(desk.all('complete-payment')).toHaveLength(1);
    answer(desk, { outcome: 'applied', value: paid(desk) });
    expect(desk.order.state).toBe('paid');
    expect(mayComplete(desk.order, desk.world.now)).toBe(false);
  });

  test('a card that is declined may be tried again', () => {
    const desk = opened();
    complete(desk);
    answer(desk, refused);
    expect(mayComplete(desk.order, desk.world.now)).toBe(true);
    expect(desk.order.state).toBe('awaiting-payment');
  });

  test('an answer that was lost is looked up, and never handed in again before', () => {
    const desk = opened();
    complete(desk);
    answer(desk, { outcome: 'unknown', fault: { kind: 'unknown', provider: 'p', reason: 'timeout', message: 'lost' } });
    expect(mayComplete(desk.order, desk.world.now)).toBe(false);
    expect(desk.inquiries()).toContain('look-up');
    const request = desk.last('request-payment');
    desk.seen(request, { arrivals: [{ amount: PAY, transaction: 'ch_1' }] });
    expect(desk.order.state).toBe('paid');
    expect(desk.last('complete-payment').status).toBe('applied');
  });

  test('a lookup that proves that nothing was charged opens the form again', () => {
    const desk = opened();
    complete(desk);
    answer(desk, { outcome: 'unknown', fault: { kind: 'unknown', provider: 'p', reason: 'timeout', message: 'lost' } });
    desk.seen(desk.last('request-payment'));
    expect(desk.last('complete-payment').status).toBe('unknown');
    desk.pass(6000);
    desk.seen(desk.last('request-payment'));
    expect(desk.last('complete-payment').status).toBe('absent');
    expect(mayComplete(desk.order, desk.world.now)).toBe(true);
  });
});

describe('a rail that finds by its own handle only', () => {
  const byHandle = railWith(
    { create: { repeat: 'none', reaches: 'caller' } },
    { get: { by: 'handle', covers: 'all', notFoundIsFinalAfterMs: 'never' }, cancel: undefined },
  );

  test('a request whose answer was lost is found once a verified delivery names it, and its money is the order’s', () => {
    const desk = openDesk({ rail: byHandle });
    desk.confirm('deliver');
    desk.requested(lost);
    const [first] = desk.all('request-payment');
    desk.requested();
    expect(desk.inquiries()).toEqual([]);
    desk.apply({ type: 'handle-told', reference: first?.reference as never, handle: 'theirs-7' });
    expect(desk.inquiries()).toEqual(['look-up']);
    desk.seen(first as never, { arrivals: [{ amount: PAY }] });
    expect(desk.order.state).toBe('paid');
    desk.apply({ type: 'handle-told', reference: first?.reference as never, handle: 'another' });
    expect(desk.all('request-payment')[0]?.handle).toBe('theirs-7');
  });
});

describe('money that can be taken back', () => {
  const DAY = 24 * HOUR;
  const card = railWith({ offers: { qr: { finality: { reversibleForMs: 180 * DAY } } } });

  test('is watched as long as that, ever more rarely, and a dispute after months is a loss', () => {
    const desk = openDesk({ rail: card, policy: { reversibleCap: [PAY], watchDepth: 2 } });
    desk.until('DELIVERED');
    const request = desk.last('request-payment');
    const [receipt] = desk.order.receipts;
    const arrivals = [{ amount: PAY, transaction: receipt?.transaction ?? '', paidAt: receipt?.paidAt ?? null }];
    let looks = 0;
    for (let wake = desk.wakeAt(); wake !== null && wake < desk.world.now + 400 * DAY; wake = desk.wakeAt()) {
      desk.pass(Math.max(1, wake - desk.world.now));
      if (!desk.inquiries().includes('look-up')) break;
      looks += 1;
      if (desk.world.now > (receipt?.seenAt ?? 0) + 100 * DAY) break;
      desk.seen(request, { arrivals });
    }
    expect(looks).toBeGreaterThan(10);
    expect(looks).toBeLessThan(400);
    const reversal = { receipt: receipt?.transaction as never, amount: PAY };
    desk.seen(request, { arrivals, payment: { reversals: [reversal], status: 'reversed' } });
    expect(desk.order).toMatchObject({ hold: 'review', holdReasons: ['reversed-after-buy'] });
    expect(desk.movements.at(-1)).toMatchObject({ type: 'reversed', loss: true });
  });
});

describe('coins', () => {
  const coming = (wallet: 'review' | 'blocked') => {
    const desk = awaiting({});
    const { reference } = desk.last('request-payment');
    const receipt = { transaction: 'C1' as never, amount: PAY, paidAt: desk.world.now };
    desk.apply({
      type: 'payment-seen',
      reference,
      payment: { reference, requested: PAY, receipts: [receipt], refunds: [], reversals: [], status: 'paid' },
      payers: { C1: 'match' },
      wallets: { C1: wallet },
    });
    return desk.order;
  };

  test('from a listed address are blocked, and nothing moves any more', () => {
    expect(coming('blocked')).toMatchObject({
      hold: 'frozen',
      holdReasons: ['payer-address'],
      state: 'awaiting-payment',
      receipts: [{ funded: 0n, blocked: 41_000n }],
    });
  });

  test('from a doubtful one wait for a person', () => {
    expect(coming('review')).toMatchObject({ hold: 'review', holdReasons: ['payer-address'] });
  });
});

describe('a rail that proves nothing', () => {
  test('somebody came back from it: a person compares the statement, and the bank’s reference funds the order once', () => {
    const desk = awaiting({ rail: unproven });
    const request = desk.last('request-payment').reference;
    desk.apply({ type: 'payment-claimed' });
    expect(desk.order.state).toBe('awaiting-payment');
    desk.pass(16 * MINUTE);
    expect(desk.order).toMatchObject({ hold: 'review', holdReasons: ['payment-unproven'], receipts: [] });
    desk.apply({ type: 'payment-stated', request, bankReference: 'FT-1', amount: PAY });
    expect(desk.order).toMatchObject({ state: 'paid', hold: 'none' });
    desk.apply({ type: 'payment-stated', request, bankReference: 'FT-1', amount: PAY });
    expect(desk.order.receipts).toHaveLength(1);
  });

  test('nobody came back: it ends as any other', () => {
    const desk = awaiting({ rail: unproven });
    desk.pass(16 * MINUTE);
    expect(desk.order.state).toBe('EXPIRED');
  });
});

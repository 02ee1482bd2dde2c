import { KHR, money, USD } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from './database.ts';
import { ruleOf } from './refusals.ts';
import { createFormRail, createInvoiceRail } from './world/rails.ts';
import type { FormRail, InvoiceRail } from './world/rails.ts';
import { chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
let invoices: InvoiceRail;
let cards: FormRail;
beforeAll(async () => {
  world = await createTestWorld({
    cash: {},
    rails(runtime) {
      invoices = createInvoiceRail(runtime);
      cards = createFormRail(runtime);
      return [invoices.rail, cards.rail];
    },
  });
});
afterAll(async () => {
  expect(await world.orders.admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
  await world.end();
});

let chats = 0;

/** A confirmed order of a new chat that is to be paid by a rail. */
async function confirmedBy(rail: string) {
  const chat = `rails-${(chats += 1)}`;
  const ref = chatRef(chat);
  const { id } = await world.quoted(chat);
  await world.orders.buyer.chooseRail(ref, id, { rail });
  await world.confirm(chat, id, 'deliver');
  return { ref, id, chat };
}

const at = async ({ ref, id }: { readonly ref: ReturnType<typeof chatRef>; readonly id: Reference }) =>
  world.orders.buyer.view(ref, id);
const send = async (request: Request) => {
  const { status } = await world.orders.handle(request);
  await world.orders.idle();
  return status;
};

describe('the choice', () => {
  test('shows what suits the order, and how money would come back', async () => {
    const chat = `rails-${(chats += 1)}`;
    const { id } = await world.quoted(chat);
    expect(await world.orders.buyer.rails(chatRef(chat), id)).toMatchObject([
      { id: 'cash', way: 'qr', chosen: true, state: 'available', refundWay: 'rail', reversibleForMs: null },
      { id: 'invoices', way: 'telegram-invoice', chosen: false, state: 'available', refundWay: 'by-hand' },
      { id: 'cards', way: 'embedded-form', chosen: false, state: 'available', refundWay: 'by-hand' },
    ]);
  });

  test('a wish that is changed to another currency is not left with a rail that does not take it', async () => {
    const chat = `rails-${(chats += 1)}`;
    const { id } = await world.quoted(chat);
    const { buyer } = world.orders;
    await buyer.chooseRail(chatRef(chat), id, { rail: 'invoices' });
    const smaller = await buyer.quote(chatRef(chat), {
      want: { type: 'spend', amount: money(KHR, 40_000n) },
      payIn: KHR,
    });
    expect(smaller).toMatchObject({ id, rail: 'invoices' });
    const dollars = await buyer.quote(chatRef(chat), {
      want: { type: 'spend', amount: money(USD, 1000n) },
      payIn: USD,
    });
    expect(dollars).toMatchObject({ id, rail: 'cash' });
    expect((await buyer.rails(chatRef(chat), id)).filter(({ chosen }) => chosen)).toMatchObject([{ id: 'cash' }]);
  });

  test('a rail that failed twice is shown as down, and is not the one offered first', async () => {
    for (let time = 0; time < 2; time += 1) {
      world.cash.fault.create = 'unreachable';
      const { ref, id } = await confirmedBy('cash');
      await world.orders.buyer.cancel(ref, id);
    }
    const chat = `rails-${(chats += 1)}`;
    const ref = chatRef(chat);
    const { id } = await world.orders.buyer.quote(ref, {
      want: { type: 'spend', amount: money(KHR, 41_000n) },
      payIn: KHR,
    });
    const shown = await world.orders.buyer.rails(ref, id);
    expect(shown.map(({ id: rail, state, chosen }) => `${rail} ${state}${chosen ? ' chosen' : ''}`)).toEqual([
      'cash down',
      'invoices available chosen',
      'cards available',
    ]);
    await world.runtime.clock.advance(61_000);
    expect((await world.orders.buyer.rails(ref, id))[0]?.state).toBe('available');
  });

  test('money on both rails belongs to the order: the second goes back', async () => {
    const order = await confirmedBy('cash');
    const first = world.cash.asked.at(-1) ?? '';
    expect((await at(order)).may).toContain('choose-rail');
    const request = world.cash.requests.get(first);
    await world.orders.buyer.chooseRail(order.ref, order.id, { rail: 'cards' });
    expect(await at(order)).toMatchObject({ rail: 'cards', next: { type: 'embedded-form' }, step: 'pay' });
    await world.orders.buyer.complete(order.ref, order.id, 'tok_both');
    // The first bank was slow: its payer had scanned before the request was closed.
    if (request) request.closed = false;
    world.cash.pay(first, { name: 'DARA SOK' });
    await world.pass(20_000);
    expect(world.cash.refundsDone).toHaveLength(1);
    expect(await at(order)).toMatchObject({ state: 'broadcast', refunds: [{ way: 'rail', done: true }] });
  });

  test.each([
    ['nobody', {}, 'rail unknown'],
    ['cards', { silence: 'never' as never }, 'silence unknown'],
    ['cards', { way: 'qr' as const }, 'way unknown'],
  ])('%s: refused by name', async (rail, more, rule) => {
    const { ref, id } = await confirmedBy('cash');
    expect(await ruleOf(world.orders.buyer.chooseRail(ref, id, { rail, ...more }))).toBe(rule);
  });

  test('a rail that cannot refund asks again what silence means', async () => {
    const chat = `rails-${(chats += 1)}`;
    const ref = chatRef(chat);
    const { id } = await world.quoted(chat);
    await world.confirm(chat, id, 'refund');
    const { buyer } = world.orders;
    expect(await ruleOf(buyer.chooseRail(ref, id, { rail: 'cards' }))).toBe('silence not-offered');
    expect(await buyer.chooseRail(ref, id, { rail: 'cards', silence: 'deliver' })).toMatchObject({ rail: 'cards' });
  });

  test('of somebody else’s order is refused', async () => {
    const { id } = await confirmedBy('cash');
    expect(await ruleOf(world.orders.buyer.chooseRail(chatRef('stranger'), id, { rail: 'cards' }))).toBe(
      'order not-yours',
    );
  });
});

describe('a rail that nobody can look up', () => {
  test('asks, is answered from what is stored, and its verified word is the payment', async () => {
    const order = await confirmedBy('invoices');
    const reference = invoices.asked.at(-1) ?? '';
    expect(await send(invoices.preCheckout(reference))).toBe(200);
    expect(invoices.answers.at(-1)).toBe('accept');
    expect(await send(invoices.paid(reference))).toBe(200);
    expect(await send(invoices.paid(reference))).toBe(200);
    await world.pass(10_000);
    expect(await at(order)).toMatchObject({ state: 'broadcast', received: { minor: 41_000n } });
  });

  test('paid again: the second payment is owed back by hand', async () => {
    const order = await confirmedBy('invoices');
    const reference = invoices.asked.at(-1) ?? '';
    await send(invoices.preCheckout(reference));
    await send(invoices.paid(reference));
    await send(invoices.preCheckout(reference));
    expect(invoices.answers.at(-1)).toMatch(/already/);
    await send(invoices.paid(reference, { transaction: `again-${reference}` }));
    await world.pass(10_000);
    expect((await at(order)).refunds).toMatchObject([{ way: 'by-hand', done: false, amount: { minor: 41_000n } }]);
  });

  test('a forged delivery and an invoice of nobody change nothing', async () => {
    const order = await confirmedBy('invoices');
    const reference = invoices.asked.at(-1) ?? '';
    expect(await send(invoices.paid(reference, { secret: 'forged' }))).toBe(401);
    expect(await send(invoices.paid('4242'))).toBe(200);
    expect(await at(order)).toMatchObject({ state: 'awaiting-payment', received: null });
    await send(invoices.preCheckout('4242'));
    expect(invoices.answers.at(-1)).toMatch(/Nothing is charged/);
  });

  test('an approved payment that does not come is for people', async () => {
    const order = await confirmedBy('invoices');
    await send(invoices.preCheckout(invoices.asked.at(-1) ?? ''));
    await world.pass(70 * 60_000);
    expect((await world.orders.admin.order(order.id)).order.holdReasons).toEqual(['approved-not-paid']);
  });
});

describe('a rail that wants a token', () => {
  test('declined, tried again, charged once', async () => {
    const order = await confirmedBy('cards');
    const { buyer } = world.orders;
    cards.next = 'decline';
    expect(await buyer.complete(order.ref, order.id, 'tok_declined')).toMatchObject({ step: 'pay', declined: true });
    const charged = cards.charges.length;
    await buyer.complete(order.ref, order.id, 'tok_good');
    await world.pass(10_000);
    expect(await at(order)).toMatchObject({ state: 'broadcast' });
    expect(cards.charges).toHaveLength(charged + 1);
  });

  test('an answer that was lost is looked up: charged once, and not handed in again', async () => {
    const order = await confirmedBy('cards');
    const charged = cards.charges.length;
    cards.next = 'charge-and-lose-the-answer';
    await world.orders.buyer.complete(order.ref, order.id, 'tok_lost');
    await world.pass(10_000);
    expect(await at(order)).toMatchObject({ state: 'broadcast' });
    expect(cards.charges).toHaveLength(charged + 1);
  });

  test('a call that was lost is proven absent, and the form opens again', async () => {
    const order = await confirmedBy('cards');
    cards.next = 'lose-the-call';
    expect(await world.orders.buyer.complete(order.ref, order.id, 'tok_never')).toMatchObject({ step: 'confirming' });
    await world.pass(30_000);
    expect((await at(order)).may).toContain('complete');
  });

  test('what was handed in for one order is worth nothing for another', async () => {
    const first = await confirmedBy('cards');
    await world.orders.buyer.complete(first.ref, first.id, 'tok_once');
    const second = await confirmedBy('cards');
    expect(await ruleOf(world.orders.buyer.complete(second.ref, second.id, 'tok_once'))).toBe('token used');
    expect(await at(second)).toMatchObject({ state: 'awaiting-payment', received: null });
    expect(await ask(world.url, `select 1 from effect where data -> 'request' ->> 'token' = 'tok_once'`)).toHaveLength(
      1,
    );
  });

  test.each([
    ['a card number', '4242424242424242', 'token card-number'],
    ['a card number with dashes', '4242-4242-4242-4242', 'token card-number'],
    ['a word with spaces', 'tok 1', 'token malformed'],
    ['a long text', 't'.repeat(201), 'token malformed'],
    ['nothing', '', 'token malformed'],
  ])('%s is refused', async (_what, token, rule) => {
    const order = await confirmedBy('cards');
    const charged = cards.charges.length;
    expect(await ruleOf(world.orders.buyer.complete(order.ref, order.id, token))).toBe(rule);
    expect(cards.charges).toHaveLength(charged);
  });
});

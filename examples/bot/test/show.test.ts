import { BTC, KHR, money } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import type { OrderView, ShowResult } from '@rielrails/orders';
import { expect, test } from 'vitest';
import { receiptRows } from '../src/pictures/receipt.ts';
import { readQr } from '../src/read-qr.ts';
import { renderStatus } from '../src/render/status.ts';
import { createBench } from './bench.ts';
import type { Bench } from './bench.ts';
import { ADDRESS, payableView, TRANSACTION, viewOf } from './fake-orders.ts';

/** A bench whose buyer has written to the bot already. */
async function openBench(): Promise<Bench> {
  const bench = createBench();
  await bench.type('/help');
  return bench;
}

const handleOf = (result: ShowResult): string => (result.outcome === 'shown' ? result.handle : 'not shown');
const byBot = (bench: Bench) =>
  bench
    .messages()
    .filter((one) => one.byBot && !one.deleted)
    .slice(1);
const picture = (bench: Bench, index = 0): Uint8Array => {
  const id = byBot(bench)[index]?.message.photo?.at(-1)?.file_id ?? '';
  return bench.telegram.file(id)?.bytes ?? new Uint8Array();
};
const sends = (bench: Bench) =>
  bench.telegram.exchanges.map(({ route }) => route).filter((route) => route?.startsWith('send'));

const delivered = (changes: Partial<OrderView> = {}) =>
  viewOf({
    state: 'DELIVERED',
    step: 'delivered',
    address: ADDRESS,
    may: [],
    payBy: payableView().payBy,
    received: money(KHR, 41_000n),
    delivery: { amount: money(BTC, 10_021n), transactionId: TRANSACTION, confirmations: 2, needed: 2 },
    ...changes,
  });

test('one message from the code to the receipt, and no code stays on the screen', async () => {
  const bench = await openBench();
  const first = await bench.show(payableView());
  expect(byBot(bench)).toHaveLength(1);
  expect(byBot(bench)[0]?.message.caption).toContain('Pay exactly 41,000 KHR by 10:10');
  expect(await readQr(picture(bench))).toBe('0002010102123051001');
  const paid = await bench.show(
    viewOf({ step: 'paid', state: 'paid', may: [], payBy: payableView().payBy }),
    handleOf(first),
  );
  expect(byBot(bench)).toHaveLength(1);
  expect(byBot(bench)[0]?.message.caption).toContain('Your payment arrived');
  expect(byBot(bench)[0]?.message).not.toHaveProperty('reply_markup');
  await expect(readQr(picture(bench))).rejects.toMatchObject({ field: 'picture', rule: 'no-qr' });
  const end = await bench.show(delivered(), handleOf(paid));
  expect(byBot(bench).map(({ message }) => message.caption?.split('\n')[0])).toEqual([
    'Order R-4821-3907 · delivered',
    'Order R-4821-3907: your bitcoin has arrived. Here is your receipt.',
  ]);
  expect(byBot(bench)[0]?.message.caption).toContain(TRANSACTION);
  const before = sends(bench);
  expect(await bench.show(delivered(), handleOf(end))).toEqual(end);
  expect(sends(bench)).toEqual(before);
});

test.each(['expired', 'cancelled', 'checking', 'confirming'] as const)('%s takes the code away', async (step) => {
  const bench = await openBench();
  const shown = await bench.show(payableView());
  await bench.show(payableView({ step, next: null, toPay: null, may: [] }), handleOf(shown));
  await expect(readQr(picture(bench))).rejects.toMatchObject({ rule: 'no-qr' });
});

test('a code past its deadline that nobody has decided on yet is taken away too', async () => {
  const bench = await openBench();
  const shown = await bench.show(payableView());
  await bench.show(payableView({ next: null, toPay: null }), handleOf(shown));
  await expect(readQr(picture(bench))).rejects.toMatchObject({ rule: 'no-qr' });
  expect(byBot(bench)[0]?.message.caption).toContain('You need to do nothing');
});

test('another way of paying takes the place of the first, in the same message', async () => {
  const bench = await openBench();
  const first = await bench.show(payableView({ rail: 'payway' }));
  const between = await bench.show(payableView({ next: null, toPay: null, may: ['cancel'] }), handleOf(first));
  await expect(readQr(picture(bench))).rejects.toMatchObject({ rule: 'no-qr' });
  const { payBy } = payableView();
  const page = {
    type: 'redirect',
    url: 'https://page.example/1',
    expiresAt: payBy ?? payableView().createdAt,
  } as const;
  const second = await bench.show(payableView({ rail: 'wing', next: page }), handleOf(between));
  await expect(readQr(picture(bench))).rejects.toMatchObject({ rule: 'no-qr' });
  expect(byBot(bench)[0]?.message.caption).toContain('with Wing');
  const other = { ...page, type: 'qr', standard: 'khqr', payload: 'the second code' } as const;
  const third = await bench.show(payableView({ rail: 'bakong', next: other }), handleOf(second));
  expect(await readQr(picture(bench))).toBe('the second code');
  await bench.show(payableView({ rail: 'payway', next: { ...other, payload: 'the third code' } }), handleOf(third));
  expect(await readQr(picture(bench))).toBe('the third code');
  expect(byBot(bench)).toHaveLength(1);
});

test('a wish that ended before it was agreed says nothing', async () => {
  const bench = await openBench();
  expect(await bench.show(viewOf({ step: 'expired', state: 'EXPIRED', may: [] }))).toMatchObject({ outcome: 'shown' });
  expect(byBot(bench)).toEqual([]);
});

test('the price moved: buttons in place, and a sound', async () => {
  const bench = await openBench();
  const answerBy = 1_795_231_000_000 as Instant;
  const question = { offered: money(BTC, 9000n), floor: money(BTC, 9920n), answerBy, silence: 'refund' } as const;
  const view = viewOf({ step: 'price-moved', state: 'paid', payBy: answerBy, may: ['answer-price'], question });
  bench.fake.order = view;
  const shown = await bench.show(view);
  expect(byBot(bench).map(({ message }) => message.text ?? message.caption)).toMatchObject([
    expect.stringContaining('you would now get 0.00009000 BTC'),
    expect.stringContaining('please answer above by'),
  ]);
  await bench.tap('Money back');
  expect(bench.fake.asked).toEqual(['answer refund']);
  bench.fake.order = { ...view, question: { ...question, answerBy: (answerBy + 1) as Instant } };
  await bench.tap('Deliver 9,000 sats');
  expect(bench.fake.asked).toEqual(['answer refund']);
  await bench.show({ ...view, version: 9 }, handleOf(shown));
  expect(byBot(bench)).toHaveLength(2);
});

test('too little: the message says what is missing, with a sound for each amount', async () => {
  const bench = await openBench();
  const lines = [{ key: 'pay', amount: money(KHR, 41_000n) }] as const;
  const first = await bench.show(payableView({ lines }));
  const short = payableView({ lines, toPay: money(KHR, 4_100n), received: money(KHR, 36_900n) });
  const second = await bench.show(short, handleOf(first));
  expect(byBot(bench).map(({ message }) => message.text ?? message.caption)).toEqual([
    expect.stringContaining('4,100 KHR is missing.'),
    'Order R-4821-3907: 4,100 KHR is missing, see above.',
  ]);
  const third = await bench.show(short, handleOf(second));
  expect(byBot(bench)).toHaveLength(2);
  await bench.show({ ...short, toPay: money(KHR, 100n) }, handleOf(third));
  expect(byBot(bench)).toHaveLength(3);
});

test('what came from a stranger and went back is not part of the payment', () => {
  const lines = [{ key: 'pay', amount: money(KHR, 41_000n) }] as const;
  const refund = { amount: money(KHR, 41_000n), way: 'rail', done: true, dueAt: null } as const;
  const view = payableView({ lines, received: money(KHR, 41_000n), refunds: [refund] });
  expect(renderStatus(view, { payPage: null }).html).not.toContain('missing');
});

test('a receipt tells what went back of what was paid', () => {
  const back = { amount: money(KHR, 4_100n), way: 'rail', done: true, dueAt: null } as const;
  const owed = { ...back, way: 'by-hand', done: false } as const;
  const view = delivered({ received: money(KHR, 45_100n), refunds: [back, owed] });
  expect(receiptRows(view, view.createdAt)).toEqual(
    expect.arrayContaining([
      ['Paid · បានបង់', '45,100 KHR'],
      ['Sent back · បានសងវិញ', '4,100 KHR'],
      ['Goes back to you · កំពុងសងអ្នកវិញ', '4,100 KHR'],
    ]),
  );
});

test('what is owed is shown until it is paid', () => {
  const dueAt = 1_795_400_000_000 as Instant;
  const owed = { amount: money(KHR, 41_000n), way: 'by-hand', done: false, dueAt } as const;
  const html = renderStatus(viewOf({ step: 'refunding', refunds: [owed, { ...owed, way: 'rail', done: true }] }), {
    payPage: null,
  }).html;
  expect(html).toContain('We owe you 41,000 KHR, by 23 Nov 2026, 09:13 at the latest');
  expect(html).toContain('Sent back: 41,000 KHR');
});

test('every status is a caption, in both languages, with everything that can stand in it', () => {
  const steps = [
    'preparing',
    'pay',
    'confirming',
    'paid',
    'buying',
    'price-moved',
    'sending',
    'on-the-way',
    'delivered',
    'refunding',
    'refunded',
    'expired',
    'cancelled',
    'rejected',
    'checking',
  ] as const;
  for (const step of steps) {
    for (const language of ['en', 'km'] as const) {
      const refund = {
        amount: money(KHR, 999_999_999n),
        way: 'by-hand',
        done: false,
        dueAt: 1_795_400_000_000 as Instant,
      } as const;
      const { next, toPay, payBy } = payableView();
      const said = renderStatus(
        delivered({ step, language, next, toPay, payBy, refunds: [refund, refund], address: ADDRESS.padEnd(90, 'q') }),
        { payPage: null },
      );
      expect(Array.from(said.html).length).toBeLessThanOrEqual(1024);
    }
  }
});

test('throttled: later, and then it works', async () => {
  const bench = await openBench();
  bench.telegram.faults.add('throttled', { route: 'sendPhoto' });
  expect(await bench.show(payableView())).toEqual({ outcome: 'later', retryAfterMs: 1000 });
  expect(await bench.show(payableView())).toMatchObject({ outcome: 'shown' });
});

test('Telegram cannot be reached: later', async () => {
  const bench = await openBench();
  bench.telegram.faults.add('refused-connection', { route: 'sendPhoto' });
  expect(await bench.show(payableView())).toMatchObject({ outcome: 'later' });
  bench.telegram.faults.add('http-503', { route: 'sendPhoto' });
  expect(await bench.show(payableView())).toMatchObject({ outcome: 'later' });
});

test('blocked, or never written to: gone', async () => {
  const bench = await openBench();
  const shown = await bench.show(payableView());
  bench.sok.block();
  expect(await bench.show(delivered(), handleOf(shown))).toEqual({ outcome: 'gone' });
  expect(await bench.bot.show({ channel: 'telegram', chat: '777' }, payableView(), null)).toEqual({ outcome: 'gone' });
});

test('a message that is not there any more is sent anew', async () => {
  const bench = await openBench();
  const shown = await bench.show(payableView());
  const [{ message } = { message: { message_id: 0 } }] = byBot(bench);
  const remove = new Request(`https://api.telegram.org/bot123456:CANARY-token-of-the-bot/deleteMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chat_id: 42, message_id: message.message_id }),
  });
  await bench.telegram.fetch(remove, {});
  const again = await bench.show(payableView({ version: 10, toPay: money(KHR, 20_000n) }), handleOf(shown));
  expect(handleOf(again)).not.toBe(handleOf(shown));
  expect(byBot(bench).map((one) => one.message.caption)).toEqual([expect.stringContaining('20,000 KHR')]);
});

test('a name that turns the writing direction is written plain', async () => {
  const bench = createBench();
  bench.telegram.openChat({ id: 50, firstName: '\u202eevil\u200b', languageCode: 'en' }).sendText('/help');
  await bench.handle();
  expect(await bench.bot.show({ channel: 'telegram', chat: '50' }, payableView(), null)).toMatchObject({
    outcome: 'shown',
  });
});

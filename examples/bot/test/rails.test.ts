import { KHR, money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import type { OrderView, RailView } from '@rielrails/orders';
import { expect, test } from 'vitest';
import { renderQuote } from '../src/render/quote.ts';
import { createBench } from './bench.ts';
import type { Bench } from './bench.ts';
import { ADDRESS, payableView, railOf, viewOf } from './fake-orders.ts';

const DAY_MS = 86_400_000;
const dollars = { minimum: money(USD, 101n), maximum: money(USD, 10_000_00n) };

const rails: readonly RailView[] = [
  railOf('payway', { refundWay: 'rail' }),
  railOf('bakong'),
  railOf('bongloy', {
    way: 'embedded-form',
    refundWay: 'rail',
    reversibleForMs: 180 * DAY_MS,
    state: 'down',
  }),
  railOf('aeon', { way: 'redirect', assets: [USD], limits: null, state: 'other-currency' }),
  railOf('apay', { way: 'redirect', state: 'too-little' }),
  railOf('wing', { way: 'redirect', state: 'too-much' }),
];

function openBench(language = 'en'): Bench {
  const bench = createBench(language);
  bench.fake.rails = rails;
  return bench;
}

const buttons = (bench: Bench): readonly string[] =>
  bench
    .messages()
    .findLast(({ byBot }) => byBot)
    ?.message.reply_markup?.inline_keyboard.flat()
    .map(({ text }) => text) ?? [];

/** An order that waits for its payment, while other ways are there. */
const waiting = (changes: Partial<OrderView> = {}) =>
  payableView({ may: ['pay', 'cancel', 'choose-rail'], refundWay: 'rail', ...changes });

test('a quote names every way of paying, with cost, time, the way back, and why one does not suit', async () => {
  const bench = openBench();
  await bench.type('41000');
  for (const said of [
    'Pay with, no extra fee:',
    '● ABA, ACLEDA, Wing and every KHQR bank app\n    seen at once · refund: the way you paid',
    '○ Bakong and every KHQR bank app\n    seen at once · refund: by our staff, within 72 hours',
    '○ Card (Visa, Mastercard, UnionPay)\n    your bitcoin may wait 180 days, as long as the payment can be taken back · refund: the way you paid · does not answer at the moment',
    '✕ Crypto (USDT, USDC and others): takes USD only. Type your amount in it, for example 10 usd',
    '✕ ABA, on the page of A-Pay: takes 4,000 KHR or more',
    '✕ Wing: takes 400,000 KHR at most',
  ])
    expect(bench.last()).toContain(said);
  expect(buttons(bench)).toEqual([
    '● ABA, ACLEDA, Wing and every KHQR bank app',
    '○ Bakong and every KHQR bank app',
    '○ Card (Visa, Mastercard, UnionPay)',
    'Change',
    'Cancel',
  ]);
});

test('one tap in the quote chooses, and the quote says so', async () => {
  const bench = openBench();
  await bench.type('41000');
  const before = bench.messages().length;
  await bench.tap('○ Bakong and every KHQR bank app');
  expect(bench.fake.asked.at(-1)).toBe('rail bakong');
  expect(bench.messages()).toHaveLength(before);
  expect(bench.last()).toContain('● Bakong and every KHQR bank app');
  expect(bench.last()).toContain('A refund is paid by our staff');
});

test('with one way of paying there is nothing to choose', async () => {
  const bench = createBench();
  bench.fake.rails = [railOf('payway')];
  await bench.type('41000');
  expect(bench.last()).not.toContain('Pay with');
  expect(buttons(bench)).toEqual(['Change', 'Cancel']);
});

test('after the agreement the list opens from the payment message, and a tap changes the way', async () => {
  const bench = openBench();
  bench.fake.order = waiting({ rail: 'bakong' });
  await bench.type('/status');
  await bench.tap('Pay another way');
  expect(bench.last()).toContain('The amount, 41,000 KHR, and the time, until 10:10, stay as they are');
  expect(buttons(bench)).toEqual([
    '○ ABA, ACLEDA, Wing and every KHQR bank app',
    '○ Card (Visa, Mastercard, UnionPay)',
    'No, change nothing',
  ]);
  const before = bench.messages().length;
  await bench.tap('○ ABA, ACLEDA, Wing and every KHQR bank app');
  expect(bench.fake.asked).toEqual(['rail payway']);
  expect(bench.messages()).toHaveLength(before);
  expect(bench.last()).toContain('Do not pay the earlier code or page any more');
});

test('a way without refunds is taken only after one clear question', async () => {
  const bench = openBench();
  bench.fake.order = waiting();
  await bench.type('/status');
  await bench.tap('Pay another way');
  await bench.tap('○ Bakong and every KHQR bank app');
  expect(bench.fake.asked).toEqual([]);
  expect(bench.last()).toContain('your money does not come back');
  expect(bench.last()).toContain('less than 0.00009920 BTC (9,920 sats) only after a person has looked at it');
  expect(buttons(bench)).toEqual(['Yes, pay this way', 'No, change nothing']);
  await bench.tap('Yes, pay this way');
  expect(bench.fake.asked).toEqual(['rail bakong deliver']);
  expect(bench.last()).toContain('You now pay by: Bakong and every KHQR bank app');
});

test('“no” changes nothing', async () => {
  const bench = openBench();
  bench.fake.order = waiting();
  await bench.type('/status');
  await bench.tap('Pay another way');
  await bench.tap('○ Bakong and every KHQR bank app');
  await bench.tap('No, change nothing');
  expect(bench.fake.asked).toEqual([]);
  expect(bench.last()).toBe('Nothing has changed: you pay by ABA, ACLEDA, Wing and every KHQR bank app.');
  expect(buttons(bench)).toEqual([]);
});

test.each([
  ['the choice of an older quote', viewOf({ version: 7, may: ['choose-rail'] })],
  ['a choice once money is on its way', waiting({ may: ['cancel'] })],
])('%s has ended', async (_what, later) => {
  const bench = openBench();
  bench.fake.order = viewOf({ may: ['choose-rail', 'cancel'] });
  await bench.type('/status');
  bench.fake.order = later;
  await bench.tap('○ Bakong and every KHQR bank app');
  expect(bench.fake.asked).toEqual([]);
  expect(bench.alerts).toEqual(['This offer has ended. See the newest message, or /buy again.']);
});

test('the choice of another person’s order has ended for everybody else', async () => {
  const bench = openBench();
  const dara = bench.telegram.openChat({ id: 43, firstName: 'Dara', languageCode: 'en' });
  bench.fake.order = viewOf({ may: ['choose-rail', 'cancel'] });
  await bench.type('/status');
  const data = bench
    .messages()
    .at(-1)
    ?.message.reply_markup?.inline_keyboard.flat()
    .find(({ text }) => text.startsWith('○ Bakong'));
  dara.sendText('/help');
  await bench.handle();
  const update = {
    update_id: 900_000,
    callback_query: {
      id: '1',
      from: dara.user,
      chat_instance: '1',
      data: data && 'callback_data' in data ? data.callback_data : '',
      message: { message_id: 1, date: 1, chat: { id: 43, type: 'private', first_name: 'Dara' } },
    },
  };
  await bench.bot.handleUpdate(update as unknown as Parameters<typeof bench.bot.handleUpdate>[0]);
  expect(bench.fake.asked).toEqual([]);
});

test('a way that is not offered any more is told as such', async () => {
  const bench = openBench();
  bench.fake.order = viewOf({ may: ['choose-rail', 'cancel'] });
  await bench.type('/status');
  bench.fake.rails = rails.slice(0, 1);
  await bench.tap('○ Bakong and every KHQR bank app');
  expect(bench.last()).toBe('This way of paying is not offered any more. See /status.');
});

test('in Khmer', async () => {
  const bench = openBench('km');
  await bench.type('៤១០០០');
  expect(bench.last()).toContain('● ABA, ACLEDA, Wing និងកម្មវិធីធនាគារ KHQR ទាំងអស់');
  expect(bench.last()).toContain('✕ វីង (Wing): ទទួលច្រើនបំផុត 400,000 ៛');
});

test('the longest quote is one message of Telegram, with the longest terms and every way of paying', () => {
  const most: Money<'KHR'> = money(KHR, 999_999_999n);
  const every = ['payway', 'bakong', 'aeon', 'apay', 'apay-telegram', 'bongloy', 'wing-no-proof'].map((id) =>
    railOf(id, {
      way: 'redirect',
      state: 'down',
      reversibleForMs: id === 'bongloy' || id === 'apay-telegram' ? 180 * DAY_MS : null,
      limits: dollars,
    }),
  );
  for (const language of ['en', 'km'] as const) {
    const lines = viewOf().lines.map((line) => (line.amount.asset.code === 'KHR' ? { ...line, amount: most } : line));
    const view = viewOf({
      language,
      lines,
      refundWay: 'by-hand',
      may: ['confirm', 'choose-rail'],
      address: ADDRESS.padEnd(90, 'q'),
    });
    const { html } = renderQuote(view, {
      now: view.createdAt,
      terms: { text: 'x'.repeat(1800), hash: 'ab' },
      silence: 'deliver',
      rails: every,
      note: 'x'.repeat(150),
    });
    expect(html.replaceAll(/<[^>]*>/g, '').length).toBeLessThanOrEqual(4096);
  }
});

test('a rail with two ways that people know by two names is two of them', async () => {
  const bench = createBench('en');
  bench.fake.rails = [
    railOf('payway', { chosen: true }),
    railOf('payway', { way: 'redirect', isFirst: false }),
    railOf('apay', { way: 'redirect' }),
    railOf('apay', { way: 'pay-to-account', isFirst: false }),
  ];
  await bench.type('41000');
  const names = buttons(bench).filter((text) => /^[●○]/.test(text));
  expect(names).toEqual([
    '● ABA, ACLEDA, Wing and every KHQR bank app',
    '○ ABA, on the page of A-Pay',
    '○ Wing, by a transfer to an account',
  ]);
  await bench.tap('○ Wing, by a transfer to an account');
  expect(bench.fake.asked.at(-1)).toBe('rail apay pay-to-account');
});

import { InputError, money } from '@rielrails/core';
import type { Instant, NextAction } from '@rielrails/core';
import type { Language, OrderView } from '@rielrails/orders';
import { expect, test } from 'vitest';
import { renderStatus } from '../src/render/status.ts';
import { createBench } from './bench.ts';
import { payableView, viewOf } from './fake-orders.ts';

const expiresAt = 1_795_230_600_000 as Instant;
const payPage = 'https://shop.example/pay/1?k=2';
const account = {
  type: 'pay-to-account',
  account: '000 123 456',
  holder: 'RIEL SHOP',
  memo: 'R-4821',
  expiresAt,
} as const;
const form = {
  type: 'embedded-form',
  scriptUrl: 'https://js.example/v3',
  publishableKey: 'pk_test_1',
  expiresAt,
} as const;

const actions: readonly (readonly [
  NextAction,
  rail: string,
  url: string | null,
  said: Readonly<Record<Language, string>>,
])[] = [
  [
    { type: 'redirect', url: 'https://page.example/1', expiresAt },
    'wing',
    'https://page.example/1',
    { en: 'with Wing. Tap Open to pay: a page opens', km: 'តាម វីង (Wing)' },
  ],
  [
    { type: 'telegram-invoice', url: 'https://t.me/$abc', expiresAt },
    'apay-telegram',
    'https://t.me/$abc',
    { en: 'Telegram shows the invoice', km: 'Telegram បង្ហាញវិក្កយបត្រ' },
  ],
  [form, 'bongloy', payPage, { en: 'Your card number goes to the card company alone', km: 'លេខកាតរបស់អ្នកទៅតែក្រុមហ៊ុនកាត' }],
  [
    { type: 'deep-link', app: 'ABA Mobile', url: 'https://link.example/1', expiresAt },
    'payway',
    'https://link.example/1',
    { en: 'the app ABA Mobile opens', km: 'កម្មវិធី ABA Mobile នឹងបើក' },
  ],
  [
    { type: 'deep-link', app: 'ABA Mobile', url: 'aba://pay/1', fallbackUrl: 'https://qr.example/1', expiresAt },
    'payway',
    'https://qr.example/1',
    { en: 'the app ABA Mobile opens', km: 'កម្មវិធី ABA Mobile នឹងបើក' },
  ],
  [
    { type: 'deep-link', app: 'ABA Mobile', url: 'aba://pay/1', expiresAt },
    'payway',
    null,
    { en: 'Link: aba://pay/1', km: 'តំណ៖ aba://pay/1' },
  ],
  [
    account,
    'apay',
    null,
    { en: 'Account: 000 123 456\nName: RIEL SHOP\nMemo: R-4821\nAmount: 41000', km: 'គណនី៖ 000 123 456' },
  ],
];

const plain = (html: string) => html.replaceAll(/<[^>]*>/g, '');
const links = (view: OrderView) =>
  (renderStatus(view, { payPage }).buttons ?? []).flat().flatMap((one) => ('url' in one ? [one.url] : []));

test.each(actions)(
  '$type: what to do, the amount, what for, and until when, in both languages',
  (next, rail, url, said) => {
    for (const language of ['en', 'km'] as const) {
      const view = payableView({ language, next, rail, may: ['pay', 'complete', 'cancel', 'choose-rail'] });
      const text = plain(renderStatus(view, { payPage }).html);
      expect(text).toContain(said[language]);
      expect(text).toContain(language === 'km' ? '41,000 ៛' : '41,000 KHR');
      expect(text).toContain(language === 'km' ? 'ទិញប៊ីតខញ' : 'for bitcoin');
      expect(text).toContain('10:10');
      expect(links(view)).toEqual(url === null ? [] : [url]);
    }
  },
);

test.each(actions)('$type is sent, and taken by Telegram', async (next, rail) => {
  const bench = createBench();
  await bench.type('/help');
  expect(await bench.show(payableView({ next, rail, may: ['pay', 'cancel', 'choose-rail'] }))).toMatchObject({
    outcome: 'shown',
  });
});

test('a rail that gave nothing to pay by: the other ways are offered', () => {
  for (const step of ['pay', 'preparing'] as const) {
    const view = payableView({ step, next: null, toPay: null, may: ['choose-rail', 'cancel'] });
    const { html, buttons } = renderStatus(view, { payPage });
    expect(html).toContain('does not answer at the moment');
    expect(buttons?.flat().map(({ text }) => text)).toEqual(['Cancel', 'Pay another way']);
    expect(renderStatus({ ...view, may: ['cancel'] }, { payPage }).html).not.toContain('does not answer');
  }
});

test('a declined card: nothing was charged, try again or another way', () => {
  const view = payableView({ next: form, rail: 'bongloy', declined: true, may: ['pay', 'complete', 'choose-rail'] });
  const { html, buttons } = renderStatus(view, { payPage });
  expect(plain(html)).toMatch(/^Order .*\n\nThe card was not accepted\. Nothing was charged/);
  expect(buttons?.flat().map(({ text }) => text)).toEqual(['Open to pay', 'I have paid', 'Pay another way']);
});

const transfer = (changes: Partial<OrderView> = {}) =>
  payableView({ next: account, rail: 'apay', may: ['pay', 'complete', 'cancel'], ...changes });

test('a typed transaction id is handed in', async () => {
  const bench = createBench();
  bench.fake.order = transfer();
  await bench.type(' 2026112100451 ');
  expect(bench.fake.asked).toEqual(['complete 2026112100451']);
  expect(bench.last()).toContain('I am looking for this transfer');
});

test.each([
  [new InputError('token', 'used', 'internal'), 'was used before, and counts for one order only'],
  [new InputError('token', 'card-number', 'internal'), 'looks like a card number. Never write one here'],
  [new InputError('order', 'not-now', 'internal'), 'not possible any more'],
])('one that is refused says what to do: %o', async (failure, said) => {
  const bench = createBench();
  bench.fake.order = transfer();
  bench.fake.failure = failure;
  await bench.type('4242424242424242');
  expect(bench.last()).toContain(said);
  expect(bench.last()).not.toContain('internal');
});

test('one that the rail does not know can be typed again', async () => {
  const bench = createBench();
  bench.fake.order = transfer({ declined: true });
  await bench.type('WING-0045121');
  expect(bench.last()).toContain('The transaction id was not accepted');
  expect(plain(renderStatus(transfer({ declined: true }), { payPage }).html)).toContain('type it again');
});

test.each([
  ['an amount by its command', '/buy 410000', 'quote spend 410000 KHR in KHR'],
  ['an amount that is too short for an id', '41000', 'quote spend 41000 KHR in KHR'],
])('%s is no transaction id', async (_what, text, asked) => {
  const bench = createBench();
  bench.fake.order = transfer();
  await bench.type(text);
  expect(bench.fake.asked).toEqual([asked]);
});

test.each([
  ['a card form is shown', transfer({ next: form })],
  ['nothing can be handed in', transfer({ may: ['pay'] })],
  ['there is only a quote', viewOf()],
])('while %s, digits are an amount', async (_what, order) => {
  const bench = createBench();
  bench.fake.order = order;
  await bench.type('410000');
  expect(bench.fake.asked).toEqual(['quote spend 410000 KHR in KHR']);
});

test('an address is never taken for a transaction id', async () => {
  const bench = createBench();
  bench.fake.order = transfer();
  await bench.type('1BoatSLRHtKNngkdXEeobR76b53LETtpyT');
  expect(bench.fake.asked).toEqual([]);
  expect(bench.last()).toContain('not possible any more');
});

test('amounts in cents are copied as banks read them', () => {
  const view = transfer({ toPay: money({ code: 'USD', scale: 2 }, 1050n) });
  expect(plain(renderStatus(view, { payPage }).html)).toContain('Amount: 10.50');
});

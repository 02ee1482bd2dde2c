import { InputError, parseReference } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import type { OrderView } from '@rielrails/orders';
import { expect, test } from 'vitest';
import { createFakeOrders, ORDER, payableView, railOf } from '../test/fake-orders.ts';
import { createPayPage } from './pay-page.ts';

const DATA_KEY = 'a data key that only this test uses, long enough';
const buyer = { channel: 'telegram', chat: '42' };
const formView = (changes: Partial<OrderView> = {}) =>
  payableView({
    rail: 'bongloy',
    next: {
      type: 'embedded-form',
      scriptUrl: 'https://js.bongloy.com/v3',
      publishableKey: 'pk_test_"quoted"',
      expiresAt: payableView().next?.expiresAt ?? payableView().createdAt,
    },
    may: ['pay', 'complete', 'cancel', 'choose-rail'],
    ...changes,
  });

function setUp(view: OrderView = formView()) {
  const fake = createFakeOrders();
  fake.rails = [railOf('bongloy')];
  fake.order = view;
  const page = createPayPage({
    orders: fake.orders,
    dataKey: new Secret(DATA_KEY),
    publicUrl: 'https://shop.example',
    chatUrl: 'https://t.me/riel_bot',
    shop: 'Riel <Bitcoin>',
    sandbox: true,
  });
  const link = page.linkFor(buyer, formView()) ?? '';
  const open = async (url = link, body?: string, type = 'application/x-www-form-urlencoded') => {
    const request =
      body === undefined
        ? new Request(url)
        : new Request(url, { method: 'POST', body, headers: { 'content-type': type } });
    const answer = await page.handle(request);
    if (!answer) throw new Error('not about the page');
    return { status: answer.status, headers: answer.headers, html: await answer.text() };
  };
  return { fake, page, link, open };
}

test('the page names amount, purpose and deadline in both languages, and leads back to the chat', async () => {
  const { status, html } = await setUp().open();
  expect(status).toBe(200);
  for (const said of [
    'SANDBOX – PLAY MONEY',
    'Riel &#60;Bitcoin&#62;',
    '41,000 KHR',
    'Purpose · គោលបំណង',
    'Buying bitcoin · ទិញប៊ីតខញ',
    'Pay before · បង់មុន',
    '21 Nov 2026, 10:10',
    'R-4821-3907',
    'https://t.me/riel_bot',
    'data-key="pk_test_&#34;quoted&#34;"',
    'Asked by a stranger to pay this?',
  ])
    expect(html).toContain(said);
  expect((await setUp(formView({ language: 'km' })).open()).html).toContain('<html lang="km">');
});

test('no card field can be sent to the shop, and one foreign script alone may run', async () => {
  const { html, headers } = await setUp().open();
  const named = [...html.matchAll(/<(?:input|select|textarea)[^>]*\sname="([^"]*)"/g)].map(([, name]) => name);
  expect(named).toEqual(['token']);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(/script-src ([^;]*)/.exec(policy)?.[1]).toMatch(
    /^https:\/\/js\.bongloy\.com\/v3 'sha256-[A-Za-z0-9+/]{43}='$/,
  );
  expect(/connect-src ([^;]*)/.exec(policy)?.[1]).toBe('https://js.bongloy.com https://*.bongloy.com');
  expect(policy).toContain("form-action 'self'");
  expect(policy).not.toContain('unsafe');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['no mark', (link: string) => link.split('?')[0] ?? ''],
  ['another chat', (link: string) => link.replace('k=42.', 'k=43.')],
  ['another order', (link: string) => link.replace(ORDER, '123')],
  ['a flipped digit', (link: string) => link.slice(0, -1) + (link.endsWith('0') ? '1' : '0')],
  ['a cut mark', (link: string) => link.slice(0, -1)],
])('a forged link is nobody’s: %s', async (_what, forge) => {
  const { link, open, fake } = setUp();
  for (const body of [undefined, 'token=tok-1234']) {
    const { status, html } = await open(forge(link), body);
    expect(status).toBe(404);
    expect(html).toContain('This link is not valid');
    expect(html).toContain('តំណនេះមិនត្រឹមត្រូវទេ');
  }
  expect(fake.asked).toEqual([]);
});

test('another key makes other links', () => {
  const other = createPayPage({
    orders: createFakeOrders().orders,
    dataKey: new Secret(`${DATA_KEY}!`),
    publicUrl: 'https://shop.example',
    chatUrl: 'https://t.me/riel_bot',
    shop: 'x',
    sandbox: true,
  });
  expect(other.linkFor(buyer, formView())).not.toBe(setUp().link);
  expect(setUp().page.linkFor(buyer, payableView())).toBeNull();
});

test('a mark is of one chat and one order', () => {
  const { page } = setUp();
  const marks = [
    page.linkFor(buyer, formView()),
    page.linkFor({ ...buyer, chat: '43' }, formView()),
    page.linkFor(buyer, formView({ id: parseReference('123') })),
  ].map((link) => link?.split('.').at(-1));
  expect(new Set(marks).size).toBe(3);
});

test.each(['token', 'bongloyToken'])(
  'the token goes to the engine once, as %s, and a reload sends nothing',
  async (field) => {
    const { link, open, fake } = setUp();
    const { status, headers } = await open(link, `${field}=6840bf2c-0000-4000-8000-000000000001`);
    expect([status, headers.get('location')]).toEqual([303, link.replace('https://shop.example', '')]);
    expect(fake.asked).toEqual(['complete 6840bf2c-0000-4000-8000-000000000001']);
    expect((await open()).status).toBe(200);
    expect(fake.asked).toHaveLength(1);
  },
);

test.each([
  ['while it is being charged', formView({ step: 'confirming', next: null }), 'Do not pay again'],
  ['once it is paid', formView({ step: 'paid', next: null, received: formView().toPay }), 'has arrived'],
  ['after its time', formView({ step: 'expired', next: null }), 'nothing to pay here now'],
  ['when it is paid another way', payableView(), 'paid another way now'],
])('%s the same link says so', async (_when, view, said) => {
  const { html } = await setUp(view).open();
  expect(html).toContain(said);
  expect(html).toContain('Back to the chat');
  expect(html).not.toContain('<form');
});

test('a declined card: nothing was charged, and the form is there again', async () => {
  const { html } = await setUp(formView({ declined: true })).open();
  expect(html).toContain(
    'nothing was charged. Try again, with this card or another one, or choose another way of paying',
  );
  expect(html).toContain('<form id="card"');
});

test.each([
  [new InputError('token', 'used', 'internal'), 409, 'was used before'],
  [new InputError('token', 'card-number', 'internal'), 409, 'looks like a card number'],
  [new InputError('order', 'not-now', 'internal'), 200, '<form id="card"'],
])('a token that is not taken says what to do: %o', async (failure, status, said) => {
  const { link, open, fake } = setUp();
  fake.failure = failure;
  const answer = await open(link, 'token=tok-1234');
  expect(answer.status).toBe(status);
  expect(answer.html).toContain(said);
  expect(answer.html).not.toContain('internal');
});

test('other bodies and methods are refused', async () => {
  const { link, open, page, fake } = setUp();
  expect((await open(link, '{}', 'application/json')).status).toBe(415);
  expect((await open(link, `token=${'x'.repeat(5000)}`)).status).toBe(413);
  expect((await page.handle(new Request(link, { method: 'DELETE' })))?.status).toBe(405);
  expect(await page.handle(new Request('https://shop.example/pay/1/2'))).toBeNull();
  expect(await page.handle(new Request('https://shop.example/livez'))).toBeNull();
  expect(fake.asked).toEqual([]);
});

test('Khmer comes with the page, from the same place', async () => {
  const { link, open, page } = setUp();
  const { html } = await open(link);
  expect(html).toContain('url(khmer.woff2)');
  const font = await page.handle(new Request('https://shop.example/pay/khmer.woff2'));
  expect(font?.headers.get('content-type')).toBe('font/woff2');
  expect(new TextDecoder().decode((await font?.arrayBuffer())?.slice(0, 4))).toBe('wOF2');
  expect((await page.handle(new Request('https://shop.example/pay/khmer.woff2', { method: 'POST' })))?.status).toBe(
    405,
  );
});

import { stringifyJson } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createApayEmulator } from '../src/emulator/index.ts';
import { createInvoiceDesk, createTelegramInvoiceEmulator, InvoiceError } from '../src/telegram-emulator/index.ts';
import type { InvoiceArguments, PaymentUpdate } from '../src/telegram-emulator/index.ts';
import { riel } from './world.ts';

const apay = createApayEmulator(createVirtualRuntime());
const { apiKey } = apay.config;

async function ask(path: string, init: RequestInit = {}, key: string | null = apiKey): Promise<[number, unknown]> {
  const headers = new Headers(key === null ? {} : { apikey: key });
  const answer = await apay.fetch(new Request(`https://apay.example/Remotes/${path}`, { headers, ...init }), {});
  const text = await answer.text();
  return [answer.status, text === '' ? null : (JSON.parse(text) as unknown)];
}

const good = {
  amount: 40_000,
  currency: 'KHR',
  payment_system: 'ababank',
  custom_user_id: 'tg-42',
  custom_transaction_id: 'ord/42',
  webhook_id: '7654321',
  data: { return_url: 'https://shop.example/back' },
};

const create = (body: unknown) =>
  ask('create-deposit?project_id=1234567', {
    method: 'POST',
    body: typeof body === 'string' ? body : stringifyJson(body),
  });

test('A-Pay: a deposit as documented', async () => {
  const [status, body] = await create(good);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    success: true,
    status: 'Pending',
    order_id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
  });
});

test.each([
  ['no key', 'deposit-info?project_id=1234567', null, 401],
  ['another key', 'deposit-info?project_id=1234567', 'a'.repeat(32), 401],
  ['another project', 'deposit-info?project_id=1234568', apiKey, 403],
  ['no project', 'deposit-info', apiKey, 403],
  ['an unknown order', 'deposit-info?project_id=1234567&order_id=0000000000000000', apiKey, 400],
  ['an unknown path', 'refund?project_id=1234567', apiKey, 404],
])('A-Pay refuses %s', async (_what, path, key, status) => {
  expect((await ask(path, {}, key))[0]).toBe(status);
});

const missing = 'Required field missing';
const noMethod = 'No payment system found with such params or payment system is disabled';

test.each([
  ['no JSON', 'amount=40000', missing],
  ['a list', [good], missing],
  ['an amount as a text', { ...good, amount: '40000' }, missing],
  ['an amount with decimals', JSON.stringify(good).replace('40000', '40000.5'), missing],
  ['an amount of nothing', { ...good, amount: 0 }, missing],
  ['a small amount', { ...good, amount: 999 }, 'Amount of deposit is out of limits'],
  ['a large amount', { ...good, amount: 40_000_001 }, 'Amount of deposit is out of limits'],
  ['dollars', { ...good, currency: 'USD' }, missing],
  ['rupees by a method for riel', { ...good, currency: 'INR' }, noMethod],
  ['an unknown method', { ...good, payment_system: 'acleda' }, noMethod],
  ['no person', { ...good, custom_user_id: undefined }, missing],
  ['a long name for the person', { ...good, custom_user_id: 'x'.repeat(201) }, missing],
  ['a long name for the order', { ...good, custom_transaction_id: 'x'.repeat(201) }, missing],
  ['another webhook', { ...good, webhook_id: '1111111' }, missing],
  ['no data', { ...good, data: undefined }, missing],
  ['no way back', { ...good, data: {} }, 'Payment system data is not valid'],
  [
    'a long way back',
    { ...good, data: { return_url: `https://${'x'.repeat(510)}` } },
    'Payment system data is not valid',
  ],
])('A-Pay refuses a deposit with %s', async (_what, body, message) => {
  expect(await create(body)).toEqual([400, { success: false, status: 'Failed', message, code: 400 }]);
});

test('A-Pay: the methods for riel and their limits', async () => {
  apay.dashboard.setMethod('wing_l', false);
  expect(await ask('payment-systems-info?project_id=1234567')).toMatchObject([
    200,
    { success: true, payment_systems: [{ name: 'ababank', currency: 'KHR', min_deposit: '1000.00' }] },
  ]);
  apay.dashboard.setMethod('wing_l', true);
});

test('A-Pay: a page that nobody was given is unknown', async () => {
  const answer = await apay.fetch(new Request('https://a-pay.one/pay?token=x&order_id=y'), {});
  expect(answer.status).toBe(404);
});

test('A-Pay: a withdrawal is told in the dashboard’s words', async () => {
  const orderId = await apay.dashboard.withdraw(riel(50_000n), 'refund');
  expect(await ask(`withdrawal-info?project_id=1234567&order_id=${orderId}`)).toMatchObject([
    200,
    { status: 'Success', amount: 50_000, custom_transaction_id: 'refund' },
  ]);
});

const telegram = createTelegramInvoiceEmulator(createVirtualRuntime());
const { botToken, providerToken } = telegram.config;

async function call(method: string, args: object, token = botToken): Promise<[number, unknown]> {
  const request = new Request(`https://api.telegram.org/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
  });
  const answer = await telegram.fetch(request, {});
  return [answer.status, await answer.json()];
}

const invoice = {
  title: 'BTC Shop',
  description: 'Purchase of bitcoin',
  payload: '42',
  provider_token: providerToken,
  currency: 'INR',
  prices: [{ label: 'Bitcoin', amount: 41_000 }],
};

test('Telegram: an invoice link, and the page that it opens', async () => {
  const [, body] = await call('createInvoiceLink', invoice);
  const { result } = body as { readonly result: string };
  const page = await telegram.fetch(new Request(result), {});
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toMatch(/SANDBOX – PLAY MONEY[^]*BTC Shop[^]*410\.00 INR/);
  expect((await telegram.fetch(new Request('https://t.me/$unknown'), {})).status).toBe(404);
});

test('Telegram: arguments as a form and in the query, the method in any letters', async () => {
  const form = new URLSearchParams({ ...invoice, prices: JSON.stringify(invoice.prices) });
  const url = `https://api.telegram.org/bot${botToken}/createinvoicelink`;
  for (const request of [new Request(url, { method: 'POST', body: form }), new Request(`${url}?${form.toString()}`)]) {
    expect(await (await telegram.fetch(request, {})).json()).toMatchObject({ ok: true });
  }
});

test.each([
  ['title', { title: '' }, 'parameter "title" is required'],
  ['description', { description: undefined }, 'parameter "description" is required'],
  ['payload', { payload: '' }, 'parameter "payload" is required'],
  ['prices', { prices: undefined }, 'parameter "prices" is required'],
  ['prices in another form', { prices: '{' }, "can't parse prices JSON object"],
  ['one price without a list', { prices: invoice.prices[0] }, 'expected an Array of labeled prices'],
  ['an empty list', { prices: [] }, 'there must be at least one price'],
  [
    'no label',
    { prices: [{ label: '', amount: 1 }] },
    "can't parse labeled price: LabeledPrice label must be non-empty",
  ],
  ['a fraction', { prices: [{ label: 'x', amount: 1.5 }] }, "can't parse labeled price: amount must be an integer"],
  ['a long payload', { payload: 'ក'.repeat(43) }, 'INVOICE_PAYLOAD_INVALID'],
  ['a long title', { title: 'x'.repeat(33) }, 'INVOICE_TITLE_INVALID'],
  ['a long description', { description: 'x'.repeat(256) }, 'INVOICE_DESCRIPTION_INVALID'],
  ['no provider token', { provider_token: '' }, 'PAYMENT_PROVIDER_INVALID'],
  ['riel', { currency: 'KHR' }, 'CURRENCY_INVALID'],
  ['Stars', { currency: 'XTR' }, 'CURRENCY_INVALID'],
  ['one paisa too few', { prices: [{ label: 'x', amount: 8_376 }] }, 'CURRENCY_TOTAL_AMOUNT_INVALID'],
  ['one paisa too many', { prices: [{ label: 'x', amount: 83_767_351 }] }, 'CURRENCY_TOTAL_AMOUNT_INVALID'],
])('Telegram refuses an invoice: %s', async (_what, change, text) => {
  const [status, body] = await call('createInvoiceLink', { ...invoice, ...change });
  expect([status, body]).toEqual([400, { ok: false, error_code: 400, description: `Bad Request: ${text}` }]);
});

test('Telegram refuses another token, another method, and dollars with a live token of A-Pay', async () => {
  expect((await call('createInvoiceLink', invoice, '7000000001:another'))[0]).toBe(401);
  expect(await call('sendMessage', {})).toMatchObject([404, { description: 'Not Found: method not found' }]);
  const live = createTelegramInvoiceEmulator(createVirtualRuntime(), { environment: 'live' });
  const dollars = { ...invoice, currency: 'USD', provider_token: live.config.providerToken };
  const request = new Request(`https://api.telegram.org/bot${live.config.botToken}/createInvoiceLink`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(dollars),
  });
  expect((await live.fetch(request, {})).status).toBe(400);
});

test('the token stands in no exchange', async () => {
  await call('createInvoiceLink', invoice);
  expect(JSON.stringify(telegram.exchanges)).not.toContain(botToken);
});

test('Telegram: a question is answered once, with words where it is refused', async () => {
  expect(await call('answerPreCheckoutQuery', { pre_checkout_query_id: '1', ok: false })).toMatchObject([
    400,
    { description: 'Bad Request: parameter "error_message" is required' },
  ]);
  expect(await call('answerPreCheckoutQuery', { pre_checkout_query_id: '1', ok: true })).toMatchObject([
    400,
    { description: 'Bad Request: query is too old and response timeout expired or query ID is invalid' },
  ]);
});

/** The desk as a Telegram emulator of one's own uses it. */
function openDesk() {
  const runtime = createVirtualRuntime();
  const updates: PaymentUpdate[] = [];
  const desk = createInvoiceDesk({
    ...runtime,
    botId: 7,
    providerTokens: ['1:TEST:x'],
    async push(update) {
      updates.push(update);
      if ('pre_checkout_query' in update)
        desk.answerPreCheckoutQuery(args({ pre_checkout_query_id: update.pre_checkout_query['id'], ok: true }));
    },
  });
  return { desk, updates };
}

function args(values: Readonly<Record<string, unknown>>): InvoiceArguments {
  return {
    has: (name) => name in values,
    text(name) {
      const value = values[name];
      return typeof value === 'string' ? value : '';
    },
    flag: (name) => values[name] === true,
    json: (name) => values[name],
  };
}

test('a desk inside another emulator: an invoice in the bot’s own chat is paid once, a link again and again', async () => {
  const { desk, updates } = openDesk();
  const given = args({ ...invoice, provider_token: '1:TEST:x', start_parameter: 'buy' });
  const sent = desk.sendInvoice(given);
  expect(sent.invoice).toEqual({
    title: 'BTC Shop',
    description: 'Purchase of bitcoin',
    start_parameter: 'buy',
    currency: 'INR',
    total_amount: 41_000,
  });
  const payer = { id: 1, is_bot: false, first_name: 'Dara' } as const;
  expect(await desk.pay(sent.slug, payer)).toMatchObject({ outcome: 'paid' });
  expect(await desk.pay(sent.slug, payer)).toMatchObject({ outcome: 'refused' });
  const slug = desk.createInvoiceLink(given).replace('https://t.me/$', '');
  for (let time = 0; time < 2; time += 1) expect(await desk.pay(slug, payer)).toMatchObject({ outcome: 'paid' });
  expect(updates.map((update) => Object.keys(update)[0])).toEqual([
    'pre_checkout_query',
    'message',
    'pre_checkout_query',
    'message',
    'pre_checkout_query',
    'message',
  ]);
  expect(() => desk.createInvoiceLink(args({}))).toThrow(InvoiceError);
});

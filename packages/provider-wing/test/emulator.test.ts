import { toBase64, utf8 } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { expectedHash, sealWithPassword } from '../src/emulator/cipher.ts';
import { createWingEmulator } from '../src/emulator/index.ts';
import type { WingEmulator, WingEmulatorOptions } from '../src/emulator/index.ts';
import { createWing } from '../src/index.ts';
import { created, openV1, openV2, request, riel } from './world.ts';

const base = 'https://stageonline.wingmoney.com/wingonlinesdk';

function open(options: WingEmulatorOptions = {}): WingEmulator {
  return createWingEmulator(createVirtualRuntime(), options);
}

type Texts = Readonly<Record<string, unknown>>;

/** A request as a merchant would write it by hand, with its right hash unless told otherwise. */
async function authorise(
  emulator: WingEmulator,
  {
    payload = {},
    body = {},
    headers = {},
    seal = (text: string, password: string) => sealWithPassword(text, password),
  }: {
    readonly payload?: Texts;
    readonly body?: Texts;
    readonly headers?: Record<string, string>;
    readonly seal?: (text: string, password: string) => string;
  } = {},
): Promise<{ readonly errorCode: string; readonly token?: string }> {
  const { username, restApiKey, password, account, domain } = emulator.config;
  const fields: Record<string, unknown> = {
    amount: '40000.00',
    bill_till_rbtn: '0',
    bill_till_number: account.number,
    order_reference_no: 'ORDER-1001',
    return_url: 'https://shop.example/wing/return',
    cancel_url: 'https://shop.example/wing/cancel',
    rand_str: '00112233445566aa',
    timestamp: String(Date.UTC(2026, 0, 2, 3, 4, 5) / 1000),
    wing_account: '',
    merchant_name: '',
    is_inquiry: '1',
    ...payload,
  };
  const named = ['bill_till_number', 'amount', 'order_reference_no', 'rand_str', 'timestamp'].map((name) =>
    String(fields[name]),
  );
  const random = String(fields['rand_str']);
  const sent = {
    username,
    rest_api_key: restApiKey,
    // PHP writes a slash with a backslash in front.
    payload: seal(JSON.stringify(fields).replaceAll('/', String.raw`\/`), password),
    hash: random.length === 16 ? expectedHash([username, restApiKey, ...named], password, random) : 'A'.repeat(64),
    sandbox: '1',
    ...body,
  };
  const response = await emulator.fetch(
    new Request(`${base}/v2/online/payment/authorization`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', referer: toBase64(utf8(domain)), ...headers },
      body: JSON.stringify(sent),
    }),
    {},
  );
  return (await response.json()) as { readonly errorCode: string; readonly token?: string };
}

test('a request by hand is taken', async () => {
  const emulator = open();
  expect(await authorise(emulator)).toMatchObject({
    errorCode: '200',
    token: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  });
  expect(emulator.applied.payments).toEqual([{ reference: 'ORDER-1001', amount: riel(40_000n) }]);
});

test.each([
  ['no Referer', { headers: { referer: '' } }, '403'],
  ['a Referer that is not encoded', { headers: { referer: 'shop.example' } }, '403'],
  ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, '415'],
  ['another username', { body: { username: 'online.other' } }, '401'],
  ['another key', { body: { rest_api_key: 'f'.repeat(64) } }, '401'],
  ['the flag of production', { body: { sandbox: '0' } }, '400'],
  ['the flag as a number', { body: { sandbox: 1 } }, '400'],
  ['a payload in plain text', { seal: (text: string) => text }, '402'],
  ['a payload in plain base64', { seal: (text: string) => toBase64(utf8(text)) }, '402'],
  ['a payload under another password', { seal: (text: string) => sealWithPassword(text, 'x'.repeat(32)) }, '402'],
  ['a wrong hash', { body: { hash: 'A'.repeat(64) } }, '405'],
  ['no hash', { body: { hash: undefined } }, '405'],
  ['an amount that is a number', { payload: { amount: 40000 } }, '402'],
  ['an amount without places', { payload: { amount: '40000' } }, '407'],
  ['riel with cents', { payload: { amount: '40000.50' } }, '407'],
  ['nothing', { payload: { amount: '0.00' } }, '407'],
  ['less than nothing', { payload: { amount: '-1.00' } }, '407'],
  ['a thousands separator', { payload: { amount: '40,000.00' } }, '407'],
  ['another biller', { payload: { bill_till_number: '1234' } }, '406'],
  ['a till', { payload: { bill_till_rbtn: '1' } }, '406'],
  ['an unknown kind of account', { payload: { bill_till_rbtn: '2' } }, '400'],
  ['no order', { payload: { order_reference_no: '' } }, '400'],
  ['a return that is no address', { payload: { return_url: 'shop.example' } }, '400'],
  ['a cancel that is a script', { payload: { cancel_url: 'javascript:alert(1)' } }, '400'],
  ['a short rand_str', { payload: { rand_str: '0011' } }, '400'],
  ['a rand_str in capitals', { payload: { rand_str: '00112233445566AA' } }, '400'],
  ['a time of last year', { payload: { timestamp: '1735787045' } }, '408'],
  ['a time of next year', { payload: { timestamp: '1798859045' } }, '408'],
  ['a time in milliseconds', { payload: { timestamp: '1767323045000' } }, '400'],
  ['an unknown way of confirming', { payload: { is_inquiry: '2' } }, '400'],
  ['a missing field', { payload: { wing_account: undefined } }, '400'],
  ['an item name beyond 255', { payload: { item_name: 'x'.repeat(256) } }, '400'],
] as const)('authorisation refuses %s', async (_name, change, code) => {
  const emulator = open();
  expect((await authorise(emulator, change)).errorCode).toBe(code);
  expect(emulator.applied.payments).toEqual([]);
});

test('a hash in small letters is another hash', async () => {
  const emulator = open();
  const { username, restApiKey, password } = emulator.config;
  const values = [username, restApiKey, '5999', '40000.00', 'ORDER-1001', '00112233445566aa', '1767323045'];
  const hash = expectedHash(values, password, '00112233445566aa');
  expect((await authorise(emulator, { body: { hash } })).errorCode).toBe('200');
  expect((await authorise(emulator, { body: { hash: hash.toLowerCase() } })).errorCode).toBe('405');
});

async function inquire(emulator: WingEmulator, path: string, change: Record<string, string> = {}) {
  const { username, restApiKey } = emulator.config;
  const body = new URLSearchParams({
    username,
    rest_api_key: restApiKey,
    remark: 'ORDER-1001',
    sandbox: '1',
    ...change,
  });
  const response = await emulator.fetch(new Request(base + path, { method: 'POST', body }), {});
  return (await response.json()) as { readonly errorCode: string };
}

test.each(['/inquiry', '/v2/online/payment/inquiry'])(
  'the inquiry at %s tells what came, and strangers nothing',
  async (path) => {
    const emulator = open();
    await authorise(emulator);
    expect(await inquire(emulator, path)).toEqual({ errorCode: '404', errorText: 'Transaction not found' });
    await emulator.payer.pay('ORDER-1001', { amount: riel(39_000n), name: 'CHAN BOPHA' });
    expect(await inquire(emulator, path)).toEqual({
      errorCode: '200',
      errorText: 'Success',
      transaction_id: 'ONL000000001',
      amount: '39000.00',
      currency: 'KHR',
      customer_name: 'CHAN BOPHA',
      transaction_date: '2026-01-02 10:04:05',
    });
    expect(await inquire(emulator, path, { rest_api_key: 'f'.repeat(64) })).toMatchObject({ errorCode: '401' });
    expect(await inquire(emulator, path, { sandbox: '0' })).toMatchObject({ errorCode: '401' });
    expect(await inquire(emulator, path, { remark: 'ORDER-1002' })).toMatchObject({ errorCode: '404' });
  },
);

/** Types into the page's own form, as a person does. */
async function type(emulator: WingEmulator<unknown>, url: string, fields: Record<string, string>): Promise<Response> {
  return emulator.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(fields) }), {});
}

const account = { phone: '010 000 001', pin: '1234' };

test('version 2 by clicking: the page asks, takes the play money once, and leads back', async () => {
  const world = openV2();
  const { emulator, provider, runtime } = world;
  const { url, target } = await created(world, request(runtime));
  const page = await emulator.fetch(new Request(url), {});
  expect(page.headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
  );
  const html = await page.text();
  expect(html).toContain('SANDBOX – PLAY MONEY');
  expect(html).toContain('never a real one');
  expect(html).not.toMatch(/<script|https?:\/\/(?!shop\.example)/);
  for (const wrong of [
    { ...account, phone: '012345678' },
    { ...account, pin: '' },
    { ...account, pin: 'abcd' },
  ])
    expect((await type(emulator, url, wrong)).status).toBe(400);
  expect(emulator.applied.receipts).toEqual([]);
  const done = await type(emulator, url, account);
  expect(done.status).toBe(200);
  const [, back = ''] = /href="([^"]+)"/.exec(await done.text()) ?? [];
  const address = back.replaceAll('&#38;', '&');
  expect(address).toMatch(/^https:\/\/shop\.example\/webhooks\/wing\?reference=\d+&status=success&token=/);
  const delivery = {
    method: 'GET',
    url: address,
    headers: new Headers(),
    body: new Uint8Array(),
    receivedAt: runtime.clock.now(),
  };
  expect(await provider.parseWebhook(delivery)).toMatchObject({
    trust: 'hint',
    events: [{ target: { reference: target.reference } }],
  });
  expect((await type(emulator, url, account)).status).toBe(409);
  expect((await emulator.fetch(new Request(url), {})).status).toBe(409);
  expect(emulator.applied.receipts).toHaveLength(1);
  expect(await provider.get(target)).toMatchObject({ status: 'paid', receipts: [{ payer: { name: 'SOK DARA' } }] });
});

test('a page that is over, or was never opened, takes nothing', async () => {
  const world = openV2();
  const { emulator } = world;
  const { url, target } = await created(world, request(world.runtime));
  await emulator.payer.expire(target.reference);
  expect((await type(emulator, url, account)).status).toBe(409);
  for (const token of ['', 'abc', '%', 'bm9uZQ%3D%3D'])
    expect((await emulator.fetch(new Request(`${url.split('=')[0]}=${token}`), {})).status).toBe(404);
  await expect(emulator.payer.pay('ORDER-1')).rejects.toThrow('no page was opened');
  await expect(emulator.payer.reverse('ONL000000001')).rejects.toThrow('tells nothing');
});

test('version 1 by clicking: form, page, "Done" back to the shop, and a callback', async () => {
  const world = openV1();
  const { emulator, provider, runtime, form } = world;
  const { url, target } = await created(world, request(runtime));
  const page = await (await emulator.payer.postForm(await form(url).text())).text();
  const [, action = ''] = /action="([^"]+)"/.exec(page) ?? [];
  const done = await (await type(emulator, `${base}/${action.replaceAll('&#61;', '=')}`, account)).text();
  const fields = [...done.matchAll(/name="([a-z_]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, value],
  );
  expect(Object.fromEntries(fields)).toMatchObject({
    remark: target.reference,
    amount: ' KHR 40000.00',
    transaction_id: 'ONL000000001',
  });
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' });
  const body = utf8(new URLSearchParams(fields).toString());
  const back = {
    method: 'POST',
    url: 'https://shop.example/webhooks/wing',
    headers,
    body,
    receivedAt: runtime.clock.now(),
  };
  const hint = { trust: 'hint', events: [{ target: { reference: target.reference } }] };
  expect(await provider.parseWebhook(back)).toMatchObject(hint);
  expect(emulator.webhooks.deliveries()).toHaveLength(1);
  expect(await provider.parseWebhook(emulator.webhooks.deliveries()[0]!)).toMatchObject(hint);
  expect(await provider.get(target)).toMatchObject({ status: 'paid' });
});

test.each([
  ['username', 'online.other', 401],
  ['rest_api_key', 'f'.repeat(64), 401],
  ['sandbox', '0', 401],
  ['bill_till_number', '1', 400],
  ['bill_till_rbtn', '1', 400],
  ['amount', '40000', 400],
  ['amount', '0.00', 400],
  ['remark', 'a b', 400],
  ['return_url', 'javascript:alert(1)', 400],
] as const)('version 1 refuses a form whose %s is %s', async (name, value, status) => {
  const world = openV1();
  const { url } = await created(world, request(world.runtime));
  const html = (await world.form(url).text()).replace(
    new RegExp(`name="${name}" value="[^"]*"`),
    `name="${name}" value="${value}"`,
  );
  expect((await world.emulator.payer.postForm(html)).status).toBe(status);
  expect(world.emulator.applied.payments).toEqual([]);
});

test('going back without paying leads to the shop, and changes nothing', async () => {
  const world = openV2();
  const { target } = await created(world, request(world.runtime));
  await world.emulator.payer.cancel(target.reference);
  const [delivery] = world.emulator.webhooks.deliveries();
  expect(await world.provider.parseWebhook(delivery!)).toMatchObject({ trust: 'hint' });
  expect(await world.provider.get(target)).toMatchObject({ status: 'awaiting-payer' });
});

test('an account of the till kind, in production, on a host of one’s own', async () => {
  const requests: Request[] = [];
  const runtime = createVirtualRuntime({
    fetch: (sent) => {
      requests.push(sent);
      return Promise.resolve(Response.json({ errorCode: '200', token: 'TOKEN-ABC' }));
    },
  });
  const account = { type: 'till', number: '77' } as const;
  const config = { ...openV2().emulator.config, account, environment: 'production' } as const;
  const usual = await created({ provider: createWing(config, runtime) }, request(runtime));
  expect(usual.url).toBe('https://wingsdk.wingmoney.com:334/v2/online/payment/confirm?token=VE9LRU4tQUJD');
  const moved = { ...config, baseUrl: 'http://127.0.0.1:4000/wingonlinesdk' };
  const own = await created({ provider: createWing(moved, runtime) }, request(runtime));
  expect(own.url).toContain('http://127.0.0.1:4000/wingonlinesdk/v2/online/payment/confirm?token=');
  expect(await requests[0]?.json()).toMatchObject({ sandbox: '0' });
  expect(requests[0]?.headers.get('referer')).toBe(toBase64(utf8('shop.example')));
});

import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { testCards } from '../src/emulator/index.ts';
import type { BongloyEmulatorOptions } from '../src/emulator/index.ts';
import { openWorld } from './world.ts';

const API = 'https://api.bongloy.com';

function open(options: BongloyEmulatorOptions = {}) {
  const world = openWorld(options);
  const { secretKey, publishableKey } = world.emulator.config;
  const ask = async (
    method: string,
    path: string,
    fields: Readonly<Record<string, string>> | string = {},
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    const response = await world.emulator.fetch(
      new Request(API + path, {
        method,
        headers: {
          authorization: `Bearer ${secretKey}`,
          ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
          ...headers,
        },
        ...(method === 'POST' ? { body } : {}),
      }),
      {},
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? null : (JSON.parse(text) as { id: string }),
    };
  };
  const card = {
    'card[number]': '6200000000000005',
    'card[exp_month]': '12',
    'card[exp_year]': '2030',
    'card[cvc]': '123',
  };
  const token = async () => (await ask('POST', '/v1/tokens', card)).body?.id ?? '';
  const charge = async (change: Readonly<Record<string, string>> = {}) =>
    ask('POST', '/v1/charges', { amount: '1500', currency: 'usd', source: await token(), ...change });
  return { ...world, ask, card, token, charge, secretKey, publishableKey };
}

test('what is new is answered by 201, its place, a UUID, and the currency in capitals', async () => {
  const { charge } = open();
  const { status, headers, body } = await charge();
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`${API}/v1/charges/${body?.id}`);
  expect(body).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string,
    object: 'charge',
    livemode: false,
    currency: 'USD',
    captured: true,
    status: 'succeeded',
    source: { object: 'card', last4: '0005' },
  });
});

test('a key is asked for everywhere; a publishable one makes tokens and nothing else', async () => {
  for (const errors of ['current', 'legacy'] as const) {
    const { ask, card, publishableKey } = open({ errors });
    const open_ = { authorization: `Bearer ${publishableKey}` };
    expect((await ask('POST', '/v1/tokens', card, open_)).status).toBe(201);
    for (const authorization of [open_.authorization, '', 'Bearer wrong', 'Basic c2s6', `bearer ${publishableKey}`]) {
      const { status, headers, text } = await ask('GET', '/v1/charges', {}, { authorization });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('Doorkeeper');
      expect(text === '').toBe(errors === 'legacy');
    }
  }
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['no amount', { amount: '' }, 'amount'],
  ['a fraction', { amount: '15.00' }, 'amount'],
  ['nothing', { amount: '0' }, 'amount'],
  ['less than nothing', { amount: '-1' }, 'amount'],
  ['nine digits', { amount: '100000000' }, 'amount'],
  ['no currency', { currency: '' }, 'currency'],
  ['a currency that the account has not', { currency: 'khr' }, 'currency'],
  ['two payers', { customer: 'x' }, 'source'],
  ['no such token', { source: 'tok_1' }, 'source'],
  ['another flag', { capture: 'yes' }, 'capture'],
  ['a field that is not there', { colour: 'red' }, 'colour'],
  ['long metadata', { 'metadata[a]': 'x'.repeat(501) }, 'metadata'],
  ['nameless metadata', { 'metadata[]': 'x' }, 'metadata'],
])('a charge is refused for %s, in both shapes', async (_what, change, param) => {
  const now = open();
  expect(await now.charge(change)).toMatchObject({
    status: 400,
    body: { error: { type: 'invalid_request_error', param, message: expect.any(String) as string } },
  });
  const then = open({ errors: 'legacy' });
  expect(await then.charge(change)).toMatchObject({ status: 422, body: { errors: { [param]: [expect.any(String)] } } });
  expect([now.emulator.applied.payments, then.emulator.applied.payments]).toEqual([[], []]);
});

test('forms only, each field once', async () => {
  const { ask } = open();
  expect((await ask('POST', '/v1/charges', '{"amount":1}', { 'content-type': 'application/json' })).status).toBe(400);
  expect((await ask('POST', '/v1/charges', 'amount=1&amount=2')).body).toMatchObject({ error: { param: 'amount' } });
});

test('a path that is not there, in both shapes', async () => {
  expect(await open().ask('GET', '/v1/checkout')).toMatchObject({
    status: 404,
    body: { error: { code: 'resource_missing' } },
  });
  const { ask } = open({ errors: 'legacy' });
  expect(await ask('GET', '/v1/charges/none')).toMatchObject({ status: 404, body: { errors: 'not found' } });
});

test('a token works once, also when the card said no', async () => {
  const { ask, emulator, token, charge } = open();
  const source = await token();
  expect((await charge({ source })).status).toBe(201);
  expect(await charge({ source })).toMatchObject({ status: 400, body: { error: { code: 'token_already_used' } } });
  expect((await ask('GET', `/v1/tokens/${source}`)).body).toMatchObject({ used: true });
  const bad = await emulator.payer.payWith('card_declined');
  expect(await charge({ source: bad })).toMatchObject({
    status: 402,
    body: { error: { type: 'card_error', code: 'card_declined' } },
  });
  expect((await charge({ source: bad })).status).toBe(400);
});

test.each<[string, Readonly<Record<string, string>>, number]>([
  ['a number that is no test card', { 'card[number]': '4111111111111111' }, 402],
  ['a wrong check digit', { 'card[number]': '6200000000000006' }, 402],
  ['a month that is none', { 'card[exp_month]': '13' }, 400],
  ['the past', { 'card[exp_year]': '2025' }, 402],
  ['no code', { 'card[cvc]': '' }, 400],
  ['letters for a code', { 'card[cvc]': 'abc' }, 400],
  ['a field that cards have not', { 'card[pin]': '1234' }, 400],
])('a card is refused for %s', async (_what, change, status) => {
  const { ask, card } = open();
  expect((await ask('POST', '/v1/tokens', { ...card, ...change })).status).toBe(status);
});

test('the documented card and the others come to what they say', async () => {
  for (const { number, outcome } of testCards) {
    const { ask, card, charge } = open();
    const source = (await ask('POST', '/v1/tokens', { ...card, 'card[number]': number })).body?.id ?? '';
    expect((await charge({ source })).status).toBe(outcome === 'success' ? 201 : 402);
  }
});

test('a held charge: captured in part, the rest counts as refunded; not twice, not too late', async () => {
  const { ask, charge, runtime } = open();
  const [first, late] = [await charge({ capture: 'false' }), await charge({ capture: 'false' })];
  const capture = `/v1/charges/${first.body?.id}/capture`;
  expect(first.body).toMatchObject({ captured: false });
  expect((await ask('POST', capture, { amount: '1501' })).status).toBe(400);
  expect(await ask('POST', capture, { amount: '1000' })).toMatchObject({
    status: 200,
    body: { captured: true, amount: 1500, amount_refunded: 500 },
  });
  expect((await ask('POST', capture)).body).toMatchObject({ error: { code: 'charge_already_captured' } });
  await runtime.clock.advance(3 * 86_400_000 + 1000);
  expect((await ask('POST', `/v1/charges/${late.body?.id}/capture`)).status).toBe(400);
});

test('refunds: to the last cent, not beyond, listed newest first', async () => {
  const { ask, charge } = open();
  const id = (await charge()).body?.id ?? '';
  const refund = (amount: string) => ask('POST', '/v1/refunds', { charge: id, amount });
  expect(await refund('1')).toMatchObject({
    status: 201,
    body: { object: 'refund', charge: id, amount: 1, currency: 'USD' },
  });
  expect((await refund('1500')).status).toBe(400);
  const rest = await ask('POST', '/v1/refunds', { charge: id });
  expect(rest.body).toMatchObject({ amount: 1499 });
  expect((await refund('1')).body).toMatchObject({ error: { code: 'charge_already_refunded' } });
  expect((await ask('GET', '/v1/refunds')).body).toMatchObject({
    data: [{ amount: 1499 }, { amount: 1 }],
    total_count: 2,
  });
  expect((await ask('GET', `/v1/refunds/${rest.body?.id}`)).body).toMatchObject({ amount: 1499 });
  expect((await ask('GET', `/v1/charges/${id}`)).body).toMatchObject({ refunded: true, amount_refunded: 1500 });
});

test('lists are cut and go on', async () => {
  const { ask, charge } = open();
  const ids = [];
  for (let index = 0; index < 3; index += 1) ids.unshift((await charge()).body?.id);
  expect((await ask('GET', '/v1/charges?limit=2')).body).toMatchObject({
    data: [{ id: ids[0] }, { id: ids[1] }],
    has_more: true,
    total_count: 3,
  });
  expect((await ask('GET', `/v1/charges?limit=2&starting_after=${ids[1]}`)).body).toMatchObject({
    data: [{ id: ids[2] }],
    has_more: false,
  });
  for (const query of ['limit=0', 'limit=101', 'starting_after=none', 'page=2'])
    expect((await ask('GET', `/v1/charges?${query}`)).status).toBe(400);
});

test('an idempotency key gives the first answer again, and is not for another request', async () => {
  const { ask, emulator, token } = open();
  const fields = { amount: '1500', currency: 'USD', source: await token() };
  const key = { 'idempotency-key': 'one' };
  const [first, again] = [await ask('POST', '/v1/charges', fields, key), await ask('POST', '/v1/charges', fields, key)];
  expect([again.status, again.text]).toEqual([201, first.text]);
  expect((await ask('POST', '/v1/charges', { ...fields, amount: '1' }, key)).body).toMatchObject({
    error: { type: 'idempotency_error' },
  });
  expect(emulator.applied.receipts).toHaveLength(1);
});

test('a customer keeps cards and is charged by its first', async () => {
  const { ask, token } = open();
  const customer = await ask('POST', '/v1/customers', { email: 'dara@shop.example', source: await token() });
  expect(customer.status).toBe(201);
  const sources = `/v1/customers/${customer.body?.id}/sources`;
  expect((await ask('POST', sources, { source: await token() })).body).toMatchObject({
    object: 'card',
    customer: customer.body?.id,
  });
  expect((await ask('GET', sources)).body).toMatchObject({ object: 'list', total_count: 2 });
  const fields = { amount: '100', currency: 'USD', customer: customer.body?.id ?? '' };
  expect((await ask('POST', '/v1/charges', fields)).body).toMatchObject({
    status: 'succeeded',
    customer: customer.body?.id,
  });
  expect((await ask('POST', '/v1/customers', { email: 'no address' })).status).toBe(400);
  expect((await ask('GET', '/v1/customers/none')).status).toBe(404);
});

test('the form takes test cards only, repeats no number, and hands a token to the shop', async () => {
  const { emulator, runtime } = open();
  const visit = (method: string, path: string, fields?: Readonly<Record<string, string>>) =>
    emulator.fetch(new Request(API + path, { method, ...(fields ? { body: new URLSearchParams(fields) } : {}) }), {});
  const back = 'https://shop.example/done?order=7';
  const form = await visit('GET', `/sandbox/form?return=${encodeURIComponent(back)}`);
  expect(form.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await form.text()).toContain('SANDBOX – PLAY MONEY');
  const year = String(new Date(runtime.clock.now()).getUTCFullYear() + 1);
  const card = { exp_month: '12', exp_year: year, cvc: '123', return: back };
  const taken = await visit('POST', '/sandbox/form', { ...card, number: '6200000000000005' });
  const page = await taken.text();
  expect(taken.headers.get('content-security-policy')).toContain("form-action 'self' https://shop.example;");
  expect(page).toMatch(/name="bongloyToken" value="[0-9a-f-]{36}"/);
  expect(page).toContain('action="https://shop.example/done?order=7"');
  const refused = await visit('POST', '/sandbox/form', { ...card, number: '4111111111111111' });
  expect(refused.status).toBe(402);
  expect(await refused.text()).not.toContain('4111');
  const script = await visit('GET', '/sandbox/form?return=javascript:alert(1)');
  expect(await script.text()).not.toContain('javascript:');
});

test('the dashboard’s buttons refund, dispute and decide, and say no', async () => {
  const { emulator, provider, paid } = openWorld();
  const { target, receipt } = await paid({ purpose: 'Bitcoin <b>now</b>' });
  const press = async (action: string, id: string) => {
    const body = new URLSearchParams({ [action]: id });
    return (await emulator.fetch(new Request(`${API}/sandbox/dashboard`, { method: 'POST', body }), {})).status;
  };
  const look = await emulator.fetch(new Request(`${API}/sandbox/dashboard`), {});
  expect(await look.text()).toContain('Bitcoin &#60;b&#62;now');
  expect(await press('dispute', receipt)).toBe(303);
  expect(await provider.get(target)).toMatchObject({ status: 'reversed' });
  expect(emulator.disputes).toMatchObject([{ charge: receipt }]);
  expect([await press('dispute', receipt), await press('refund', receipt), await press('burn', receipt)]).toEqual([
    409, 409, 409,
  ]);
  expect(await press('win', receipt)).toBe(303);
  expect(emulator.disputes).toEqual([{ charge: receipt, status: 'won' }]);
  expect(await press('refund', receipt)).toBe(303);
  expect(await provider.get(target)).toMatchObject({ status: 'refunded' });
  expect([await press('refund', 'none'), await press('capture', receipt)]).toEqual([409, 409]);
});

test('the script makes a token with the publishable key, and says why not', async () => {
  const { emulator } = openWorld();
  const source = await (await emulator.fetch(new Request('https://js.bongloy.com/v3'), {})).text();
  const browser = {
    window: {} as {
      Bongloy?: { setPublishableKey(key: string): void; createToken(...call: unknown[]): Promise<void> };
    },
    document: { currentScript: { src: 'https://js.bongloy.com/v3' } },
    URL,
    URLSearchParams,
    fetch: (url: string, init: RequestInit) => emulator.fetch(new Request(url, init), {}),
  };
  runInNewContext(source, browser);
  const { Bongloy } = browser.window;
  const answers: unknown[] = [];
  const card = { number: '6200000000000005', exp_month: 12, exp_year: 2030, cvc: '123' };
  const ask = (fields: object) =>
    Bongloy?.createToken('card', fields, (status: number, body: unknown) => answers.push([status, body]));
  await ask(card);
  Bongloy?.setPublishableKey(emulator.config.publishableKey);
  await ask(card);
  await ask({ ...card, number: '1' });
  expect(answers).toMatchObject([
    [401, { error: { message: expect.any(String) as string } }],
    [201, { object: 'token', used: false }],
    [402, { error: { message: 'Your card number is incorrect.' } }],
  ]);
  const preflight = await emulator.fetch(new Request(`${API}/v1/tokens`, { method: 'OPTIONS' }), {});
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
});

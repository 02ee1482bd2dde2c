import { createSeededRandom, createVirtualRuntime } from '@rielrails/kit/virtual';
import { binance } from 'ccxt';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBinanceEmulator } from './binance-emulator.ts';
import { fromText } from '../venue-emulator/decimal-text.ts';
import { sign } from './signed-request.ts';

function createVenue() {
  const runtime = createVirtualRuntime();
  const venue = createBinanceEmulator({ clock: runtime.clock, random: createSeededRandom(3) });

  async function send(method: string, path: string, text: string, headers: Record<string, string> = {}) {
    const url = `https://api.binance.com${path}`;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const request =
      method === 'GET'
        ? new Request(`${url}?${text}`, { headers: { 'x-mbx-apikey': venue.config.apiKey, ...headers } })
        : new Request(url, {
            method,
            body: text,
            headers: { 'x-mbx-apikey': venue.config.apiKey, ...form, ...headers },
          });
    const answer = await venue.fetch(request, {});
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  /** A signed call. A parameter that is `undefined` is left out. */
  function call(method: string, path: string, parameters: Record<string, string | undefined> = {}) {
    const all = { recvWindow: '5000', timestamp: String(runtime.clock.now()), ...parameters };
    const kept = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const text = new URLSearchParams(kept).toString();
    return send(method, path, `${text}&signature=${sign(venue.config.secret, text)}`);
  }
  const order = (change: Record<string, string | undefined> = {}) =>
    call('POST', '/api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'IOC',
      quantity: '0.001',
      price: '60010',
      newClientOrderId: '1',
      ...change,
    });
  const query = (origClientOrderId: string) => call('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId });
  return { venue, runtime, send, call, order, query };
}

test.each([
  ['no such symbol', { symbol: 'BTCKHR' }, -1121],
  ['a price between two ticks', { price: '60010.001' }, -1013],
  ['a quantity between two steps', { quantity: '0.001005' }, -1013],
  ['less than five dollars', { quantity: '0.00008' }, -1013],
  ['a price of more than five times the market', { price: '300100', quantity: '0.0001' }, -1013],
  ['a price of less than a fifth of the market', { price: '11999', quantity: '0.001' }, -1013],
  ['nine decimals', { quantity: '0.000000001' }, -1111],
  ['a sign', { quantity: '-1' }, -1100],
  ['an exponent', { quantity: '1e-3' }, -1100],
  ['no price', { price: undefined }, -1102],
  ['no time in force', { timeInForce: undefined }, -1102],
  ['another time in force', { timeInForce: 'DAY' }, -1115],
  ['another side', { side: 'HODL' }, -1117],
  ['another type', { type: 'PEGGED' }, -1116],
  ['a market order', { type: 'MARKET' }, -2010],
  ['a sale', { side: 'SELL' }, -2010],
  ['an id that is too long', { newClientOrderId: 'x'.repeat(37) }, -1100],
  ['a parameter that nobody reads', { icebergish: '1' }, -1104],
  ['more money than there is', { quantity: '100' }, -2010],
  ['no timestamp', { timestamp: undefined }, -1102],
  ['a window of more than a minute', { recvWindow: '60001' }, -1131],
])('an order with %s is refused', async (_what, change, code) => {
  const { venue, order } = createVenue();
  expect(await order(change)).toMatchObject({ status: 400, body: { code } });
  expect(venue.applied.orders).toEqual([]);
  expect(venue.market.balance('USDT')).toEqual({ free: '100000.00000000', locked: '0.00000000' });
});

test('key and signature are checked, over what was sent and nothing else', async () => {
  const { venue, runtime, send } = createVenue();
  const text = `timestamp=${runtime.clock.now()}`;
  const good = `${text}&signature=${sign(venue.config.secret, text)}`;
  const account = (query: string, headers = {}) => send('GET', '/api/v3/account', query, headers);
  expect(await account(good)).toMatchObject({ status: 200 });
  expect(
    await account(good.toUpperCase().replace('TIMESTAMP', 'timestamp').replace('SIGNATURE', 'signature')),
  ).toMatchObject({ status: 200 });
  expect(await account(`${good}&omitZeroBalances=true`)).toMatchObject({ status: 400, body: { code: -1022 } });
  expect(await account(text)).toMatchObject({ status: 400, body: { code: -1102 } });
  expect(await account(good, { 'x-mbx-apikey': '' })).toMatchObject({ status: 401, body: { code: -2014 } });
  expect(await account(good, { 'x-mbx-apikey': 'a'.repeat(64) })).toMatchObject({ status: 401, body: { code: -2015 } });
  venue.venue.revokeKey(true);
  expect(await account(good)).toMatchObject({ status: 401, body: { code: -2015 } });
});

test.each([
  [0, 200],
  [5000, 200],
  [5001, 400],
  [-999, 200],
  [-1000, 400],
])('a request %i ms older than the venue is answered with %i', async (age, status) => {
  const { venue, call } = createVenue();
  venue.venue.skewClock(age);
  expect((await call('GET', '/api/v3/account')).status).toBe(status);
});

test('an order id is unique among open orders only, and is taken again after a fill', async () => {
  const { venue, order, query, call } = createVenue();
  const resting = { timeInForce: 'GTC', price: '50000', newClientOrderId: 'same' };
  expect(await order(resting)).toMatchObject({ status: 200, body: { status: 'NEW' } });
  expect(await order(resting)).toMatchObject({ status: 400, body: { code: -2010, msg: 'Duplicate order sent.' } });
  expect(venue.market.balance('USDT')).toEqual({ free: '99950.00000000', locked: '50.00000000' });

  venue.market.move(-2000);
  expect(await query('same')).toMatchObject({ body: { status: 'FILLED', executedQty: '0.00100000' } });
  expect(venue.market.balance('USDT').locked).toBe('0.00000000');
  expect(await order({ newClientOrderId: 'same' })).toMatchObject({ status: 200, body: { status: 'FILLED' } });
  expect(venue.applied.orders).toHaveLength(2);
  expect(await call('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'same' })).toMatchObject({
    body: { code: -2011 },
  });
});

test('a cancelled order gives back what it had reserved', async () => {
  const { venue, order, call } = createVenue();
  await order({ timeInForce: 'GTC', price: '50000' });
  const cancelled = await call('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: '1' });
  expect(cancelled).toMatchObject({ status: 200, body: { status: 'CANCELED', origClientOrderId: '1' } });
  expect(venue.market.balance('USDT')).toEqual({ free: '100000.00000000', locked: '0.00000000' });
});

test('immediate-or-cancel takes what is there; fill-or-kill takes all or nothing', async () => {
  const { venue, order } = createVenue();
  const asks = [['60000.00', '0.001'] as const, ['61000.00', '1'] as const];
  venue.market.setSide('asks', asks);
  expect(await order({ timeInForce: 'FOK', quantity: '0.002', price: '60500' })).toMatchObject({
    body: { status: 'EXPIRED', executedQty: '0.00000000', fills: [] },
  });
  expect(await order({ quantity: '0.002', price: '60500' })).toMatchObject({
    body: {
      status: 'EXPIRED',
      executedQty: '0.00100000',
      cummulativeQuoteQty: '60.00000000',
      fills: [{ price: '60000.00000000', qty: '0.00100000', commission: '0.00000100', commissionAsset: 'BTC' }],
    },
  });
  expect(venue.market.balance('USDT')).toEqual({ free: '99940.00000000', locked: '0.00000000' });
  expect(venue.market.balance('BTC').free).toBe('0.00099900');
  expect(venue.applied.orders.map(({ spent, received }) => [spent, received])).toEqual([
    ['0.00000000', '0.00000000'],
    ['60.00000000', '0.00099900'],
  ]);
});

test('the answer has the size that was asked for', async () => {
  const { order } = createVenue();
  const keys = async (newOrderRespType: string) => Object.keys((await order({ newOrderRespType })).body);
  expect(await keys('ACK')).toHaveLength(5);
  expect(await keys('RESULT')).not.toContain('fills');
  expect(await keys('FULL')).toContain('fills');
});

test('an account has at most two hundred open orders', async () => {
  const { venue, order } = createVenue();
  venue.market.setBalance('USDT', '1000000');
  const resting = (id: number) => order({ timeInForce: 'GTC', price: '50000', newClientOrderId: String(id) });
  for (let id = 0; id < 200; id += 1) expect((await resting(id)).status).toBe(200);
  expect(await resting(200)).toMatchObject({ body: { code: -1013, msg: 'Filter failure: MAX_NUM_ORDERS' } });
});

test('weights are counted by the minute, and who does not heed them is banned', async () => {
  const { venue, runtime, call } = createVenue();
  const account = () => call('GET', '/api/v3/account');
  await runtime.clock.advance(60_000 - (runtime.clock.now() % 60_000));
  for (let time = 0; time < 300; time += 1) expect((await account()).status).toBe(200);
  expect(await account()).toMatchObject({ status: 429, body: { code: -1003 } });
  await runtime.clock.advance(60_000);
  expect((await account()).status).toBe(200);
  for (let time = 0; time < 310; time += 1) await account();
  expect(await account()).toMatchObject({ status: 418, body: { code: -1003 } });
  await runtime.clock.advance(119_000);
  expect((await account()).status).toBe(418);
  await runtime.clock.advance(1000);
  expect((await account()).status).toBe(200);
  expect(venue.applied.orders).toEqual([]);
});

const address = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';

test.each([
  ['another coin', { coin: 'DOGE' }, -4018],
  ['a coin that stays here', { coin: 'USDT' }, -4019],
  ['a network that is none', { network: 'ETH' }, -4019],
  ['a memo', { addressTag: '7' }, -4106],
  ['a wrong character', { address: address.replace('8f3', '8f4') }, -4007],
  ['an address of another network', { address: 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx' }, -4007],
  ['the network of wrapped coins', { network: 'BSC' }, -4007],
  ['too little', { amount: '0.00009999' }, -4022],
  ['more than there is', { amount: '1.00000001' }, -4026],
  ['nine decimals', { amount: '0.100000001' }, -1111],
  ['no address', { address: undefined }, -1102],
  ['a parameter that nobody reads', { icebergish: '1' }, -1104],
])('a withdrawal with %s is refused', async (_what, change, code) => {
  const { venue, call } = createVenue();
  venue.market.setBalance('BTC', '1');
  const wanted = { coin: 'BTC', network: 'BTC', address, amount: '0.5', withdrawOrderId: '7', ...change };
  expect(await call('POST', '/sapi/v1/capital/withdraw/apply', wanted)).toMatchObject({ status: 400, body: { code } });
  expect(venue.applied.withdrawals).toEqual([]);
  expect(venue.market.balance('BTC').free).toBe('1.00000000');
});

test('an id of a client may be used twice; the history tells both, newest first, in windows and pages', async () => {
  const { venue, runtime, call } = createVenue();
  venue.market.setBalance('BTC', '1');
  const apply = () =>
    call('POST', '/sapi/v1/capital/withdraw/apply', { coin: 'BTC', address, amount: '0.1', withdrawOrderId: '7' });
  const history = (parameters: Record<string, string> = {}) =>
    call('GET', '/sapi/v1/capital/withdraw/history', { coin: 'BTC', ...parameters });
  const [first, second] = [(await apply()).body['id'], (await apply()).body['id']];
  expect((await history()).body).toMatchObject([
    { id: second, amount: '0.09998500', transactionFee: '0.00001500', status: 4, withdrawOrderId: '7', txId: '' },
    { id: first },
  ]);
  expect((await history({ offset: '1', limit: '1' })).body).toMatchObject([{ id: first }]);
  await venue.network.confirm(2);
  expect((await history({ withdrawOrderId: '7' })).body).toMatchObject([{ status: 6, confirmNo: 2 }, {}]);

  const dayMs = 86_400_000;
  await runtime.clock.advance(8 * dayMs);
  expect((await history({ withdrawOrderId: '7' })).body).toEqual([]);
  expect((await history()).body).toHaveLength(2);
  const now = runtime.clock.now();
  const window = (days: number) => ({ startTime: String(now - days * dayMs), endTime: String(now) });
  expect(await history({ ...window(91) })).toMatchObject({ body: { code: -4047 } });
  expect(await history({ ...window(8), withdrawOrderId: '7' })).toMatchObject({ body: { code: -4047 } });
});

test('a screen sees the market without asking as a client', () => {
  const { venue } = createVenue();
  venue.market.setSide('asks', [
    ['60000.00', '0.001'],
    ['60001.00', '1'],
  ]);
  venue.market.halt(true);
  expect(venue.market.view(1)).toMatchObject({ asks: [['60000.00000000', '0.00100000']], trading: false });
  expect(venue.exchanges).toEqual([]);
});

test('a ban is answered with 418 and ends', async () => {
  const { venue, runtime, call } = createVenue();
  venue.venue.ban(120);
  expect(await call('GET', '/api/v3/account')).toMatchObject({ status: 418, body: { code: -1003 } });
  await runtime.clock.advance(120_000);
  expect((await call('GET', '/api/v3/account')).status).toBe(200);
});

test('the class of ccxt, as it comes, loads markets and buys here', async () => {
  const { venue, runtime } = createVenue();
  const client = new binance({
    ...venue.config,
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] }, fetchMargins: false },
    fetchImplementation: (url: string, init: RequestInit) => venue.fetch(new Request(url, init), {}),
  });
  client.milliseconds = () => runtime.clock.now();
  await client.loadMarkets();
  expect(venue.exchanges.map(({ route }) => route)).toEqual(expect.arrayContaining(['coins', 'exchange-info']));
  expect(venue.exchanges).toHaveLength(2);
  const order = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 60_010, {
    timeInForce: 'IOC',
    clientOrderId: '77',
  });
  expect(order).toMatchObject({ clientOrderId: '77', status: 'closed' });
  expect(await client.fetchOrder('', 'BTC/USDT', { origClientOrderId: '77' })).toMatchObject({ id: order.id });
  const sent = await client.withdraw('BTC', 0.0005, address, undefined, { network: 'BTC', withdrawOrderId: '78' });
  expect(await client.fetchWithdrawals('BTC', undefined, 10, { withdrawOrderId: '78' })).toMatchObject([
    { id: sent.id, status: 'pending', fee: { cost: 0.000015 } },
  ]);
});

test.each([
  'symbol',
  'side',
  'type',
  'timeInForce',
  'quantity',
  'price',
  'newClientOrderId',
  'timestamp',
  'recvWindow',
])(
  'whatever stands in %s, the order is answered in the form of the documents, and money is never lost',
  async (field) => {
    const { venue, order } = createVenue();
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.bigInt().map(String), fc.double().map(String));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const { status, body } = await order({ [field]: value });
        expect(status === 200 || (status === 400 && typeof body['code'] === 'number')).toBe(true);
      }),
      { numRuns: 40 },
    );
    const usdt = venue.market.balance('USDT');
    const spent = venue.applied.orders.reduce((sum, one) => sum + fromText(one.spent), 0n);
    expect(fromText(usdt.free) + fromText(usdt.locked) + spent).toBe(fromText('100000'));
  },
);

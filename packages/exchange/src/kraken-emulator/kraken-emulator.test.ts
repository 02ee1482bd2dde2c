import { createSeededRandom, createVirtualRuntime } from '@rielrails/kit/virtual';
import { BTC, money } from '@rielrails/core';
import { kraken } from 'ccxt';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromText } from '../venue-emulator/decimal-text.ts';
import { createKrakenEmulator } from './kraken-emulator.ts';
import { sign } from './signed-request.ts';

/** What the tests read of answers. */
interface Result {
  readonly txid: readonly [string];
  readonly descr: { readonly order: string };
  readonly open: Readonly<Record<string, object>>;
  readonly closed: Readonly<Record<string, { readonly cl_ord_id: string }>>;
  readonly count: number;
  readonly refid: string;
  readonly withdrawals: readonly { readonly refid: string }[];
  readonly next_cursor: string;
  readonly status: string;
  readonly XBTUSDT: { readonly status: string };
  readonly trades: readonly [string];
}

/** What stands under a name that the venue gave. */
function under(result: Result, name: string): Result {
  return (result as unknown as Readonly<Record<string, Result>>)[name]!;
}

function createVenue() {
  const runtime = createVirtualRuntime();
  const venue = createKrakenEmulator({ clock: runtime.clock, random: createSeededRandom(3) });
  let nonce = 0;

  async function send(path: string, init: RequestInit) {
    const answer = await venue.fetch(new Request(`https://api.kraken.com${path}`, init), {});
    return (await answer.json()) as { readonly error: readonly string[]; readonly result: Result };
  }
  /** A signed call. A parameter that is `undefined` is left out. */
  function call(
    method: string,
    parameters: Record<string, string | undefined> = {},
    headers: Record<string, string> = {},
  ) {
    nonce += 1;
    const all = { nonce: String(nonce), ...parameters };
    const kept = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const body = new URLSearchParams(kept).toString();
    const path = `/0/private/${method}`;
    const signature = sign(venue.config.secret, { path, nonce: all.nonce, body });
    return send(path, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'api-key': venue.config.apiKey,
        'api-sign': signature,
        ...headers,
      },
    });
  }
  const look = (path: string) => send(`/0/public/${path}`, { method: 'GET' });
  const order = (change: Record<string, string | undefined> = {}) =>
    call('AddOrder', {
      pair: 'XBTUSDT',
      type: 'buy',
      ordertype: 'limit',
      timeinforce: 'IOC',
      volume: '0.001',
      price: '60010',
      cl_ord_id: 'arb-1',
      ...change,
    });
  return { venue, runtime, call, look, order };
}

test.each([
  ['no such pair', { pair: 'XBTKHR' }, 'EQuery:Unknown asset pair'],
  [
    'a price between two ticks',
    { price: '60010.01' },
    'EOrder:Invalid price:XBTUSDT price can only be specified up to 1 decimals.',
  ],
  ['less than the least', { volume: '0.00004999' }, 'EOrder:Order minimum not met'],
  ['less than half a dollar', { price: '100' }, 'EOrder:Cost minimum not met', '0.00005'],
  ['nine decimals', { volume: '0.001000001' }, 'EGeneral:Invalid arguments:volume'],
  ['a sign', { volume: '-1' }, 'EGeneral:Invalid arguments:volume'],
  ['nothing', { volume: '0' }, 'EGeneral:Invalid arguments:volume'],
  ['no price', { price: undefined }, 'EGeneral:Invalid arguments:price'],
  ['another time in force', { timeinforce: 'FOK' }, 'EGeneral:Invalid arguments:timeinforce'],
  ['a market order', { ordertype: 'market' }, 'EGeneral:Invalid arguments:ordertype'],
  ['a sale', { type: 'sell' }, 'EGeneral:Invalid arguments:type'],
  ['an id of 19 characters', { cl_ord_id: '1234567890123456789' }, 'EGeneral:Invalid arguments:cl_ord_id'],
  ['an id beside a userref', { userref: '1' }, 'EGeneral:Invalid arguments:userref'],
  ['a parameter that nobody knows', { icebergish: '1' }, 'EGeneral:Invalid arguments:icebergish'],
  ['more money than there is', { volume: '100' }, 'EOrder:Insufficient funds'],
  ['a deadline that has passed', { deadline: '2026-01-02T03:04:04Z' }, 'EService:Deadline elapsed'],
  ['a deadline too near', { deadline: '2026-01-02T03:04:06Z' }, 'EGeneral:Invalid arguments:deadline'],
  ['a deadline too far away', { deadline: '2026-01-02T03:05:06Z' }, 'EGeneral:Invalid arguments:deadline'],
])('an order with %s is refused', async (_what, change, error, volume?: string) => {
  const { venue, order } = createVenue();
  expect(await order(volume === undefined ? change : { ...change, volume })).toEqual({ error: [error] });
  expect(venue.applied.orders).toEqual([]);
  expect(venue.market.balance('USDT')).toEqual({ free: '100000.00000000', locked: '0.00000000' });
});

test.each(['6d1b345e-2821-40e2-ad83-4ecb18a06876', 'da8e4ad59b78481c93e589746b0cf91f', 'arb-20240509-00010'])(
  'the documented id %s is taken',
  async (id) => {
    expect(await createVenue().order({ cl_ord_id: id })).toMatchObject({
      error: [],
      result: { txid: [expect.any(String)] },
    });
  },
);

test('key, signature and number are checked, over what was sent and nothing else', async () => {
  const { venue, call } = createVenue();
  const balance = (parameters = {}, headers = {}) => call('BalanceEx', parameters, headers);
  expect(await balance()).toMatchObject({ error: [] });
  expect(await balance({}, { 'api-key': 'AAAA' })).toEqual({ error: ['EAPI:Invalid key'] });
  expect(await balance({}, { 'api-sign': 'AAAA' })).toEqual({ error: ['EAPI:Invalid signature'] });
  expect(await balance({ nonce: '1' })).toEqual({ error: ['EAPI:Invalid nonce'] });
  expect(await balance({ nonce: 'x' })).toEqual({ error: ['EAPI:Invalid nonce'] });
  expect(await balance({ nonce: '100' })).toMatchObject({ error: [] });
  expect(await balance({ nonce: '100' })).toEqual({ error: ['EAPI:Invalid nonce'] });
  venue.venue.revokeKey(true);
  expect(await balance({ nonce: '101' })).toEqual({ error: ['EAPI:Invalid key'] });
});

test('a key may do what it is permitted, and everybody waits out a lockout', async () => {
  const { venue, runtime, order, call } = createVenue();
  venue.venue.permit({ trade: false });
  expect(await order()).toEqual({ error: ['EGeneral:Permission denied'] });
  venue.venue.lockOut(900);
  expect(await call('BalanceEx')).toEqual({ error: ['EGeneral:Temporary lockout'] });
  await runtime.clock.advance(900_000);
  expect(await call('BalanceEx')).toMatchObject({ error: [] });
});

test('calls are counted, and the counter falls with time', async () => {
  const { runtime, call } = createVenue();
  for (let time = 0; time < 15; time += 1) expect((await call('BalanceEx')).error).toEqual([]);
  expect(await call('BalanceEx')).toEqual({ error: ['EAPI:Rate limit exceeded'] });
  await runtime.clock.advance(4000);
  expect((await call('BalanceEx')).error).toEqual([]);
});

test('a client order id is unique among open orders only', async () => {
  const { venue, order, call } = createVenue();
  const resting = { timeinforce: 'GTC', price: '50000', cl_ord_id: 'same' };
  const [first] = (await order(resting)).result.txid;
  expect(await order(resting)).toEqual({ error: ['EGeneral:Invalid arguments:cl_ord_id not unique'] });
  // 50 USDT, and the fee of 0.4 percent that may come on top
  expect(venue.market.balance('USDT')).toEqual({ free: '99949.80000000', locked: '50.20000000' });
  expect((await call('OpenOrders', { cl_ord_id: 'same' })).result.open).toHaveProperty([first]);
  expect((await call('CancelOrder', { txid: first })).result).toEqual({ count: 1 });
  expect(await call('CancelOrder', { txid: first })).toEqual({ error: ['EOrder:Unknown order'] });
  expect(venue.market.balance('USDT').locked).toBe('0.00000000');
  expect((await order({ cl_ord_id: 'same' })).error).toEqual([]);
  expect(Object.keys((await call('ClosedOrders', { cl_ord_id: 'same' })).result.closed)).toHaveLength(2);
});

test('the fee comes on top, and an order, its executions and the balances agree', async () => {
  const { venue, order, call } = createVenue();
  venue.market.setSide('asks', [
    ['60000.0', '0.00100000'],
    ['61000.0', '1'],
  ]);
  const { result } = await order({ volume: '0.002', price: '60500' });
  expect(result.descr.order).toBe('buy 0.00200000 XBTUSDT @ limit 60500.0');
  const [txid] = result.txid;
  const told = under((await call('QueryOrders', { txid, trades: 'true' })).result, txid);
  expect(told).toMatchObject({
    status: 'canceled',
    vol: '0.00200000',
    vol_exec: '0.00100000',
    cost: '60.00000',
    fee: '0.24000',
    price: '60000.0',
  });
  const [tradeId] = told.trades;
  expect(under((await call('QueryTrades', { txid: tradeId })).result, tradeId)).toMatchObject({
    ordertxid: txid,
    cost: '60.00000',
    fee: '0.24000',
    vol: '0.00100000',
  });
  expect(venue.market.balance('USDT')).toEqual({ free: '99939.76000000', locked: '0.00000000' });
  expect(venue.applied.orders).toEqual([{ reference: 'arb-1', spent: '60.24000000', received: '0.00100000' }]);
});

test('closed orders come in pages of fifty, newest first, and names of no order are refused', async () => {
  const { runtime, order, call } = createVenue();
  for (let at = 0; at < 60; at += 1) await order({ cl_ord_id: `id-${at}` });
  const first = (await call('ClosedOrders')).result;
  expect([Object.keys(first.closed).length, first.count]).toEqual([50, 60]);
  expect(Object.values(first.closed)[0]?.cl_ord_id).toBe('id-59');
  expect(Object.keys((await call('ClosedOrders', { ofs: '50' })).result.closed)).toHaveLength(10);
  await runtime.clock.advance(60_000);
  expect(await call('QueryOrders', { txid: 'nonsense' })).toEqual({ error: ['EOrder:Invalid order'] });
});

test('what the market and the venue are open for is told, and kept', async () => {
  const { venue, look, order } = createVenue();
  venue.market.halt(true);
  expect((await look('AssetPairs?pair=XBTUSDT')).result.XBTUSDT.status).toBe('cancel_only');
  expect(await order()).toEqual({ error: ['EService:Market in cancel_only mode'] });
  venue.market.halt(false);
  venue.venue.setSystem('post_only');
  expect((await look('SystemStatus')).result.status).toBe('post_only');
  expect(await order()).toEqual({ error: ['EService:Market in post_only mode'] });
  venue.venue.setSystem('maintenance');
  expect(await order()).toEqual({ error: ['EService:Unavailable'] });
});

test.each([
  [{ asset: 'DOGE' }, 'EFunding:Unknown asset'],
  [{ key: 'nobody' }, 'EFunding:Unknown withdraw key'],
  [{ amount: '0.00009999' }, 'EFunding:Invalid amount'],
  [{ amount: '1.00000001' }, 'EFunding:Invalid amount'],
  [{ address: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4' }, 'EFunding:Invalid withdrawal address'],
  [{ max_fee: '0.00001999' }, 'EFunding:Max fee exceeded'],
])('a withdrawal with %j is refused', async (change, error) => {
  const { venue, call } = createVenue();
  await venue.network.fund(money(BTC, 100_000_000n));
  const [key] = Object.values(venue.withdrawalKeys);
  expect(await call('Withdraw', { asset: 'XBT', key, amount: '0.5', ...change })).toEqual({ error: [error] });
  expect(venue.applied.withdrawals).toEqual([]);
  expect(venue.market.balance('BTC').free).toBe('1.00000000');
});

test('a withdrawal is net of its fee, is listed in pages, and follows the chain', async () => {
  const { venue, runtime, call } = createVenue();
  await venue.network.fund(money(BTC, 100_000_000n));
  const address = venue.network.address();
  const wanted = { asset: 'XBT', key: venue.withdrawalKeys[address], amount: '0.1' };
  expect((await call('WithdrawInfo', wanted)).result).toMatchObject({ amount: '0.09998000', fee: '0.00002000' });
  const refids: string[] = [];
  for (let time = 0; time < 3; time += 1) {
    refids.push((await call('Withdraw', { ...wanted, address })).result.refid);
    await runtime.clock.advance(10_000);
  }
  expect(venue.market.balance('BTC').free).toBe('0.70000000');
  const page = (await call('WithdrawStatus', { asset: 'XBT', cursor: 'true', limit: '2' })).result;
  expect(page.withdrawals.map(({ refid }) => refid)).toEqual(refids.toReversed().slice(0, 2));
  const last = (await call('WithdrawStatus', { asset: 'XBT', cursor: page.next_cursor, limit: '2' })).result;
  expect(last).not.toHaveProperty('next_cursor');
  expect(last.withdrawals).toMatchObject([{ refid: refids[0], amount: '0.09998000', status: 'Pending', txid: null }]);
  await venue.network.confirm();
  expect(under((await call('WithdrawStatus')).result, '0')).toMatchObject({
    status: 'Success',
    txid: expect.any(String),
  });
});

test('the class of ccxt, as it comes, loads markets, buys and withdraws here', async () => {
  const { venue, runtime } = createVenue();
  const client = new kraken({
    ...venue.config,
    fetchImplementation: (url: string, init: RequestInit) => venue.fetch(new Request(url, init), {}),
    enableRateLimit: false,
  });
  let nonce = runtime.clock.now() as number;
  client.nonce = () => (nonce += 1);
  await client.loadMarkets();
  const order = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 60_010, {
    timeInForce: 'IOC',
    clientOrderId: 'arb-77',
  });
  expect(await client.fetchOrder(order.id ?? '', 'BTC/USDT')).toMatchObject({ id: order.id, status: 'closed' });
  const address = venue.network.address();
  const sent = await client.withdraw('BTC', 0.0005, address, undefined, { key: venue.withdrawalKeys[address] });
  expect(await client.fetchWithdrawals('BTC')).toMatchObject([{ id: sent.id, status: 'pending' }]);
});

test.each(['pair', 'type', 'ordertype', 'timeinforce', 'volume', 'price', 'cl_ord_id', 'deadline', 'oflags', 'nonce'])(
  'whatever stands in %s, the order is answered in the form of the documents, and money is never lost',
  async (field) => {
    const { venue, order } = createVenue();
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.bigInt().map(String), fc.double().map(String));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const { error, result } = await order({ [field]: value });
        const [said = 'EGeneral:nothing wrong'] = error;
        expect(said).toMatch(/^E[A-Z][A-Za-z]+:/);
        expect(error.length === 0).toBe(result !== undefined);
      }),
      { numRuns: 40, seed: 20_261_121 },
    );
    const usdt = venue.market.balance('USDT');
    const spent = venue.applied.orders.reduce((sum, one) => sum + fromText(one.spent), 0n);
    expect(fromText(usdt.free) + fromText(usdt.locked) + spent).toBe(fromText('100000'));
  },
);

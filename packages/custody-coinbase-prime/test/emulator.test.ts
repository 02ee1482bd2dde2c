import { parseReference } from '@rielrails/core';
import { expect, test } from 'vitest';
import type { CoinbasePrimeEmulatorOptions } from '../src/emulator/index.ts';
import { openWorld, sats } from './world.ts';
import type { AskChange } from './world.ts';

const KEY = '6840bf2c-0000-4000-8000-000000000001';
const CUSTOMER = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
const good = {
  amount: '0.001',
  currency_symbol: 'BTC',
  destination_type: 'DESTINATION_BLOCKCHAIN',
  idempotency_key: KEY,
  blockchain_address: { address: CUSTOMER, network: { id: 'bitcoin', type: 'mainnet' } },
};

async function open(options: CoinbasePrimeEmulatorOptions = {}) {
  const world = await openWorld(options);
  const read = async (answer: Response): Promise<{ readonly status: number; readonly body: unknown }> => ({
    status: answer.status,
    body: await answer.json(),
  });
  return {
    ...world,
    get: async (path: string, change?: AskChange) => read(await world.ask('GET', path, '', change)),
    send: async (path: string, body: unknown, change?: AskChange) => read(await world.post(path, body, change)),
  };
}

test('a withdrawal is answered as the description says, and stands in the list', async () => {
  const { send, get, config } = await open();
  const created = await send('/withdrawals', good);
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
  expect(created).toMatchObject({
    status: 200,
    body: {
      activity_id: id,
      approval_url: expect.stringContaining('https://prime.coinbase.com/') as string,
      symbol: 'BTC',
      amount: '0.001',
      fee: '0.000015',
      destination_type: 'DESTINATION_BLOCKCHAIN',
      source_type: 'TRADING',
      blockchain_destination: { address: CUSTOMER, network: { id: 'bitcoin', type: 'mainnet' } },
      transaction_id: id,
    },
  });
  expect(await get('/transactions?types=WITHDRAWAL')).toMatchObject({
    body: {
      transactions: [
        {
          wallet_id: config.walletId,
          portfolio_id: config.portfolioId,
          type: 'WITHDRAWAL',
          status: 'TRANSACTION_CREATED',
          symbol: 'BTC',
          amount: '0.001',
          created_at: '2026-01-02T03:04:05.000Z',
          completed_at: null,
          transfer_from: { type: 'WALLET', value: config.walletId },
          transfer_to: { type: 'ADDRESS', value: CUSTOMER },
          blockchain_ids: [],
          idempotency_key: KEY,
        },
      ],
      pagination: { next_cursor: '', sort_direction: 'DESC', has_next: false },
    },
  });
});

test.each<[string, AskChange]>([
  ['no key', { headers: { 'x-cb-access-key': '' } }],
  ['another key', { headers: { 'x-cb-access-key': '0'.repeat(32) } }],
  ['another passphrase', { headers: { 'x-cb-access-passphrase': '0'.repeat(16) } }],
  ['no time', { headers: { 'x-cb-access-timestamp': '' } }],
  ['a time with decimals', { headers: { 'x-cb-access-timestamp': '1767323045.5' } }],
  ['milliseconds', { headers: { 'x-cb-access-timestamp': '1767323045000' } }],
  ['a clock that is slow', { offByS: -31 }],
  ['a clock that is fast', { offByS: 31 }],
  ['no signature', { headers: { 'x-cb-access-signature': '' } }],
  ['a signature of another time', { headers: { 'x-cb-access-timestamp': '1767323044' } }],
])('%s lets nobody in', async (_what, change) => {
  const { get, send, emulator } = await open();
  const refused = { status: 401, body: { code: 16, message: expect.any(String) as string, details: [] } };
  expect(await get('/balance', change)).toEqual(refused);
  expect(await send('/withdrawals', good, change)).toEqual(refused);
  expect(emulator.applied.withdrawals).toEqual([]);
});

test('a signature covers time, method, path and body, and not the query', async () => {
  const { get, request, emulator } = await open();
  for (const offByS of [-30, 0, 30]) expect((await get('/balance', { offByS })).status).toBe(200);
  const body = JSON.stringify(good);
  const { url, headers } = request('POST', '/withdrawals', body);
  const send = async (change: { readonly url?: string; readonly body?: string }) => {
    const changed = new Request(change.url ?? url, { method: 'POST', headers, body: change.body ?? body });
    return (await emulator.fetch(changed, {})).status;
  };
  expect(await send({ body: `${body} ` })).toBe(401);
  expect(await send({ body: body.replace('0.001', '0.002') })).toBe(401);
  expect(await send({ url: url.replace('withdrawals', 'addresses') })).toBe(401);
  expect(await send({ url: `${url}?a=b` })).toBe(200);
});

test('a key is good for one portfolio, and a wallet has to be there', async () => {
  const { get, config } = await open();
  const nobody = '6840bf2c-0000-4000-8000-000000000009';
  const path = (portfolio: string, rest: string) => ({ path: `/v1/portfolios/${portfolio}${rest}` });
  expect(await get('', path(nobody, `/wallets/${config.walletId}/balance`))).toMatchObject({
    status: 403,
    body: { code: 7 },
  });
  const missing = { status: 404, body: { code: 5 } };
  expect(await get('', path(config.portfolioId, `/wallets/${nobody}/balance`))).toMatchObject(missing);
  expect(await get('', path(config.portfolioId, `/transactions/${nobody}`))).toMatchObject(missing);
  expect(await get('/nowhere')).toMatchObject(missing);
  expect(await get('/withdrawals')).toMatchObject({ status: 405 });
});

test.each<[string, unknown]>([
  ['no object', [good]],
  ['an unknown field', { ...good, sequence_id: '1' }],
  ['no amount', { ...good, amount: undefined }],
  ['a number for an amount', { ...good, amount: 0.001 }],
  ['nothing', { ...good, amount: '0' }],
  ['less than nothing', { ...good, amount: '-0.001' }],
  ['half a satoshi', { ...good, amount: '0.000000005' }],
  ['no asset', { ...good, currency_symbol: '' }],
  ['another asset', { ...good, currency_symbol: 'ETH' }],
  ['no destination', { ...good, destination_type: undefined }],
  ['a bank', { ...good, destination_type: 'DESTINATION_PAYMENT_METHOD' }],
  ['a wallet, which only transfers take', { ...good, destination_type: 'DESTINATION_WALLET' }],
  ['no key', { ...good, idempotency_key: '' }],
  ['a key that is no UUID', { ...good, idempotency_key: '42' }],
  ['no address', { ...good, blockchain_address: {} }],
  ['an address with a typo', { ...good, blockchain_address: { address: `${CUSTOMER.slice(0, -1)}5` } }],
  [
    'an address of another network',
    { ...good, blockchain_address: { address: 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx' } },
  ],
  ['another chain', { ...good, blockchain_address: { address: CUSTOMER, network: { id: 'base', type: 'mainnet' } } }],
  ['play money', { ...good, blockchain_address: { address: CUSTOMER, network: { id: 'bitcoin', type: 'testnet' } } }],
  ['a text for an object', { ...good, blockchain_address: CUSTOMER }],
  ['another wallet than the path says', { ...good, wallet_id: KEY }],
])('a withdrawal is refused for %s', async (_what, body) => {
  const { send, emulator } = await open();
  expect(await send('/withdrawals', body)).toMatchObject({ status: 400, body: { code: 3 } });
  expect(emulator.applied.withdrawals).toEqual([]);
});

test('bodies are JSON, and say so', async () => {
  const { ask, send } = await open();
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  expect((await send('/withdrawals', good, form)).status).toBe(400);
  for (const body of ['amount=1', '{"amount":', '{"__proto__":{}}'])
    expect((await ask('POST', '/withdrawals', body)).status).toBe(400);
});

test('what samples send besides is taken: ids in the body, an account identifier, small letters', async () => {
  const { send, config } = await open();
  const body = {
    ...good,
    currency_symbol: 'btc',
    idempotency_key: KEY.toUpperCase(),
    portfolio_id: config.portfolioId,
    wallet_id: config.walletId,
    blockchain_address: { address: CUSTOMER, account_identifier: '' },
  };
  expect((await send('/withdrawals', body)).status).toBe(200);
});

test('a used key makes no second transaction, whatever else is asked for', async () => {
  for (const usedKey of ['replays', 'fails'] as const) {
    const { send, emulator } = await open({ usedKey, consensus: 'automatic' });
    const first = await send('/withdrawals', good);
    for (const again of [good, { ...good, amount: '0.5' }]) {
      const expected = usedKey === 'replays' ? first : { status: 409, body: { code: 6 } };
      expect(await send('/withdrawals', again)).toMatchObject(expected);
    }
    expect(emulator.applied.withdrawals).toEqual([{ reference: KEY, address: CUSTOMER, amount: sats(100_000n) }]);
  }
});

test('a refused withdrawal does not use up its key', async () => {
  const { send } = await open();
  expect((await send('/withdrawals', { ...good, amount: '2' })).status).toBe(400);
  expect((await send('/withdrawals', good)).status).toBe(200);
});

test('coins are held from the first moment, and leave at the end', async () => {
  const { send, get, emulator } = await open({ consensus: 'automatic' });
  const balance = async () => ((await get('/balance')).body as { balance: object }).balance;
  await send('/withdrawals', good);
  expect(await balance()).toMatchObject({ amount: '1', holds: '0.001015', withdrawable_amount: '0.998985' });
  await emulator.network.confirm();
  expect(await balance()).toMatchObject({ amount: '0.998985', holds: '0', withdrawable_amount: '0.998985' });
  const more = { ...good, idempotency_key: KEY.replace('6', '7') };
  expect(await send('/withdrawals', { ...more, amount: '0.99897001' })).toMatchObject({
    status: 400,
    body: { code: 9 },
  });
  expect((await send('/withdrawals', { ...more, amount: '0.99897' })).status).toBe(200);
});

test('only trusted addresses are paid where there is an address book', async () => {
  const { send, emulator } = await open({ addressBook: true });
  expect(await send('/withdrawals', good)).toMatchObject({ status: 400, body: { code: 9 } });
  emulator.desk.trust(CUSTOMER);
  expect((await send('/withdrawals', good)).status).toBe(200);
});

test('nothing moves without consensus, and nothing goes back', async () => {
  const { send, emulator } = await open();
  await send('/withdrawals', good);
  const { desk } = emulator;
  const [{ id } = { id: '' }] = desk.withdrawals;
  await emulator.network.confirm();
  expect(desk.withdrawals[0]?.status).toBe('TRANSACTION_CREATED');
  for (const early of [desk.fail, (one: string) => desk.show(one, 'TRANSACTION_DONE')])
    expect(() => early(id)).toThrow('cannot follow');
  desk.approve(id);
  desk.broadcast(id);
  for (const late of [desk.approve, desk.reject, desk.cancel, desk.expire])
    expect(() => late(id)).toThrow('cannot follow');
  await emulator.network.confirm();
  expect(desk.withdrawals[0]?.status).toBe('TRANSACTION_DONE');
  expect(() => desk.fail(id)).toThrow('cannot follow');
  expect(() => desk.show(id, 'TRANSACTION_LOST')).toThrow(RangeError);
  expect(() => desk.approve(KEY)).toThrow('no such withdrawal');
});

test('the fee of what failed on the chain is gone, the rest is not', async () => {
  const { send, get, emulator } = await open();
  await send('/withdrawals', good);
  const [{ id } = { id: '' }] = emulator.desk.withdrawals;
  emulator.desk.broadcast(id);
  emulator.desk.fail(id);
  expect((await get('/balance')).body).toMatchObject({ balance: { amount: '0.999985', holds: '0' } });
  expect(emulator.applied.withdrawals).toEqual([]);
});

test('lists are filtered, cut and go on', async () => {
  const { send, get, runtime } = await open();
  const keys = [1, 2, 3].map((digit) => KEY.replace(/1$/, String(digit)));
  for (const key of keys) {
    await runtime.clock.advance(1000);
    await send('/withdrawals', { ...good, idempotency_key: key });
  }
  const list = async (query: string) => {
    const { body } = await get(`/transactions?${query}`);
    const { transactions, pagination } = body as {
      readonly transactions: readonly { readonly id: string; readonly idempotency_key: string }[];
      readonly pagination: { readonly next_cursor: string; readonly has_next: boolean };
    };
    return { keys: transactions.map((one) => one.idempotency_key), ...pagination };
  };
  const page = await list('types=WITHDRAWAL&limit=2');
  expect(page).toMatchObject({ keys: [keys[2], keys[1]], has_next: true });
  expect(await list(`types=WITHDRAWAL&limit=2&cursor=${page.next_cursor}`)).toMatchObject({
    keys: [keys[0]],
    next_cursor: '',
    has_next: false,
  });
  expect((await list('types=WITHDRAWAL&sort_direction=ASC')).keys).toEqual(keys);
  expect((await list('types=DEPOSIT')).keys).toEqual(['']);
  expect((await list('types=DEPOSIT&types=WITHDRAWAL')).keys).toHaveLength(4);
  const times = 'start_time=2026-01-02T03:04:07.000Z&end_time=2026-01-02T03:04:08.000Z';
  expect((await list(`types=WITHDRAWAL&${times}`)).keys).toEqual([keys[1]]);
  for (const query of [
    'limit=0',
    'limit=501',
    'limit=ten',
    'cursor=none',
    'types=PAYMENT',
    'sort_direction=UP',
    'start_time=yesterday',
    'limit=1&limit=2',
    'page=2',
  ])
    expect((await get(`/transactions?${query}`)).status).toBe(400);
});

test('deposit addresses: instructions never change, fresh ones are for trading balances', async () => {
  const trading = await open();
  const instructions = () => trading.get('/deposit_instructions?deposit_type=CRYPTO');
  expect(await instructions()).toEqual(await instructions());
  expect(await instructions()).toMatchObject({
    body: {
      crypto_instructions: { type: 'CRYPTO', network: { id: 'bitcoin', type: 'mainnet' } },
      fiat_instructions: null,
    },
  });
  const fresh = { network_id: 'bitcoin-mainnet' };
  expect(await trading.send('/addresses', fresh)).not.toEqual(await trading.send('/addresses', fresh));
  for (const path of ['', '?deposit_type=WIRE', '?deposit_type=CRYPTO&network.id=base'])
    expect((await trading.get(`/deposit_instructions${path}`)).status).toBe(400);
  for (const body of [{}, { network_id: 'ethereum-mainnet' }])
    expect((await trading.send('/addresses', body)).status).toBe(400);
  const vault = await open({ walletType: 'vault' });
  expect(await vault.send('/addresses', fresh)).toMatchObject({ status: 400, body: { code: 9 } });
});

test('every route cites its document', async () => {
  const { emulator } = await open();
  for (const { cites, provenance } of emulator.routes) {
    expect(cites).toMatch(/OpenAPI 0\.1: PrimeRESTAPI_/);
    expect(provenance).toBe('documented');
  }
});

test('people name a withdrawal by its reference: what waits is nobody’s until they agree, and only what waits is theirs', async () => {
  const { send, emulator } = await open({ consensus: 'automatic', keyOf: () => KEY });
  const reference = parseReference('42');
  await emulator.approvals.require();
  expect((await send('/withdrawals', good)).status).toBe(200);
  expect(emulator.applied.withdrawals).toEqual([]);
  await emulator.approvals.approve(reference);
  expect(emulator.desk.withdrawals).toMatchObject([{ status: 'TRANSACTION_APPROVED' }]);
  expect(emulator.applied.withdrawals).toHaveLength(1);
  await expect(emulator.approvals.reject(reference)).rejects.toThrow(RangeError);
});

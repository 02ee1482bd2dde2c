import { Secret } from '@rielrails/kit';
import type { Fetch } from '@rielrails/kit';
import type { FaultName } from '@rielrails/kit/emulator';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { describe, expect, test } from 'vitest';
import { lockOf, spend } from '../../test/spending.ts';
import { createRegtestLite } from '../regtest/lite/regtest-lite.ts';
import { createRegtestMiner } from '../regtest/miner.ts';
import { createCoreRpc } from './core-rpc.ts';
import type { CoreRpcConfig } from './core-rpc.ts';

/** The first blocks, as every explorer shows them. */
const REGTEST = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';
const MAIN = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';
const info = (changes: object) => ({
  blocks: 7,
  bestblockhash: 'a'.repeat(64),
  initialblockdownload: false,
  pruned: false,
  ...changes,
});
const PASSWORD = 'correct horse battery staple';
const access = { url: 'http://127.0.0.1:18443', credentials: { user: 'wallet', password: new Secret(PASSWORD) } };

function createWorld() {
  const clock = createVirtualRuntime().clock;
  const lite = createRegtestLite({ clock, user: 'wallet', password: PASSWORD });
  const runtime = { ...createVirtualRuntime({ fetch: lite.fetch }), clock };
  return { lite, runtime, backend: createCoreRpc({ ...access, network: 'regtest' }, runtime) };
}

/** A node that says what the test wants, method by method: a result, an error, JSON text, or a whole response. */
function createStub(answers: Readonly<Record<string, unknown>>, config: Partial<CoreRpcConfig> = {}) {
  const standard = {
    getnetworkinfo: { version: 290_100 },
    getblockhash: JSON.stringify(REGTEST),
    getblockchaininfo: info({}),
    getindexinfo: { txindex: { synced: true } },
    getwalletinfo: { scanning: false, private_keys_enabled: false },
    listdescriptors: { descriptors: [] },
  };
  const asked: string[] = [];
  const fetch: Fetch = async (request) => {
    const { method } = (await request.json()) as { method: string };
    asked.push(method);
    const given = ({ ...standard, ...answers } as Record<string, unknown>)[method];
    const answer: unknown = typeof given === 'function' ? (given as () => unknown)() : given;
    if (answer instanceof Response) return answer.clone();
    if (typeof answer === 'string') return new Response(`{"jsonrpc":"2.0","id":1,"result":${answer}}`);
    const error = typeof answer === 'object' && answer !== null && 'code' in answer;
    return Response.json({ jsonrpc: '2.0', id: 1, ...(error ? { error: answer } : { result: answer }) });
  };
  const runtime = createVirtualRuntime({ fetch });
  return { asked, runtime, backend: createCoreRpc({ ...access, network: 'regtest', ...config }, runtime) };
}

describe('a broadcast', () => {
  async function prepared() {
    const world = createWorld();
    const { runtime, backend } = world;
    const miner = createRegtestMiner(access, runtime);
    const outpoint = await miner.fund(lockOf('p2wpkh', 'a').address, 100_000n);
    await backend.tip();
    const coin = { ...outpoint, sats: 100_000n, form: 'p2wpkh', name: 'a' } as const;
    return {
      ...world,
      payment: spend({ coins: [coin], outputs: [{ script: lockOf('p2wpkh', 'b').output, sats: 90_000n }] }),
    };
  }

  test.each<FaultName>([
    'timeout-before',
    'timeout-after-apply',
    'reset-after-apply',
    'http-500-after-apply',
    'http-503',
    'throttled',
    'unreadable-200',
  ])('that met %s is unknown, was sent once, and is settled by looking', async (fault) => {
    const { lite, runtime, backend, payment } = await prepared();
    const before = lite.exchanges.length;
    lite.faults.add(fault, { route: 'rpc' });
    await expect(runtime.clock.run(() => backend.broadcast(payment.toHex()))).rejects.toMatchObject({
      fault: { kind: 'unknown' },
    });
    expect(lite.exchanges.length).toBe(before + 1);
    const applied = !['timeout-before', 'http-503', 'throttled'].includes(fault);
    expect(await backend.transaction(payment.getId())).toEqual(
      applied ? { txid: payment.getId(), hex: payment.toHex(), block: null } : null,
    );
    expect(await backend.broadcast(payment.toHex())).toEqual({ outcome: 'accepted' });
  });

  test('that never left is unavailable', async () => {
    const { lite, backend, payment } = await prepared();
    lite.faults.add('refused-connection', { route: 'rpc' });
    await expect(backend.broadcast(payment.toHex())).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  });

  test.each([
    ['is starting', { code: -28, message: 'Loading block index…' }],
    ['has too much to do', new Response('Work queue depth exceeded', { status: 503 })],
  ])('to a node that %s is unavailable: nothing was done', async (_, answer) => {
    const { backend } = createStub({ sendrawtransaction: answer });
    await expect(backend.broadcast('00')).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  });

  test('with an error that no document explains is unknown', async () => {
    const { backend } = createStub({ sendrawtransaction: { code: -32_603, message: 'Internal error' } });
    await expect(backend.broadcast('00')).rejects.toMatchObject({ fault: { kind: 'unknown' } });
  });
});

describe('a read', () => {
  test.each<FaultName>(['refused-connection', 'http-503', 'reset-after-apply', 'timeout-before'])(
    'is repeated after %s',
    async (fault) => {
      const { lite, runtime, backend } = createWorld();
      lite.faults.add(fault, { route: 'rpc' });
      expect(await runtime.clock.run(() => backend.tip())).toMatchObject({ height: 0 });
    },
  );

  test('gives up as unavailable, and works again later', async () => {
    const { lite, runtime, backend } = createWorld();
    lite.faults.add('http-503', { route: 'rpc', times: 3 });
    await expect(runtime.clock.run(() => backend.tip())).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(await runtime.clock.run(() => backend.tip())).toMatchObject({ height: 0 });
  });

  test.each([
    ['no JSON', new Response('hello')],
    ['JSON-RPC 1.0', new Response('{"result":{},"error":null,"id":1}')],
    ['another shape', info({ blocks: 1.5, bestblockhash: 'x' })],
    ['an unknown error', { code: -1, message: 'no' }],
  ])('of %s is unavailable', async (_, answer) => {
    const { runtime, backend } = createStub({ getblockchaininfo: answer });
    await expect(runtime.clock.run(() => backend.tip())).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  });

  test('keeps every satoshi', async () => {
    const address = lockOf('p2wpkh', 'a').address;
    const hex = spend({ coins: [], outputs: [{ script: lockOf('p2wpkh', 'a').output, sats: 1n }] });
    hex.addInput(new Uint8Array(32).fill(1), 0);
    const one = (vout: number, amount: string) =>
      `{"txid":"${'b'.repeat(64)}","vout":${vout},"address":"${address}","amount":${amount}}`;
    const { backend } = createStub({
      listunspent: `[${one(0, '0.00000001')},${one(1, '20999999.97690000')},${one(2, '0.29000000')}]`,
      gettransaction: { hex: hex.toHex(), confirmations: 0 },
    });
    expect((await backend.unspent([address])).map(({ sats }) => sats)).toEqual([
      1n,
      2_099_999_997_690_000n,
      29_000_000n,
    ]);
  });
});

describe('a fee rate', () => {
  const floor = { mempoolminfee: 0.00001, minrelaytxfee: 0.000001 };

  test('is in satoshi per virtual byte', async () => {
    const { backend } = createStub({
      estimatesmartfee: '{"feerate":0.00012345,"blocks":2}',
      getmempoolinfo: '{"mempoolminfee":0.00001000,"minrelaytxfee":0.00000100}',
    });
    expect(await backend.feeRate(2)).toBe(12.345);
  });

  test('is never below what is relayed', async () => {
    const { backend } = createStub({
      estimatesmartfee: '{"feerate":0.00000500,"blocks":2}',
      getmempoolinfo: '{"mempoolminfee":0.00001000,"minrelaytxfee":0.00000100}',
    });
    expect(await backend.feeRate(2)).toBe(1);
  });

  test('is null when the node has seen too little', async () => {
    const { backend } = createStub({
      estimatesmartfee: { errors: ['Insufficient data or no feerate found'], blocks: 0 },
      getmempoolinfo: floor,
    });
    expect(await backend.feeRate(2)).toBeNull();
  });
});

describe('a node that does not fit', () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>, Partial<CoreRpcConfig>, string, RegExp]>([
    [
      'on another chain',
      { getblockhash: JSON.stringify(MAIN) },
      {},
      'config',
      /"main".*"regtest".*point url at the right one, or correct network/,
    ],
    [
      'on a chain of its own',
      { getblockhash: JSON.stringify('c'.repeat(64)) },
      {},
      'config',
      /a chain that is not bitcoin.*"regtest"/,
    ],
    ['that is pruned', { getblockchaininfo: info({ pruned: true }) }, {}, 'config', /pruned.*prune=0.*-reindex/],
    ['without transaction index', { getindexinfo: {} }, {}, 'config', /txindex=1 and no prune/],
    [
      'with half a transaction index',
      { getindexinfo: { txindex: { synced: false } } },
      {},
      'unavailable',
      /still builds/,
    ],
    ['of an old release', { getnetworkinfo: { version: 270_200 } }, {}, 'config', /install Bitcoin Core 28 or later/],
    [
      'that still fetches the chain',
      { getblockhash: JSON.stringify(MAIN), getblockchaininfo: info({ initialblockdownload: true }) },
      { network: 'bitcoin' },
      'unavailable',
      /still fetches/,
    ],
    [
      'with other credentials',
      { getnetworkinfo: new Response(null, { status: 401 }) },
      {},
      'config',
      /credentials; correct them/,
    ],
    [
      'that does not let us in',
      { getnetworkinfo: new Response(null, { status: 403 }) },
      {},
      'config',
      /add it as rpcallowip/,
    ],
  ])('%s is named', async (_, answers, config, kind, message) => {
    const { runtime, backend } = createStub(answers, config);
    await expect(runtime.clock.run(() => backend.tip())).rejects.toMatchObject({
      fault: { kind, message: expect.stringMatching(message) as string },
    });
    await expect(runtime.clock.run(() => backend.broadcast('00'))).rejects.toMatchObject({ fault: { kind } });
  });

  test.each<readonly [string, Readonly<Record<string, unknown>>, string, RegExp]>([
    [
      'without wallet support',
      { getwalletinfo: { code: -32_601, message: 'Method not found' } },
      'config',
      /wallet support.*set disablewallet=0/,
    ],
    [
      'whose wallet holds keys',
      { getwalletinfo: { scanning: false, private_keys_enabled: true } },
      'config',
      /can hold keys/,
    ],
    [
      'that searches old blocks',
      { getwalletinfo: { scanning: { duration: 1, progress: 0.5 }, private_keys_enabled: false } },
      'unavailable',
      /searches old blocks/,
    ],
  ])('%s is named when addresses are asked for', async (_, answers, kind, message) => {
    const { runtime, backend } = createStub({ listunspent: [], ...answers });
    await expect(runtime.clock.run(() => backend.unspent(['x']))).rejects.toMatchObject({
      fault: { kind, message: expect.stringMatching(message) as string },
    });
  });

  test('is said to be unreachable, with what to do', async () => {
    const { lite, runtime, backend } = createWorld();
    lite.faults.add('refused-connection', { route: 'rpc', times: 3 });
    await expect(runtime.clock.run(() => backend.tip())).rejects.toMatchObject({
      fault: { kind: 'unavailable', message: expect.stringMatching(/could not be reached; start the node/) as string },
    });
  });

  test('is looked at again by the next call', async () => {
    const { lite, runtime, backend } = createWorld();
    lite.faults.add('unreadable-200', { route: 'rpc', times: 3 });
    await expect(runtime.clock.run(() => backend.tip())).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(await backend.tip()).toMatchObject({ height: 0 });
  });
});

describe('watching', () => {
  const { address } = lockOf('p2wpkh', 'a');

  test('asks the node once for each address', async () => {
    const { asked, backend } = createStub({
      getdescriptorinfo: { descriptor: `addr(${address})#aaaaaaaa` },
      importdescriptors: [{ success: true }],
    });
    await backend.watch([address]);
    const calls = asked.length;
    await backend.watch([address]);
    expect(asked.length).toBe(calls);
    expect(asked.filter((method) => method === 'importdescriptors')).toHaveLength(1);
  });

  test('that the node did not do is unavailable, and is tried again', async () => {
    const { asked, backend } = createStub({
      getdescriptorinfo: { descriptor: `addr(${address})#aaaaaaaa` },
      importdescriptors: [{ success: false }],
    });
    for (let times = 1; times <= 2; times += 1) {
      await expect(backend.watch([address])).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
      expect(asked.filter((method) => method === 'importdescriptors')).toHaveLength(times);
    }
  });

  test('that takes longer than the call is not begun again', async () => {
    const { asked, runtime, backend } = createStub({
      getdescriptorinfo: { descriptor: `addr(${address})#aaaaaaaa` },
      importdescriptors: new Response(null, { status: 500 }),
      listdescriptors: () => ({
        descriptors: asked.includes('importdescriptors') ? [{ desc: `addr(${address})#aaaaaaaa` }] : [],
      }),
    });
    await expect(runtime.clock.run(() => backend.watch([address]))).rejects.toMatchObject({
      fault: { kind: 'unavailable' },
    });
    await backend.watch([address]);
    expect(asked.filter((method) => method === 'importdescriptors')).toHaveLength(1);
  });

  test('that got no answer may be repeated', async () => {
    const { lite, runtime, backend } = createWorld();
    await backend.watch([lockOf('p2wpkh', 'b').address]);
    lite.faults.add('refused-connection', { route: 'rpc', times: 3 });
    await expect(runtime.clock.run(() => backend.watch([address]))).rejects.toMatchObject({
      fault: { kind: 'unavailable' },
    });
    await backend.watch([address]);
    expect(await backend.unspent([address])).toEqual([]);
  });
});

describe('the configuration', () => {
  test.each<readonly [string, unknown, RegExp]>([
    ['a path in the address', { ...access, url: 'http://127.0.0.1:8332/x', network: 'regtest' }, /url/],
    ['a password in the address', { ...access, url: 'http://u:p@127.0.0.1:8332', network: 'regtest' }, /url/],
    ['an unknown network', { ...access, network: 'mainnet' }, /network/],
    ['no credentials', { url: access.url, network: 'regtest' }, /credentials/],
    ['an unknown field', { ...access, network: 'regtest', txindex: true }, /txindex/],
  ])('refuses %s', (_, config, message) => {
    expect(() => createCoreRpc(config as CoreRpcConfig, createVirtualRuntime())).toThrow(message);
  });

  test('never shows the password', async () => {
    const { runtime, backend } = createStub({ getnetworkinfo: new Response(null, { status: 401 }) });
    const error: unknown = await backend.tip().catch((thrown: unknown) => thrown);
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 10 }) + JSON.stringify(runtime.entries)).not.toContain(PASSWORD);
  });

  test('names a cookie file that is not there', async () => {
    const backend = createCoreRpc(
      { url: access.url, credentials: { cookieFile: '/nowhere/.cookie' }, network: 'regtest' },
      createVirtualRuntime(),
    );
    await expect(backend.tip()).rejects.toMatchObject({ fault: { kind: 'config' } });
  });
});

import { Secret } from '@rielrails/kit';
import type { Fetch } from '@rielrails/kit';
import type { FaultName } from '@rielrails/kit/emulator';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { describe, expect, test } from 'vitest';
import { lockOf, spend } from '../../test/spending.ts';
import type { OwnedCoin } from '../../test/spending.ts';
import { createRpc } from '../core-rpc/rpc.ts';
import { createEsploraEmulator } from '../emulator/index.ts';
import type { EsploraEmulatorOptions } from '../emulator/index.ts';
import { createRegtestLite } from '../regtest/lite/regtest-lite.ts';
import { createRegtestMiner } from '../regtest/miner.ts';
import { createEsplora } from './esplora.ts';
import type { EsploraConfig } from './esplora.ts';

const URL = 'https://esplora.example/api';
const REGTEST = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';
const MAIN = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';
const ours = lockOf('p2wpkh', 'ours');
const payee = lockOf('p2wpkh', 'payee');

/** A server over the stand-in node. */
function createWorld(options: Partial<EsploraEmulatorOptions> = {}) {
  const { clock } = createVirtualRuntime();
  const lite = createRegtestLite({ clock, user: 'u', password: 'p' });
  const access = { url: 'http://127.0.0.1:18443', credentials: { user: 'u', password: new Secret('p') } };
  const behind = { ...createVirtualRuntime({ fetch: lite.fetch }), clock };
  const rpc = createRpc(access, behind);
  const server = createEsploraEmulator({
    clock,
    async ask(method, ...parameters) {
      const answer = await rpc.tell({ method, parameters });
      if (answer.outcome === 'result') return answer.value;
      throw Object.assign(new Error(answer.message), { code: answer.code });
    },
    ...options,
  });
  // The emulator's routes begin at the root, as a server of one's own has them; a public one has them under a path.
  const fetch: Fetch = (request, rest) => server.fetch(new Request(request.url.replace('/api', ''), request), rest);
  const runtime = { ...createVirtualRuntime({ fetch }), clock };
  return {
    server,
    runtime,
    miner: createRegtestMiner(access, behind),
    backend: createEsplora({ url: URL, network: 'regtest' }, runtime),
  };
}

type World = ReturnType<typeof createWorld>;

async function funded({ miner }: World, sats = 100_000n): Promise<OwnedCoin> {
  return { ...(await miner.fund(ours.address, sats)), sats, form: 'p2wpkh', name: 'ours' };
}

const pay = (coin: OwnedCoin, sats: bigint) => spend({ coins: [coin], outputs: [{ script: payee.output, sats }] });

/** A server that says what the test wants, by path. */
function createStub(answers: Readonly<Record<string, unknown>>, config: Partial<EsploraConfig> = {}) {
  const asked: string[] = [];
  const fetch: Fetch = async (request) => {
    const path = request.url.slice(URL.length);
    asked.push(path);
    const answer: unknown = ({ '/block-height/0': REGTEST, ...answers } as Record<string, unknown>)[path];
    if (answer instanceof Response) return answer.clone();
    if (answer === undefined) return new Response('Transaction not found', { status: 404 });
    return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer));
  };
  const runtime = createVirtualRuntime({ fetch });
  return { asked, runtime, backend: createEsplora({ url: URL, network: 'regtest', ...config }, runtime) };
}

describe('a broadcast', () => {
  test.each<FaultName>([
    'timeout-before',
    'timeout-after-apply',
    'reset-after-apply',
    'http-500-after-apply',
    'http-503',
    'unreadable-200',
  ])('that met %s is unknown, was sent once, and is settled by looking', async (fault) => {
    const world = createWorld();
    const { server, runtime, backend } = world;
    const payment = pay(await funded(world), 90_000n);
    await backend.tip();
    server.faults.add(fault, { route: 'broadcast' });
    const before = server.exchanges.length;
    await expect(runtime.clock.run(() => backend.broadcast(payment.toHex()))).rejects.toMatchObject({
      fault: { kind: 'unknown' },
    });
    expect(server.exchanges.length).toBe(before + 1);
    const applied = fault !== 'timeout-before' && fault !== 'http-503';
    expect(await backend.transaction(payment.getId())).toEqual(
      applied ? { txid: payment.getId(), hex: payment.toHex(), block: null } : null,
    );
    expect(await backend.broadcast(payment.toHex())).toEqual({ outcome: 'accepted' });
  });

  test.each<readonly [FaultName, string, RegExp]>([
    ['refused-connection', 'unavailable', /could not be reached.*start the server, or correct url/],
    ['throttled', 'throttled', /fewer requests/],
  ])('that met %s was not sent, and says what to do', async (fault, kind, message) => {
    const world = createWorld();
    const payment = pay(await funded(world), 90_000n);
    await world.backend.tip();
    world.server.faults.add(fault, { route: 'broadcast' });
    await expect(world.backend.broadcast(payment.toHex())).rejects.toMatchObject({
      fault: { kind, message: expect.stringMatching(message) as string },
    });
    expect(await world.backend.transaction(payment.getId())).toBeNull();
  });

  test.each(['now', 'before-2025'] as const)('is refused in the words of a server of %s', async (dialect) => {
    const world = createWorld({ dialect });
    const coin = await funded(world);
    await world.backend.broadcast(pay(coin, 90_000n).toHex());
    const tell = (sats: bigint) => world.backend.broadcast(pay(coin, sats).toHex());
    expect(await tell(95_000n)).toEqual({ outcome: 'refused', reason: 'fee-too-low', code: 'insufficient fee' });
    expect(await tell(100n)).toEqual({ outcome: 'refused', reason: 'policy', code: 'dust' });
    await world.miner.mine(1);
    expect(await tell(80_000n)).toMatchObject({ outcome: 'refused', reason: 'missing-inputs' });
  });

  test.each([
    ['that names no error', 'RPC error'],
    ['with an error that no document explains', 'sendrawtransaction RPC error -32603: Internal error'],
    ['with half an error', 'sendrawtransaction RPC error: {"code":-26'],
  ])('refused %s is unknown', async (_, words) => {
    const { backend } = createStub({ '/tx': new Response(words, { status: 400 }) });
    await expect(backend.broadcast(pay(coinOf(1), 1000n).toHex())).rejects.toMatchObject({
      fault: { kind: 'unknown' },
    });
  });

  test('answered with another id is unknown', async () => {
    const { backend } = createStub({ '/tx': 'a'.repeat(64) });
    await expect(backend.broadcast(pay(coinOf(1), 1000n).toHex())).rejects.toMatchObject({
      fault: { kind: 'unknown' },
    });
  });

  test('of a package goes one by one to a server that knows no packages', async () => {
    const world = createWorld({ dialect: 'before-2025' });
    const parent = pay(await funded(world), 99_000n);
    const change: OwnedCoin = { txid: parent.getId(), index: 0, sats: 99_000n, form: 'p2wpkh', name: 'payee' };
    const child = pay(change, 90_000n);
    expect(await world.backend.broadcastPackage([parent.toHex(), child.toHex()])).toEqual({ outcome: 'accepted' });
    expect(await world.backend.transaction(child.getId())).toMatchObject({ block: null });
  });

  test.each([
    ['no JSON', 'hello'],
    ['another shape', { package_msg: 'success' }],
    ['nothing about the child', { 'tx-results': { a: { txid: 'b'.repeat(64) } } }],
  ])('of a package answered with %s is unknown', async (_, answer) => {
    const { backend } = createStub({ '/txs/package': answer });
    const [parent, child] = [pay(coinOf(1), 1000n).toHex(), pay(coinOf(2), 1000n).toHex()];
    await expect(backend.broadcastPackage([parent, child])).rejects.toMatchObject({ fault: { kind: 'unknown' } });
  });
});

describe('unspent outputs', () => {
  test('of more than one answer are read page by page', async () => {
    const world = createWorld({ mostUnspent: 5 });
    const spent = await funded(world, 40_000n);
    for (let count = 0; count < 60; count += 1)
      await world.miner.fund(ours.address, 1000n + BigInt(count), { confirmations: 0 });
    await world.miner.mine(1);
    await world.backend.broadcast(pay(spent, 30_000n).toHex());
    const waiting = await world.miner.fund(ours.address, 7000n, { confirmations: 0 });
    const found = await world.backend.unspent([ours.address]);
    expect(found).toHaveLength(61);
    expect(
      found
        .map(({ sats }) => sats)
        .sort((a, b) => Number(a - b))
        .at(-1),
    ).toBe(7000n);
    expect(found.filter(({ block }) => block === null).map(({ txid }) => txid)).toEqual([waiting.txid]);
    expect(world.server.exchanges.filter(({ route }) => route === 'address-transactions-more')).toHaveLength(2);
  });

  test('of an address that is used up are not asked for again within the hour', async () => {
    const world = createWorld();
    const { server, runtime, backend, miner } = world;
    const coin = await funded(world);
    const requests = async () => {
      const before = server.exchanges.length;
      const found = await backend.unspent([ours.address]);
      return { found: found.length, requests: server.exchanges.length - before };
    };
    await backend.tip();
    expect(await requests()).toEqual({ found: 1, requests: 3 });
    expect(await requests()).toEqual({ found: 1, requests: 2 });
    await backend.broadcast(pay(coin, 90_000n).toHex());
    // While the spend waits it may still be undone.
    expect(await requests()).toEqual({ found: 0, requests: 1 });
    await miner.mine(1);
    expect(await requests()).toEqual({ found: 0, requests: 1 });
    expect(await requests()).toEqual({ found: 0, requests: 0 });
    await miner.fund(ours.address, 5000n);
    await runtime.clock.advance(3_600_001);
    expect(await requests()).toEqual({ found: 1, requests: 3 });
  });

  test('are not believed: another transaction, another address', async () => {
    const honest = pay(coinOf(1), 1000n);
    const listed = (txid: string) => ({
      [`/address/${ours.address}`]: { chain_stats: stats(1, 0), mempool_stats: stats(0, 0) },
      [`/address/${ours.address}/utxo`]: [{ txid, vout: 0, value: 99, status: { confirmed: false } }],
      [`/tx/${txid}/hex`]: honest.toHex(),
    });
    const another = createStub(listed('b'.repeat(64)));
    await expect(another.backend.unspent([ours.address])).rejects.toMatchObject({
      fault: { kind: 'unavailable', message: expect.stringContaining('another transaction') as string },
    });
    const elsewhere = createStub(listed(honest.getId()));
    await expect(elsewhere.backend.unspent([ours.address])).rejects.toMatchObject({
      fault: { kind: 'unavailable', message: expect.stringContaining('not on its address') as string },
    });
  });

  test('have the amount of the transaction, whatever the list says', async () => {
    const honest = spend({ coins: [coinOf(1)], outputs: [{ script: ours.output, sats: 1000n }] });
    const { backend } = createStub({
      [`/address/${ours.address}`]: { chain_stats: stats(1, 0), mempool_stats: stats(0, 0) },
      [`/address/${ours.address}/utxo`]: [
        { txid: honest.getId(), vout: 0, value: 9_999_999, status: { confirmed: false } },
      ],
      [`/tx/${honest.getId()}/hex`]: honest.toHex(),
    });
    expect(await backend.unspent([ours.address])).toMatchObject([{ sats: 1000n, block: null }]);
  });
});

describe('a read', () => {
  test.each<FaultName>(['refused-connection', 'http-503', 'reset-after-apply', 'timeout-before', 'throttled'])(
    'is repeated after %s',
    async (fault) => {
      const { server, runtime, backend } = createWorld();
      server.faults.add(fault, { route: 'tip-hash' });
      expect(await runtime.clock.run(() => backend.tip())).toMatchObject({ height: 0 });
    },
  );

  test.each([
    ['no hash', '/blocks/tip/hash', 'hello'],
    ['no JSON', `/block/${'a'.repeat(64)}`, 'hello'],
    ['half a status', `/tx/${'c'.repeat(64)}`, { status: { confirmed: true } }],
    ['an unexplained 400', `/tx/${'c'.repeat(64)}`, new Response('what?', { status: 400 })],
  ])('of %s is unavailable', async (_, path, answer) => {
    const { runtime, backend } = createStub({ '/blocks/tip/hash': 'a'.repeat(64), [path]: answer });
    const read = (): Promise<unknown> => (path.startsWith('/tx') ? backend.transaction('c'.repeat(64)) : backend.tip());
    await expect(runtime.clock.run(read)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  });

  test.each([
    [1, 9.5],
    [2, 9.5],
    [3, 7],
    [5, 7],
    [1008, 1.027],
  ])('of the fee rate for %i blocks takes the slowest target that is fast enough', async (blocks, satPerVbyte) => {
    const { backend } = createStub({ '/fee-estimates': { 144: 1.027, 2: 9.5, 3: 7, 1008: -1 } });
    expect(await backend.feeRate(blocks)).toBe(satPerVbyte);
  });
});

describe('a server that does not fit', () => {
  const missing = new Response('<html>404 Not Found</html>', { status: 404 });
  test.each<readonly [string, Readonly<Record<string, unknown>>, string, RegExp]>([
    ['on another chain', { '/block-height/0': MAIN }, 'config', /"main".*"regtest".*point url at the right one/],
    ['on a chain of its own', { '/block-height/0': 'd'.repeat(64) }, 'config', /a chain that is not bitcoin/],
    ['that is none', { '/block-height/0': missing }, 'config', /does not lead to the API of an Esplora server/],
    ['that lets nobody in', { '/block-height/0': new Response('', { status: 403 }) }, 'config', /let us in/],
  ])('%s is named', async (_, answers, kind, message) => {
    const { runtime, backend } = createStub(answers);
    const calls: readonly (() => Promise<unknown>)[] = [
      () => backend.tip(),
      () => backend.broadcast('00'),
      () => backend.watch([]),
    ];
    for (const call of calls) {
      await expect(runtime.clock.run(call)).rejects.toMatchObject({
        fault: { kind, message: expect.stringMatching(message) as string },
      });
    }
  });

  test('is said to be unreachable, with what to do, and is asked again by the next call', async () => {
    const { server, runtime, backend } = createWorld();
    server.faults.add('refused-connection', { route: 'block-height', times: 3 });
    await expect(runtime.clock.run(() => backend.tip())).rejects.toMatchObject({
      fault: { kind: 'unavailable', message: expect.stringMatching(/start the server, or correct url/) as string },
    });
    expect(await backend.tip()).toMatchObject({ height: 0 });
  });
});

test.each<readonly [string, unknown, RegExp]>([
  ['a slash at the end', { url: 'https://esplora.example/api/', network: 'regtest' }, /url/],
  ['a password in the address', { url: 'https://u:p@esplora.example', network: 'regtest' }, /url/],
  ['another scheme', { url: 'tcp://esplora.example', network: 'regtest' }, /url/],
  ['an unknown network', { url: URL, network: 'mainnet' }, /network/],
  ['an unknown field', { url: URL, network: 'regtest', apiKey: 'x' }, /apiKey/],
])('the configuration refuses %s', (_, config, message) => {
  expect(() => createEsplora(config as EsploraConfig, createVirtualRuntime())).toThrow(message);
});

function coinOf(digit: number): OwnedCoin {
  return { txid: String(digit).repeat(64), index: 0, sats: 2000n, form: 'p2wpkh', name: 'ours' };
}

function stats(funded: number, spent: number) {
  return { funded_txo_count: funded, spent_txo_count: spent, tx_count: funded };
}

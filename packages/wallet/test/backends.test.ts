import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChainBackend } from '../src/index.ts';
import { createCoreRpc } from '../src/core-rpc/index.ts';
import { backendTypes, kindsToTest, startWorld } from './regtest.ts';
import type { World } from './regtest.ts';
import { lockOf, spend } from './spending.ts';
import type { OwnedCoin } from './spending.ts';

const kinds = await kindsToTest();
const places = kinds.flatMap((kind) => backendTypes.map((type) => [type, kind] as const));
const payee = lockOf('p2wpkh', 'payee');

async function funded(world: World, name: string, confirmations = 1): Promise<OwnedCoin> {
  const outpoint = await world.miner.fund(lockOf('p2wpkh', name).address, 100_000n, { confirmations });
  return { ...outpoint, sats: 100_000n, form: 'p2wpkh', name };
}

const pay = (coin: OwnedCoin, sats: bigint) => spend({ coins: [coin], outputs: [{ script: payee.output, sats }] });

// What every back end owes the wallet, asked of each of them on each chain.
describe.each(places)('the back end %s on %s', (type, kind) => {
  let world: World;
  let backend: ChainBackend;
  beforeAll(async () => {
    world = await startWorld(kind);
    backend = world.open(type);
    await backend.watch(['one', 'two', 'three', 'four', 'five', 'six'].map((name) => lockOf('p2wpkh', name).address));
  });
  afterAll(() => world.stop());

  test('tells the tip and the blocks below it', async () => {
    const mined = await world.miner.mine(2);
    expect(await backend.tip()).toEqual(mined);
    expect(await backend.blockHash(mined.height)).toBe(mined.hash);
    expect(await backend.blockHash(mined.height + 1)).toBeNull();
    expect(await backend.blockHash(0)).toBe('0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206');
  });

  test('finds what lies on watched addresses, waiting or confirmed, and only there', async () => {
    const { address } = lockOf('p2wpkh', 'one');
    const confirmed = await funded(world, 'one');
    const waiting = await funded(world, 'one', 0);
    await world.miner.fund(payee.address, 50_000n);
    const block = await backend.transaction(confirmed.txid).then((found) => found?.block);
    const found = await backend.unspent([address]);
    expect(found.find(({ txid }) => txid === confirmed.txid)).toMatchObject({
      address,
      sats: 100_000n,
      coinbase: false,
      block,
    });
    expect(found.map(({ txid }) => txid).sort()).toEqual([confirmed.txid, waiting.txid].sort());
    for (const { txid, previousTransactionHex } of found)
      expect((await backend.transaction(txid))?.hex).toBe(previousTransactionHex);
    expect(await backend.unspent([lockOf('p2wpkh', 'four').address])).toEqual([]);
    expect(await backend.unspent([])).toEqual([]);
  });

  test('follows a payment from broadcast to block, and knows it again', async () => {
    const coin = await funded(world, 'two');
    const payment = pay(coin, 90_000n);
    expect(await backend.transaction(payment.getId())).toBeNull();
    expect(await backend.spenderOf(coin)).toBeNull();
    expect(await backend.broadcast(payment.toHex())).toEqual({ outcome: 'accepted' });
    expect(await backend.broadcast(payment.toHex())).toEqual({ outcome: 'accepted' });
    expect(await backend.spenderOf(coin)).toEqual({ txid: payment.getId(), hex: payment.toHex(), block: null });
    expect(await backend.unspent([lockOf('p2wpkh', 'two').address])).toEqual([]);
    const block = await world.miner.mine(1);
    expect(await backend.spenderOf(coin)).toEqual({ txid: payment.getId(), hex: payment.toHex(), block });
    expect(await backend.broadcast(payment.toHex())).toEqual({ outcome: 'already-known' });
    const onward = pay({ ...coin, txid: payment.getId(), sats: 90_000n, name: 'payee' }, 80_000n);
    expect(await backend.broadcast(onward.toHex())).toEqual({ outcome: 'accepted' });
    await world.miner.mine(1);
    expect(await backend.broadcast(payment.toHex())).toEqual({ outcome: 'already-known' });
    const again = pay(coin, 70_000n).toHex();
    expect(await backend.broadcast(again)).toMatchObject({ outcome: 'refused', reason: 'missing-inputs' });
  });

  test('names the reason of a refusal', async () => {
    const coin = await funded(world, 'three');
    const first = pay(coin, 99_000n);
    await backend.broadcast(first.toHex());
    const tell = (sats: bigint, more = {}) =>
      backend.broadcast(spend({ coins: [coin], outputs: [{ script: payee.output, sats }], ...more }).toHex());
    expect(await tell(99_500n)).toEqual({ outcome: 'refused', reason: 'fee-too-low', code: 'insufficient fee' });
    expect(await tell(100_000n)).toEqual({ outcome: 'refused', reason: 'fee-too-low', code: 'min relay fee not met' });
    expect(await tell(200_000n)).toEqual({ outcome: 'refused', reason: 'invalid', code: 'bad-txns-in-belowout' });
    expect(await tell(100n)).toEqual({ outcome: 'refused', reason: 'policy', code: 'dust' });
    expect(await tell(90_000n, { signer: 'stranger' })).toMatchObject({ outcome: 'refused', reason: 'invalid' });
    expect(await backend.broadcast('00')).toMatchObject({ outcome: 'refused', reason: 'invalid' });
    const child = { ...coin, txid: first.getId(), sats: 99_000n, name: 'payee' };
    expect(await tell(150_000n, { coins: [coin, child] })).toMatchObject({ outcome: 'refused', reason: 'conflict' });
  });

  test('takes a parent and its child together, whatever it knows of them', async () => {
    const parent = pay(await funded(world, 'five'), 99_000n);
    const change: OwnedCoin = { txid: parent.getId(), index: 0, sats: 99_000n, form: 'p2wpkh', name: 'payee' };
    const childOf = (sats: bigint, more = {}) =>
      spend({ coins: [change], outputs: [{ script: lockOf('p2wpkh', 'six').output, sats }], ...more }).toHex();
    const [child, dearer] = [childOf(90_000n), childOf(80_000n)];
    const hand = (hex: string) => backend.broadcastPackage([parent.toHex(), hex]);
    expect(await hand(childOf(50_000n, { signer: 'stranger' }))).toMatchObject({
      outcome: 'refused',
      reason: 'invalid',
    });
    expect(await hand(child)).toEqual({ outcome: 'accepted' });
    expect(await hand(child)).toEqual({ outcome: 'accepted' });
    expect(await hand(childOf(90_001n))).toMatchObject({ outcome: 'refused', reason: 'fee-too-low' });
    expect(await hand(dearer)).toEqual({ outcome: 'accepted' });
    expect(await backend.spenderOf(change)).toMatchObject({ hex: dearer, block: null });
    await world.ask('generateblock', payee.address, [parent.getId()]);
    expect(await hand(dearer)).toEqual({ outcome: 'accepted' });
    await world.miner.mine(1);
    expect(await hand(dearer)).toEqual({ outcome: 'already-known' });
    expect(await hand(childOf(70_000n))).toMatchObject({ outcome: 'refused', reason: 'missing-inputs' });
  });

  test('sees a reorganisation take a payment out of its block and bring it back', async () => {
    const coin = await funded(world, 'four');
    const payment = pay(coin, 90_000n);
    await backend.broadcast(payment.toHex());
    const before = await world.miner.mine(1);
    expect((await backend.transaction(payment.getId()))?.block).toEqual(before);
    await world.miner.reorganise(1);
    expect(await backend.blockHash(before.height)).not.toBe(before.hash);
    expect((await backend.transaction(payment.getId()))?.block).toBeNull();
    expect((await backend.spenderOf(coin))?.block).toBeNull();
    const after = await world.miner.mine(1);
    expect((await backend.transaction(payment.getId()))?.block).toEqual(after);
  });

  test('is found again by a second back end on the same chain', async () => {
    const { address } = lockOf('p2wpkh', 'one');
    const second = world.open(type);
    await second.watch([address]);
    expect(await second.unspent([address])).toEqual(await backend.unspent([address]));
  });

  test('cannot tell a fee rate on a chain without traffic', async () => {
    expect(await backend.feeRate(6)).toBeNull();
  });
});

describe.each(kinds)('the node %s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(kind);
  });
  afterAll(() => world.stop());
  const access = () => ({ url: world.regtest.rpcUrl, credentials: { cookieFile: world.regtest.cookieFile } });

  test('searches the past for the addresses of a new watch wallet', async () => {
    const { address } = lockOf('p2wpkh', 'past');
    const { txid } = await funded(world, 'past');
    const restored = createCoreRpc({ ...access(), network: 'regtest', watchWallet: 'restored' }, world.runtime);
    await restored.watch([address]);
    expect(await restored.unspent([address])).toMatchObject([{ txid }]);
  });

  test.each(['bitcoin', 'testnet'] as const)(
    'is refused for %s, naming both chains and the remedy',
    async (network) => {
      const mistaken = createCoreRpc({ ...access(), network }, world.runtime);
      await expect(mistaken.tip()).rejects.toMatchObject({
        fault: {
          kind: 'config',
          message: expect.stringMatching(new RegExp(`"regtest".*"${network}".*point url at the right one`)) as string,
        },
      });
    },
  );
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindsToTest, startWorld } from './regtest.ts';
import type { World } from './regtest.ts';
import { createCoreRpc } from '../src/core-rpc/index.ts';
import { lockOf, spend } from './spending.ts';
import type { OwnedCoin } from './spending.ts';

describe.each(await kindsToTest())('the Bitcoin Core back end on %s', (kind) => {
  let world: World;
  const payee = lockOf('p2wpkh', 'payee');
  const sources = ['one', 'two', 'three', 'four'].map((name) => lockOf('p2wpkh', name));

  beforeAll(async () => {
    world = await startWorld(kind);
    await world.backend.watch(sources.map(({ address }) => address));
  });
  afterAll(() => world.stop());

  async function funded(name: string, confirmations = 1): Promise<OwnedCoin> {
    const outpoint = await world.miner.fund(lockOf('p2wpkh', name).address, 100_000n, { confirmations });
    return { ...outpoint, sats: 100_000n, form: 'p2wpkh', name };
  }
  const pay = (coin: OwnedCoin, sats: bigint) => spend({ coins: [coin], outputs: [{ script: payee.output, sats }] });

  test('tells the tip and the blocks below it', async () => {
    const mined = await world.miner.mine(2);
    expect(await world.backend.tip()).toEqual(mined);
    expect(await world.backend.blockHash(mined.height)).toBe(mined.hash);
    expect(await world.backend.blockHash(mined.height + 1)).toBeNull();
    expect(await world.backend.blockHash(0)).toBe('0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206');
  });

  test('finds what lies on watched addresses, waiting or confirmed, and only there', async () => {
    const { address } = lockOf('p2wpkh', 'one');
    const confirmed = await funded('one');
    const waiting = await funded('one', 0);
    await world.miner.fund(payee.address, 50_000n);
    const block = await world.backend.transaction(confirmed.txid).then((found) => found?.block);
    const found = await world.backend.unspent([address]);
    expect(found.find(({ txid }) => txid === confirmed.txid)).toMatchObject({
      address,
      sats: 100_000n,
      coinbase: false,
      block,
    });
    expect(found.map(({ txid }) => txid).sort()).toEqual([confirmed.txid, waiting.txid].sort());
    for (const { txid, previousTransactionHex } of found)
      expect((await world.backend.transaction(txid))?.hex).toBe(previousTransactionHex);
    expect(await world.backend.unspent([lockOf('p2wpkh', 'four').address])).toEqual([]);
    expect(await world.backend.unspent([])).toEqual([]);
  });

  test('follows a payment from broadcast to block, and knows it again', async () => {
    const coin = await funded('two');
    const payment = pay(coin, 90_000n);
    expect(await world.backend.transaction(payment.getId())).toBeNull();
    expect(await world.backend.spenderOf(coin)).toBeNull();
    expect(await world.backend.broadcast(payment.toHex())).toEqual({ outcome: 'accepted' });
    expect(await world.backend.broadcast(payment.toHex())).toEqual({ outcome: 'accepted' });
    expect(await world.backend.spenderOf(coin)).toEqual({ txid: payment.getId(), hex: payment.toHex(), block: null });
    const block = await world.miner.mine(1);
    expect(await world.backend.spenderOf(coin)).toEqual({ txid: payment.getId(), hex: payment.toHex(), block });
    expect(await world.backend.broadcast(payment.toHex())).toEqual({ outcome: 'already-known' });
    const onward = pay({ ...coin, txid: payment.getId(), sats: 90_000n, name: 'payee' }, 80_000n);
    expect(await world.backend.broadcast(onward.toHex())).toEqual({ outcome: 'accepted' });
    await world.miner.mine(1);
    expect(await world.backend.broadcast(payment.toHex())).toEqual({ outcome: 'already-known' });
    const again = pay(coin, 70_000n).toHex();
    expect(await world.backend.broadcast(again)).toMatchObject({ outcome: 'refused', reason: 'missing-inputs' });
  });

  test('names the reason of a refusal', async () => {
    const coin = await funded('three');
    const first = pay(coin, 99_000n);
    await world.backend.broadcast(first.toHex());
    const tell = (sats: bigint, more = {}) =>
      world.backend.broadcast(spend({ coins: [coin], outputs: [{ script: payee.output, sats }], ...more }).toHex());
    expect(await tell(99_500n)).toEqual({ outcome: 'refused', reason: 'fee-too-low', code: 'insufficient fee' });
    expect(await tell(100_000n)).toEqual({ outcome: 'refused', reason: 'fee-too-low', code: 'min relay fee not met' });
    expect(await tell(200_000n)).toEqual({ outcome: 'refused', reason: 'invalid', code: 'bad-txns-in-belowout' });
    expect(await tell(100n)).toEqual({ outcome: 'refused', reason: 'policy', code: 'dust' });
    expect(await tell(90_000n, { signer: 'stranger' })).toMatchObject({ outcome: 'refused', reason: 'invalid' });
    expect(await world.backend.broadcast('00')).toMatchObject({ outcome: 'refused', reason: 'invalid' });
    const child = { ...coin, txid: first.getId(), sats: 99_000n, name: 'payee' };
    expect(await tell(150_000n, { coins: [coin, child] })).toMatchObject({ outcome: 'refused', reason: 'conflict' });
  });

  test('sees a reorganisation take a payment out of its block and bring it back', async () => {
    const coin = await funded('four');
    const payment = pay(coin, 90_000n);
    await world.backend.broadcast(payment.toHex());
    const before = await world.miner.mine(1);
    await world.miner.reorganise(1);
    expect(await world.backend.blockHash(before.height)).not.toBe(before.hash);
    expect((await world.backend.transaction(payment.getId()))?.block).toBeNull();
    expect((await world.backend.spenderOf(coin))?.block).toBeNull();
    const after = await world.miner.mine(1);
    expect((await world.backend.transaction(payment.getId()))?.block).toEqual(after);
  });

  test('is found again by a second back end on the same node', async () => {
    const { regtest, runtime } = world;
    const access = { url: regtest.rpcUrl, credentials: { cookieFile: regtest.cookieFile } };
    const second = createCoreRpc({ ...access, network: 'regtest' }, runtime);
    const { address } = lockOf('p2wpkh', 'one');
    expect(await second.unspent([address])).toEqual(await world.backend.unspent([address]));
  });

  test('searches the past for the addresses of a new watch wallet', async () => {
    const { regtest, runtime } = world;
    const { address } = lockOf('p2wpkh', 'one');
    const restored = createCoreRpc(
      {
        url: regtest.rpcUrl,
        credentials: { cookieFile: regtest.cookieFile },
        network: 'regtest',
        watchWallet: 'restored',
      },
      runtime,
    );
    await restored.watch([address]);
    expect((await restored.unspent([address])).length).toBe((await world.backend.unspent([address])).length);
  });

  test('cannot tell a fee rate on a chain without traffic', async () => {
    expect(await world.backend.feeRate(6)).toBeNull();
  });

  test('refuses a node on another chain, naming both', async () => {
    const { regtest, runtime } = world;
    const access = { url: regtest.rpcUrl, credentials: { cookieFile: regtest.cookieFile } };
    const mistaken = createCoreRpc({ ...access, network: 'bitcoin' }, runtime);
    await expect(mistaken.tip()).rejects.toMatchObject({
      fault: { kind: 'config', message: expect.stringMatching(/"regtest".*"bitcoin"/) as string },
    });
  });
});

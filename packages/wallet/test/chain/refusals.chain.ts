import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BTC, money } from '@rielrails/core';
import type { Withdraw } from '@rielrails/core';
import { silentLog, systemRuntime } from '@rielrails/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCoreRpc } from '../../src/core-rpc/index.ts';
import { createEsplora } from '../../src/esplora/index.ts';
import { defaultNodeDirectory, findNode } from '../../src/regtest/find-node.ts';
import { startNode } from '../../src/regtest/node.ts';
import type { World } from '../regtest.ts';
import { createShop } from '../shop.ts';
import type { Shop } from '../shop.ts';
import { clearanceFor } from '../world.ts';
import { openSingle } from './accounts.ts';
import { startReal } from './real.ts';

describe('a node that does not fit', () => {
  it('is named when it is pruned, with the way out', async () => {
    const world = await startReal(['-prune=1', '-txindex=0']);
    try {
      await expect(world.backend.tip()).rejects.toMatchObject({
        fault: { kind: 'config', message: expect.stringMatching(/pruned.*prune=0 and txindex=1.*-reindex/) as string },
      });
    } finally {
      await world.stop();
    }
  });

  it('is named when it keeps no transaction index', async () => {
    const world = await startReal(['-txindex=0']);
    try {
      await expect(world.backend.tip()).rejects.toMatchObject({
        fault: { kind: 'config', message: expect.stringMatching(/set txindex=1 and no prune/) as string },
      });
    } finally {
      await world.stop();
    }
  });

  it('is named when it is on another chain', async () => {
    const files = await findNode(defaultNodeDirectory(process.env));
    if (!files) throw new Error('no real node; fetch it with: pnpm bitcoin-node');
    const directory = await mkdtemp(join(tmpdir(), 'rielrails-chain-'));
    const quiet = systemRuntime({ log: silentLog });
    const node = await startNode({ files, directory, chain: 'testnet4' }, quiet);
    try {
      const runtime = systemRuntime({ loopbackPorts: [node.port], log: silentLog });
      const access = { url: `http://127.0.0.1:${node.port}`, credentials: { cookieFile: node.cookieFile } };
      const mistaken = createCoreRpc({ ...access, network: 'regtest' }, runtime);
      await expect(mistaken.tip()).rejects.toMatchObject({
        fault: { kind: 'config', message: expect.stringMatching(/"testnet4".*"regtest".*correct network/) as string },
      });
      // The right chain, of which this node has nothing yet.
      const early = createCoreRpc({ ...access, network: 'testnet' }, runtime);
      await expect(early.tip()).rejects.toMatchObject({
        fault: { kind: 'unavailable', message: expect.stringMatching(/still fetches the chain/) as string },
      });
    } finally {
      await node.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('is said to be unreachable once it is gone, and nothing was signed for it', async () => {
    const world = await startReal();
    const shop = createShop({ keys: openSingle(1), chain: world.backend, runtime: world.runtime });
    await world.miner.fund((await shop.wallet.depositAddress(BTC)).text, 300_000n);
    const order = shop.ask(100_000n);
    await world.stop();
    expect(await shop.wallet.withdraw(order)).toMatchObject({
      outcome: 'refused',
      fault: {
        kind: expect.stringMatching(/unavailable|config/) as string,
        message: expect.stringMatching(/start the node|the node writes it when it starts/) as string,
      },
    });
    expect(await shop.signer.find(order.reference)).toEqual([]);
    const server = createEsplora({ url: `http://127.0.0.1:${world.regtest.port}`, network: 'regtest' }, world.runtime);
    await expect(server.tip()).rejects.toMatchObject({
      fault: { kind: 'unavailable', message: expect.stringMatching(/start the server, or correct url/) as string },
    });
  });
});

describe('a withdrawal that breaks a rule', () => {
  let world: World;
  let shop: Shop;
  beforeAll(async () => {
    world = await startReal();
    shop = createShop({ keys: openSingle(1), chain: world.backend, runtime: world.runtime });
    for (let coin = 0; coin < 60; coin += 1) {
      await world.miner.fund((await shop.wallet.depositAddress(BTC)).text, 20_000n, { confirmations: 0 });
    }
    await world.miner.mine(1);
  });
  afterAll(() => world.stop());

  const asking = (sats: bigint): Withdraw => {
    const order = shop.ask(100_000n);
    const { address } = order.destination;
    const clearance = clearanceFor(order.reference, address, sats, world.runtime.clock.now());
    return { ...order, amount: money(BTC, sats), destination: { type: 'customer', address, clearance } };
  };

  it.each<readonly [string, () => Withdraw, number, object, RegExp]>([
    ['dust', () => asking(293n), 2, { kind: 'invalid' }, /dust.*at least 294/],
    ['a fee above its cap', () => shop.ask(600_000n), 100, { kind: 'declined', reason: 'fee-cap' }, /maximumFeeSats/],
    [
      'more than there is',
      () => shop.ask(2_000_000n),
      2,
      { kind: 'declined', reason: 'insufficient-funds' },
      /confirmed coins/,
    ],
  ])(
    'is refused for %s, with the reason and the remedy; nothing leaves',
    async (_what, order, satPerVbyte, fault, message) => {
      const chain = { ...world.backend, feeRate: async () => satPerVbyte };
      const asked = order();
      expect(await shop.open({ chain }).withdraw(asked)).toMatchObject({
        outcome: 'refused',
        fault: { ...fault, message: expect.stringMatching(message) as string },
      });
      expect(await shop.store.leased()).toEqual(new Set());
      expect(await shop.signer.find(asked.reference)).toEqual([]);
      expect(await world.ask('getrawmempool')).toEqual([]);
    },
  );
});

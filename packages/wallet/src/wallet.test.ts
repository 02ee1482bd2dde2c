import { BTC, money } from '@rielrails/core';
import type { CheckedAddress, Withdrawal } from '@rielrails/core';
import { newReference, toHex, unavailable } from '@rielrails/kit';
import { addressOfScript } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { checked, clearanceFor, createWorld, customerAddress } from '../test/world.ts';
import { createMemoryStore } from './memory-store.ts';
import { reconcile } from './reconcile.ts';
import type { Signer } from './signer/protocol.ts';
import type { WalletStore } from './store.ts';
import { createWallet } from './wallet.ts';

async function applied(
  attempt: Promise<{ outcome: string; value?: Withdrawal; fault?: unknown }>,
): Promise<Withdrawal> {
  const result = await attempt;
  if (result.outcome !== 'applied' || !result.value) throw new Error(JSON.stringify(result));
  return result.value;
}

const txidOf = (withdrawal: Withdrawal | null): string =>
  withdrawal && 'transactionId' in withdrawal ? withdrawal.transactionId : '';

describe('withdraw', () => {
  it('pays exactly the amount, in a transaction whose signatures the chain accepts', async () => {
    const { wallet, chain, ask } = createWorld();
    const order = ask(1_500_000n);
    const withdrawal = await applied(wallet.withdraw(order));
    expect(withdrawal).toMatchObject({ status: 'broadcast', reference: order.reference, amount: order.amount });
    const transaction = Transaction.fromHex(chain.broadcasts[0] ?? '');
    const paid = transaction.outs.filter(
      ({ script }) => addressOfScript(script, 'regtest') === order.destination.address.text,
    );
    expect(paid.map(({ value }) => value)).toEqual([1_500_000n]);
    // 2 sat per virtual byte were asked for; the estimate may be one byte per input too high, never too low.
    const rate = Number(withdrawal.fee?.minor) / transaction.virtualSize();
    expect(rate).toBeGreaterThanOrEqual(2);
    expect(rate).toBeLessThan(2.05);
    expect(chain.mempool).toEqual([txidOf(withdrawal)]);
  });

  it('answers a repeat with the same transaction', async () => {
    const { wallet, chain, log, ask } = createWorld();
    const order = ask(500_000n);
    const first = await applied(wallet.withdraw(order));
    const second = await applied(wallet.withdraw(order));
    expect(txidOf(second)).toBe(txidOf(first));
    expect(chain.mempool).toHaveLength(1);
    expect(log.entries).toHaveLength(2);
  });

  it('takes another withdrawal under the same reference for a duplicate', async () => {
    const { wallet, ask, log } = createWorld();
    const order = ask(500_000n);
    await wallet.withdraw(order);
    const other = ask(500_000n, { reference: order.reference });
    expect(await wallet.withdraw(other)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
    expect(log.entries).toHaveLength(2);
  });

  it('spends confirmed outputs only: change of a waiting delivery stays untouched', async () => {
    const { wallet, chain, ask } = createWorld({ coins: [1_000_000n] });
    await applied(wallet.withdraw(ask(300_000n)));
    expect(await wallet.withdraw(ask(300_000n))).toMatchObject({
      outcome: 'refused',
      fault: { kind: 'declined', reason: 'insufficient-funds' },
    });
    chain.mine();
    expect(await wallet.withdraw(ask(300_000n))).toMatchObject({ outcome: 'applied' });
  });

  it('refuses what breaks a rule before anything is signed', async () => {
    const { wallet, ask, log, chain, runtime } = createWorld();
    const order = ask(500_000n);
    const { address } = order.destination;
    const dust = clearanceFor(order.reference, address, 500_000n, runtime.clock.now());
    const cases: readonly [Partial<typeof order>, string][] = [
      [
        { amount: money(BTC, 293n), destination: { type: 'customer', address, clearance: dust } },
        'dust, which no node relays; send at least 294 satoshi to this address',
      ],
      [{ amount: money({ code: 'BTC', scale: 11 }, 500_000n) }, 'bitcoin'],
      [{ amount: money({ code: 'ETH', scale: 8 }, 500_000n) }, 'ETH'],
      [{ amount: money(BTC, 500_001n) }, 'clearance'],
    ];
    for (const [change, message] of cases) {
      expect(await wallet.withdraw({ ...order, ...change })).toMatchObject({
        outcome: 'refused',
        fault: { kind: 'invalid', message: expect.stringContaining(message) },
      });
    }
    const { binding: _sealed, ...unbound } = order;
    expect(await wallet.withdraw(unbound)).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
    expect(log.entries).toHaveLength(1);
    expect(chain.broadcasts).toEqual([]);
  });

  it('refuses an address of another network, with the remedy', async () => {
    const { config, wallet, ask, chain, runtime } = createWorld();
    const order = ask(500_000n);
    const address = { network: 'regtest', text: 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx' } as CheckedAddress;
    const clearance = clearanceFor(order.reference, address, 500_000n, runtime.clock.now());
    const elsewhere = { ...order, destination: { type: 'customer', address, clearance } } as const;
    expect(await wallet.withdraw(elsewhere)).toMatchObject({
      fault: { kind: 'invalid', message: expect.stringContaining('ask for one that begins with bcrt1') },
    });
    const create = (descriptor: string) => () =>
      createWallet(
        { ...config, descriptor },
        { chain, signer: createWorld().signer, store: createMemoryStore() },
        runtime,
      );
    expect(create(config.descriptor.replace(/.$/, 'q'))).toThrow('the checksum does not fit; something was changed');
    expect(create('pkh(KEY)')).toThrow('pkh() is not supported; use wpkh(KEY)');
  });

  it('is refused by the signer when the address was changed after the customer confirmed, and frees the coins', async () => {
    const { wallet, ask, store, runtime } = createWorld();
    const order = ask(500_000n);
    const thief = customerAddress();
    const clearance = clearanceFor(order.reference, thief, 500_000n, runtime.clock.now());
    const changed = { ...order, destination: { type: 'customer', address: thief, clearance } } as const;
    expect(await wallet.withdraw(changed)).toMatchObject({
      outcome: 'refused',
      fault: { kind: 'invalid', providerCode: 'binding' },
    });
    expect(await store.leased()).toEqual(new Set());
    expect(await wallet.get({ reference: order.reference })).toBeNull();
    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'applied' });
  });

  it('is refused by the signer when the amount lies outside what the customer confirmed', async () => {
    const { wallet, ask } = createWorld();
    const order = ask(500_000n);
    const less = { ...order, amount: money(BTC, 400_000n) };
    expect(await wallet.withdraw(less)).toMatchObject({ outcome: 'refused', fault: { providerCode: 'amount' } });
  });

  it('sends nothing above the fee cap, nor without an estimate', async () => {
    const { wallet, ask, chain, log, runtime } = createWorld({ coins: Array.from({ length: 90 }, () => 20_000n) });
    chain.setFeeRate(90);
    expect(await wallet.withdraw(ask(1_000_000n))).toMatchObject({ fault: { kind: 'declined', reason: 'fee-cap' } });
    chain.setFeeRate(null);
    await runtime.clock.advance(1_800_001);
    expect(await wallet.withdraw(ask(10_000n))).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
    expect(log.entries).toHaveLength(1);
  });

  it('is declined while the signer is frozen or its hour is full, and may be repeated afterwards', async () => {
    const { wallet, ask, freeze, runtime, chain } = createWorld({ policy: { maximumSatsPerHour: 1_000_000n } });
    const order = ask(600_000n);
    freeze.on = true;
    expect(await wallet.withdraw(order)).toMatchObject({ fault: { kind: 'declined', reason: 'frozen' } });
    freeze.on = false;
    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'applied' });
    chain.mine();
    expect(await wallet.withdraw(ask(600_000n))).toMatchObject({ fault: { kind: 'declined', reason: 'velocity' } });
    await runtime.clock.advance(3_600_001);
    expect(await wallet.withdraw(ask(600_000n))).toMatchObject({ outcome: 'applied' });
  });

  it('sends to an own address without a clearance, and the signer checks that it is ours', async () => {
    const { wallet, ask, chain, runtime } = createWorld();
    const own = await wallet.depositAddress(BTC);
    const sweep = { reference: newReference(runtime.random), amount: money(BTC, 900_000n) };
    expect(await wallet.withdraw({ ...sweep, destination: { type: 'own', address: own } })).toMatchObject({
      outcome: 'applied',
    });
    chain.mine();
    const forged = { type: 'own', address: customerAddress() as typeof own } as const;
    const reference = newReference(runtime.random);
    expect(await wallet.withdraw({ ...ask(5000n), reference, destination: forged })).toMatchObject({
      outcome: 'refused',
      fault: { kind: 'invalid', providerCode: 'foreign-output' },
    });
  });
});

describe('a crash at any point', () => {
  const crash = () => Promise.reject(new Error('killed'));

  function breaking(store: WalletStore, method: keyof WalletStore, when: 'before' | 'after'): WalletStore {
    let armed = true;
    const original = store[method] as (...input: unknown[]) => Promise<unknown>;
    return {
      ...store,
      [method]: async (...input: unknown[]) => {
        if (!armed) return original(...input);
        armed = false;
        if (when === 'after') await original(...input);
        return crash();
      },
    };
  }

  it.each([
    ['plan', 'before'],
    ['plan', 'after'],
    ['recordVersion', 'before'],
    ['recordVersion', 'after'],
  ] as const)('%s, %s it is stored: the repeat makes one payment', async (method, when) => {
    const { open, store, chain, ask, log } = createWorld();
    const order = ask(700_000n);
    const dying = open({ store: breaking(store, method, when) });
    expect(await dying.withdraw(order)).toMatchObject({ outcome: 'unknown' });
    const after = open();
    const repeated = await applied(after.withdraw(order));
    expect(repeated.status).toBe('broadcast');
    expect(chain.mempool).toEqual([txidOf(repeated)]);
    expect(log.entries.filter(({ type }) => type === 'signed')).toHaveLength(1);
  });

  it('signed, answer lost: the repeat gets the same signature, although the log moved on', async () => {
    const { open, signer, chain, ask, log } = createWorld();
    let lost = false;
    const dying: Signer = {
      ...signer,
      async sign(request) {
        const answer = await signer.sign(request);
        if (lost) return answer;
        lost = true;
        throw new Error('killed');
      },
    };
    const order = ask(700_000n);
    expect(await open({ signer: dying }).withdraw(order)).toMatchObject({ outcome: 'unknown' });
    await applied(open().withdraw(order));
    expect(chain.mempool).toHaveLength(1);
    expect(log.entries).toHaveLength(2);
  });

  it('signed, answer lost: a lookup alone brings it home', async () => {
    const { open, signer, chain, ask, store } = createWorld();
    const dying: Signer = { ...signer, sign: async (request) => signer.sign(request).then(crash) };
    const order = ask(700_000n);
    await open({ signer: dying }).withdraw(order);
    expect(await open().get(order)).toMatchObject({ status: 'broadcast' });
    expect(chain.mempool).toHaveLength(1);
    expect(await store.logHead()).toEqual((await signer.describe()).head);
  });

  it('planned, never signed: signing for a while, then provably nothing, and the coins are free', async () => {
    const { open, signer, chain, ask, store, runtime } = createWorld();
    const dying: Signer = { ...signer, sign: crash };
    const order = ask(700_000n);
    expect(await open({ signer: dying }).withdraw(order)).toMatchObject({ outcome: 'unknown' });
    expect(await open().get(order)).toMatchObject({ status: 'signing' });
    await runtime.clock.advance(120_000);
    expect(await open().get(order)).toBeNull();
    expect(await store.leased()).toEqual(new Set());
    await applied(open().withdraw(order));
    expect(chain.mempool).toHaveLength(1);
  });

  it('signed after its plan was given up: the late signature is the one that counts', async () => {
    const { open, signer, chain, ask, log, runtime } = createWorld({ coins: [1_000_000n, 1_000_000n] });
    const order = ask(700_000n);
    const slow: Signer = {
      ...signer,
      async sign(request) {
        // This process stood still while another one gave its plan up.
        await runtime.clock.advance(120_000);
        expect(await open().get(order)).toBeNull();
        return signer.sign(request);
      },
    };
    expect(await open({ signer: slow }).withdraw(order)).toMatchObject({ outcome: 'unknown' });
    expect(await open().withdraw(order)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
    expect(log.entries).toHaveLength(2);
    expect(chain.broadcasts).toEqual([]);
  });

  it('stood still between plan and signature, until another one gave the plan up: signs nothing, and the shop goes on', async () => {
    const { open, store, chain, ask, log, runtime } = createWorld({ coins: [1_000_000n, 1_000_000n] });
    const order = ask(700_000n);
    const slow: WalletStore = {
      ...store,
      async logHead() {
        await runtime.clock.advance(120_000);
        expect(await open().get(order)).toBeNull();
        return store.logHead();
      },
    };
    expect(await open({ store: slow }).withdraw(order)).toMatchObject({ fault: { kind: 'unavailable' } });
    expect(log.entries).toHaveLength(1);
    await applied(open().withdraw(ask(600_000n)));
    await applied(open().withdraw(order));
    expect(chain.mempool).toHaveLength(2);
  });

  it('planned, and repeated half an hour later: planned again at the fees of then; what was signed meanwhile stays', async () => {
    const { open, signer, store, chain, ask, log, runtime } = createWorld();
    const [unsigned, signed] = [ask(700_000n), ask(600_000n)];
    await open({ signer: { ...signer, sign: crash } }).withdraw(unsigned);
    await open({ signer: { ...signer, sign: async (request) => signer.sign(request).then(crash) } }).withdraw(signed);
    const before = [await store.find(unsigned.reference), await store.find(signed.reference)];
    await runtime.clock.advance(1_800_000);
    chain.setFeeRate(20);
    const later = [await applied(open().withdraw(unsigned)), await applied(open().withdraw(signed))];
    expect(later[0]?.fee?.minor).toBeGreaterThan(5n * (before[0]?.feeSats ?? 0n));
    expect(txidOf(later[1] ?? null)).toBe(before[1]?.txid);
    expect(chain.mempool).toHaveLength(2);
    expect(log.entries).toHaveLength(3);
  });

  it('signed, answer lost: another withdrawal takes the signature over and goes on', async () => {
    const { open, signer, chain, ask, store } = createWorld();
    const dying: Signer = { ...signer, sign: async (request) => signer.sign(request).then(crash) };
    const first = ask(700_000n);
    await open({ signer: dying }).withdraw(first);
    expect(await open().withdraw(ask(600_000n))).toMatchObject({ outcome: 'applied' });
    expect((await store.find(first.reference))?.versions).toHaveLength(1);
    expect(await open().get({ reference: first.reference })).toMatchObject({ status: 'broadcast' });
    expect(chain.mempool).toHaveLength(2);
  });

  it.each(['unreachable', 'lost-before', 'lost-after'] as const)(
    'broadcast %s: unknown, and get() brings the same transaction home',
    async (how) => {
      const { wallet, chain, ask, store } = createWorld();
      chain.failBroadcast(how);
      const order = ask(700_000n);
      expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'unknown' });
      const txid = (await store.find(order.reference))?.versions[0]?.txid ?? '';
      expect(await wallet.get({ reference: order.reference })).toMatchObject({
        status: 'broadcast',
        transactionId: txid,
      });
      expect(chain.mempool).toEqual([txid]);
    },
  );

  it('signed and frozen before it left: whoever may only watch brings nothing out, a repeat does', async () => {
    const { wallet, chain, ask } = createWorld();
    chain.failBroadcast('unreachable');
    const order = ask(700_000n);
    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'unknown' });
    const { reference } = order;
    expect(await wallet.get({ reference, watchOnly: true })).toEqual({
      reference,
      amount: order.amount,
      fee: expect.anything() as unknown,
      status: 'signing',
    });
    expect(await wallet.housekeeping.tend({ watchOnly: [reference] })).toMatchObject({ followed: 1, failed: 0 });
    expect(chain.mempool).toEqual([]);
    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    const [txid = ''] = chain.mempool;
    expect(await wallet.get({ reference, watchOnly: true })).toMatchObject({
      status: 'broadcast',
      transactionId: txid,
    });
    chain.evict(txid);
    expect(await wallet.get({ reference, watchOnly: true })).toMatchObject({ status: 'signing' });
    expect(chain.mempool).toEqual([]);
    expect(await wallet.get({ reference })).toMatchObject({ status: 'broadcast', transactionId: txid });
  });

  it('signer not there: nothing is signed, nothing stays leased', async () => {
    const { open, signer, store, ask } = createWorld();
    const absent: Signer = { ...signer, sign: () => Promise.reject(unavailable('signer', 'signer: not reached')) };
    const order = ask(700_000n);
    expect(await open({ signer: absent }).withdraw(order)).toMatchObject({ fault: { kind: 'unavailable' } });
    expect(await store.leased()).toEqual(new Set());
    expect(await open().get({ reference: order.reference })).toBeNull();
  });
});

describe('two wallets on one store', () => {
  it('never spend one coin twice', async () => {
    const { open, chain, ask } = createWorld({ coins: [1_000_000n, 1_000_000n, 1_000_000n, 1_000_000n] });
    const wallets = [open(), open()];
    const results = await Promise.all([...wallets, ...wallets].map((wallet) => wallet.withdraw(ask(600_000n))));
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied', 'applied']);
    expect(chain.mempool).toHaveLength(4);
  });

  it('sign in turn, however many ask at once', async () => {
    const { open, chain, ask } = createWorld({ coins: Array.from({ length: 12 }, () => 1_000_000n) });
    const orders = Array.from({ length: 12 }, () => ask(600_000n));
    const results = await Promise.all(orders.map((order) => open().withdraw(order)));
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    expect(chain.mempool).toHaveLength(12);
  });

  it('make one withdrawal of one reference', async () => {
    const { open, chain, ask, log } = createWorld();
    const order = ask(600_000n);
    const results = await Promise.all([open(), open(), open()].map((wallet) => wallet.withdraw(order)));
    const txids = new Set(
      results.map((result) => (result.outcome === 'applied' ? txidOf(result.value) : result.fault)),
    );
    expect(txids.size).toBe(1);
    expect(chain.mempool).toHaveLength(1);
    expect(log.entries).toHaveLength(2);
  });
});

describe('get', () => {
  it('is null for what nobody knows, and counts confirmations', async () => {
    const { wallet, chain, ask, runtime } = createWorld();
    expect(await wallet.get({ reference: newReference(runtime.random) })).toBeNull();
    const order = ask(700_000n);
    await wallet.withdraw(order);
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast' });
    chain.mine();
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', depth: 1 });
    chain.mine(5);
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', depth: 6 });
  });

  it('tells a reorganisation loudly and hands in the same transaction again', async () => {
    const { wallet, chain, ask, runtime, log } = createWorld();
    const order = ask(700_000n);
    const txid = txidOf(await applied(wallet.withdraw(order)));
    chain.mine(3);
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', depth: 3 });
    chain.reorganise(3, { drop: true });
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast', transactionId: txid });
    expect(runtime.entries.filter(({ event }) => event === 'reorganised')).toHaveLength(1);
    expect(new Set(chain.broadcasts).size).toBe(1);
    expect(log.entries).toHaveLength(2);
    chain.mine();
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', depth: 1, transactionId: txid });
  });

  it('does not lend out the coins of a delivery that a reorganisation took back', async () => {
    const { wallet, chain, ask } = createWorld({ coins: [1_000_000n] });
    await wallet.withdraw(ask(300_000n));
    chain.mine();
    chain.reorganise(1, { drop: true });
    expect(await wallet.withdraw(ask(300_000n))).toMatchObject({ fault: { reason: 'insufficient-funds' } });
  });

  it('hands in an evicted transaction again; says removed while no node takes it', async () => {
    const { wallet, chain, ask } = createWorld();
    const order = ask(700_000n);
    const txid = txidOf(await applied(wallet.withdraw(order)));
    chain.evict(txid);
    chain.failBroadcast('fee-too-low');
    expect(await wallet.get(order)).toMatchObject({ status: 'removed', transactionId: txid });
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast', transactionId: txid });
  });

  it('names the stranger that spent the anchor', async () => {
    const { wallet, chain, keys, ask } = createWorld({ coins: [1_000_000n] });
    const order = ask(700_000n);
    const txid = txidOf(await applied(wallet.withdraw(order)));
    const [input] = Transaction.fromHex(chain.broadcasts[0] ?? '').ins;
    const thief = new Transaction();
    thief.addInput(input?.hash ?? new Uint8Array(32), input?.index ?? 0);
    thief.addOutput(keys.account.key({ branch: 'change', index: 9 }).script, 900_000n);
    chain.force(thief.toHex());
    expect(await wallet.get(order)).toMatchObject({
      status: 'replaced',
      transactionId: txid,
      replacedBy: thief.getId(),
    });
  });
});

describe('bump', () => {
  it('pays more from the change alone, and either version may confirm', async () => {
    for (const winner of ['old', 'new'] as const) {
      const { wallet, chain, ask } = createWorld({ coins: [1_000_000n] });
      const order = ask(700_000n);
      const first = await applied(wallet.withdraw(order));
      chain.setFeeRate(20);
      const second = await applied(wallet.bump(order));
      expect(txidOf(second)).not.toBe(txidOf(first));
      expect(second.fee?.minor).toBeGreaterThan(first.fee?.minor ?? 0n);
      expect(chain.mempool).toEqual([txidOf(second)]);
      const [old, replacement] = chain.broadcasts.map((hex) => Transaction.fromHex(hex));
      expect(replacement?.ins.map(({ hash }) => toHex(hash))).toEqual(old?.ins.map(({ hash }) => toHex(hash)));
      if (winner === 'old') chain.force(chain.broadcasts[0] ?? '');
      else chain.mine();
      const confirmed = winner === 'old' ? first : second;
      expect(await wallet.get(order)).toMatchObject({
        status: 'confirmed',
        transactionId: txidOf(confirmed),
        fee: confirmed.fee,
      });
    }
  });

  it('may be repeated until the cap', async () => {
    const { wallet, chain, ask } = createWorld({ coins: [1_000_000n] });
    const order = ask(700_000n);
    const txids = [txidOf(await applied(wallet.withdraw(order)))];
    for (const rate of [10, 30, 60]) {
      chain.setFeeRate(rate);
      txids.push(txidOf(await applied(wallet.bump(order))));
    }
    expect(new Set(txids).size).toBe(4);
    chain.setFeeRate(1000);
    await applied(wallet.bump(order));
    expect(await wallet.bump(order)).toMatchObject({ fault: { kind: 'declined', reason: 'fee-cap' } });
    expect(chain.mempool).toHaveLength(1);
  });

  it('refuses what it cannot help', async () => {
    const { wallet, chain, ask, runtime } = createWorld({ coins: [1_000_000n] });
    expect(await wallet.bump({ reference: newReference(runtime.random) })).toMatchObject({
      fault: { kind: 'not-found' },
    });
    // One input and one output at 2 sat per virtual byte cost 220: nothing is left for change.
    const order = ask(999_779n);
    await applied(wallet.withdraw(order));
    expect(await wallet.bump(order)).toMatchObject({ fault: { kind: 'declined', reason: 'no-change' } });
    chain.mine();
    expect(await wallet.bump(order)).toMatchObject({ fault: { kind: 'conflict' } });
  });

  it('killed between signature and store: the next bump goes on from the log', async () => {
    const { open, wallet, store, chain, ask } = createWorld({ coins: [1_000_000n] });
    const order = ask(700_000n);
    await wallet.withdraw(order);
    chain.setFeeRate(10);
    const dying = open({ store: { ...store, recordVersion: () => Promise.reject(new Error('killed')) } });
    expect(await dying.bump(order)).toMatchObject({ outcome: 'unknown' });
    chain.setFeeRate(30);
    // The signer asks for more than its own last version, which the store takes over first.
    const result = await open().bump(order);
    expect(result).toMatchObject({ outcome: 'applied' });
    expect((await store.find(order.reference))?.versions).toHaveLength(3);
  });
});

describe('a restored store', () => {
  it('is stopped by the signer, which knows better, and works again after reconciling', async () => {
    const { open, wallet, signer, chain, ask } = createWorld();
    const order = ask(700_000n);
    const txid = txidOf(await applied(wallet.withdraw(order)));
    const store = createMemoryStore();
    const restored = open({ store });
    expect(await restored.withdraw(order)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
    expect(await restored.withdraw(ask(400_000n))).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
    expect(await restored.get(order)).toMatchObject({ status: 'broadcast', transactionId: txid });
    expect(await reconcile({ signer, store }, { adopt: 'all' })).toEqual([order.reference]);
    expect(txidOf(await applied(restored.withdraw(order)))).toBe(txid);
    expect(await restored.withdraw(ask(400_000n))).toMatchObject({ outcome: 'applied' });
    expect(chain.mempool).toHaveLength(2);
  });

  it('is not lulled by a signature that it had planned itself', async () => {
    const { open, store, signer, ask } = createWorld();
    const backup = createMemoryStore();
    const stuck: Signer = { ...signer, sign: () => Promise.reject(new Error('killed')) };
    const [planned, forgotten] = [ask(300_000n), ask(350_000n)];
    await open({ store: backup, signer: stuck }).withdraw(planned);
    const plan = await backup.find(planned.reference);
    if (plan) await store.plan(plan);
    // After the backup another order was signed, and then the planned one.
    await applied(open().withdraw(forgotten));
    const { transactionId } = (await applied(open().withdraw(planned))) as { transactionId?: string };
    const restored = open({ store: backup });
    expect(await restored.withdraw(planned)).toMatchObject({ outcome: 'applied', value: { transactionId } });
    // Its own signature came with a head, but the one before it is still unknown here.
    expect(await backup.logHead()).toBeNull();
    expect(await restored.withdraw(ask(100_000n))).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
  });

  it('gives up plans that were given up after the backup', async () => {
    const { open, signer, ask } = createWorld({ coins: [1_000_000n] });
    const backup = createMemoryStore();
    const stuck: Signer = { ...signer, sign: () => Promise.reject(new Error('killed')) };
    const [abandoned, replanned] = [ask(300_000n), ask(350_000n)];
    // The backup holds a plan of one order on the only coin; later that coin was signed for another.
    await open({ store: backup, signer: stuck }).withdraw(abandoned);
    await applied(open().withdraw(replanned));
    const restored = open({ store: backup });
    expect(await restored.withdraw(abandoned)).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
    expect(await reconcile({ signer, store: backup }, { adopt: 'all' })).toEqual([replanned.reference]);
    expect(await restored.get(replanned)).toMatchObject({ status: 'broadcast' });
    expect(await restored.get(abandoned)).toBeNull();
  });

  it('stops too when the log is the one that was lost', async () => {
    const { open, store, ask, wallet } = createWorld();
    await wallet.withdraw(ask(700_000n));
    const { signer: amnesiac } = createWorld();
    const result = await open({ signer: amnesiac, store }).withdraw(ask(400_000n));
    expect(result).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
  });
});

describe('balance, fees, addresses, seals', () => {
  it('counts what can be sent and what arrives', async () => {
    const { wallet, chain, ask } = createWorld({ coins: [1_000_000n, 500_000n] });
    expect(await wallet.balance(BTC)).toEqual({ available: money(BTC, 1_500_000n), pending: money(BTC, 0n) });
    const { fee } = await applied(wallet.withdraw(ask(800_000n)));
    expect(await wallet.balance(BTC)).toEqual({
      available: money(BTC, 500_000n),
      pending: money(BTC, 200_000n - (fee?.minor ?? 0n)),
    });
    chain.mine();
    expect(await wallet.balance(BTC)).toMatchObject({ pending: money(BTC, 0n) });
  });

  it('estimates no less than a withdrawal then costs', async () => {
    const { wallet, ask } = createWorld();
    const estimate = await wallet.estimateFee({ amount: money(BTC, 1_500_000n) });
    const { fee } = await applied(wallet.withdraw(ask(1_500_000n)));
    expect(estimate.minor).toBeGreaterThanOrEqual(fee?.minor ?? 0n);
  });

  it('gives a fresh own address each time', async () => {
    const { wallet, chain } = createWorld({ coins: [] });
    const [one, two] = [await wallet.depositAddress(BTC), await wallet.depositAddress(BTC)];
    expect(one.text).not.toBe(two.text);
    expect(checked(one.text).text).toBe(one.text);
    chain.fund(two.text, 70_000n);
    expect(await wallet.balance(BTC)).toMatchObject({ available: money(BTC, 70_000n) });
  });

  it('seals the same input the same way, and nothing else that way', () => {
    const { wallet, runtime } = createWorld();
    const bound = {
      reference: newReference(runtime.random),
      address: customerAddress(),
      minimum: money(BTC, 1000n),
      maximum: money(BTC, 2000n),
    };
    const seal = wallet.bind(bound);
    expect(wallet.bind(bound)).toBe(seal);
    const others = [
      { ...bound, reference: newReference(runtime.random) },
      { ...bound, address: customerAddress() },
      { ...bound, minimum: money(BTC, 999n) },
      { ...bound, maximum: money(BTC, 2001n) },
    ];
    expect(new Set([seal, ...others.map((other) => wallet.bind(other))]).size).toBe(5);
    expect(() => wallet.bind({ ...bound, minimum: money(BTC, 2001n) })).toThrow('maximum');
  });
});

describe('secrets', () => {
  it('are in no log line, fault, or JSON of anything that is handed out', async () => {
    const world = createWorld();
    await world.wallet.withdraw(world.ask(700_000n));
    await world.wallet.withdraw({ ...world.ask(600_000n), binding: 'forged' });
    const told = JSON.stringify(
      [world.runtime.entries, world.keys, world.wallet, await world.signer.describe()],
      (_, value) => (typeof value === 'bigint' ? String(value) : (value as unknown)),
    );
    expect(told).not.toContain('a binding key that only these tests use');
    expect(told).not.toContain('07070707');
    expect(told).not.toMatch(/[tx]prv/);
  });
});

import { BTC, InputError, money, ProviderError } from '@rielrails/core';
import type { Attempt, Fault, Money, Reference, Withdrawal } from '@rielrails/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCommand } from '../src/admin/command-table.ts';
import type { WalletAdvice, WalletDesk } from '../src/index.ts';
import { createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const FEE = money(BTC, 450n);
const AMOUNT = money(BTC, 30_000_000n);
const TXID = 'ab'.repeat(32);
/** The version that pays more. */
const BUMPED = 'cd'.repeat(32);
const HIGHER_FEE = money(BTC, 1_450n);

/** A wallet in the test's hand. It remembers what left, as a real one does. */
interface FakeWallet extends WalletDesk {
  advises: WalletAdvice;
  /** What the next calls answer; the last one stays. */
  answers: ('sent' | 'waits' | 'lost' | 'refused')[];
  /** What it was asked to move, under which reference. */
  readonly asked: string[];
  /** What really left, under which reference, and how it stands. */
  readonly left: Map<string, Withdrawal>;
  /** How often everything was looked after. */
  tended: number;
  /** Runs when a transaction left, before its answer does. */
  afterwards: () => void;
}

const fault = (kind: 'unknown' | 'declined'): Fault =>
  ({ kind, provider: 'wallet', reason: 'timeout', message: `wallet ${kind}` }) as unknown as Fault;

function createFakeWallet(): FakeWallet {
  const broadcast = (reference: Reference, transactionId: string = TXID, fee: Money = FEE): Withdrawal => ({
    reference,
    amount: AMOUNT,
    status: 'broadcast',
    transactionId,
    fee,
  });
  const move = async (reference: Reference): Promise<Attempt<Withdrawal>> => {
    wallet.asked.push(reference);
    const there = wallet.left.get(reference);
    if (there) return { outcome: 'applied', value: there };
    const answer = wallet.answers.length > 1 ? wallet.answers.shift() : wallet.answers[0];
    if (answer === 'refused') return { outcome: 'refused', fault: fault('declined') } as never;
    if (answer === 'lost') return { outcome: 'unknown', fault: fault('unknown') } as never;
    if (answer === 'waits') return { outcome: 'applied', value: { reference, amount: AMOUNT, status: 'signing' } };
    const value = broadcast(reference);
    wallet.left.set(reference, value);
    wallet.afterwards();
    return { outcome: 'applied', value };
  };
  const wallet: FakeWallet = {
    id: 'coins',
    advises: { type: 'none' },
    answers: ['sent'],
    asked: [],
    left: new Map(),
    tended: 0,
    afterwards: () => {},
    advice: async () => wallet.advises,
    sweepToCold: ({ reference }) => move(reference),
    consolidate: ({ reference }) => move(reference),
    split: ({ reference }) => move(reference),
    async bump({ reference }) {
      const value = broadcast(reference, BUMPED, HIGHER_FEE);
      wallet.left.set(reference, value);
      wallet.afterwards();
      return { outcome: 'applied', value };
    },
    find: async (reference) => wallet.left.get(reference) ?? null,
    async tend() {
      wallet.tended += 1;
      return { failed: wallet.tended === 2 ? 1 : 0 };
    },
    depositAddress: async () => 'bcrt1qdeposit00000000000000000000000000',
    waiting: async (reference) =>
      wallet.asked.includes(reference) && !wallet.left.has(reference)
        ? [{ txid: TXID, address: 'bcrt1qcold', amount: AMOUNT, fee: FEE, psbt: 'cHNidP8BAHECAAAAAQ==' }]
        : [],
    bringHome: async ({ reference }) => {
      wallet.left.set(reference, broadcast(reference));
      return { outcome: 'signed', txid: TXID };
    },
  };
  return wallet;
}

let world: TestWorld;
let wallet: FakeWallet;
beforeEach(async () => {
  world = await createTestWorld({ cash: {} });
  wallet = createFakeWallet();
  await reborn();
});
afterEach(async () => {
  await world.end();
});

/** The engine dies, and another one starts on what it left. */
const reborn = () => world.restart({ providers: { ...world.providers, wallet } });
const desk = () => world.orders.admin.treasury;
const sent = (more: object = {}) => ({
  outcome: 'sent',
  transaction: TXID,
  fee: FEE,
  depth: 0,
  finished: false,
  ...more,
});
/** A block took this version of it, and others followed. */
const confirm = (transfer: Reference, transactionId: string, fee: Money, depth: number) =>
  wallet.left.set(transfer, { reference: transfer, amount: AMOUNT, status: 'confirmed', transactionId, fee, depth });
async function lookLater(): Promise<void> {
  await world.runtime.clock.advance(600_000);
  await world.during(world.orders.sweep());
}
const rule = (error: unknown) => (error instanceof InputError ? `${error.field} ${error.rule}` : error);
const balance = async (account: string) =>
  (await world.orders.admin.balances()).find((one) => one.account === account && one.amount.asset.code === 'BTC')
    ?.amount.minor ?? 0n;
const tooMuch = () => void (wallet.advises = { type: 'wallet-to-cold', amount: AMOUNT });

describe('above the ceiling', () => {
  test('a sweep is a transfer in the books, with its miners paid beside it, once', async () => {
    tooMuch();
    const before = await balance('wallet:coins:free');
    const { transfer, sending } = await desk().sweep('sokha');
    expect(sending).toEqual(sent());
    expect(await desk().send(transfer)).toEqual(sending);
    expect(wallet.asked).toEqual([transfer, transfer]);
    expect(await balance('wallet:coins:free')).toBe(before - AMOUNT.minor - FEE.minor);
    expect(await balance(`in-flight:${transfer}`)).toBe(AMOUNT.minor);
    expect(await balance('costs:miners')).toBe(FEE.minor);
    await world.orders.admin.finishTransfer(transfer, TXID, null, 'dara');
    expect(await balance(`in-flight:${transfer}`)).toBe(0n);
    expect((await world.orders.admin.trialBalance()).uneven).toEqual([]);
  });

  test('one that is in doubt is gone on with under its own reference, and no other is begun', async () => {
    tooMuch();
    wallet.answers = ['lost', 'sent'];
    const { transfer, sending } = await desk().sweep('sokha');
    expect(sending).toEqual({ outcome: 'unknown', why: 'wallet unknown' });
    expect(
      await desk()
        .sweep('dara')
        .then(() => 'swept', rule),
    ).toBe('treasury open');
    expect(await desk().send(transfer)).toMatchObject({ outcome: 'sent' });
    expect([...wallet.left.keys()]).toEqual([transfer]);
  });

  test('one that is refused leaves the books as they were; after a doubt a refusal proves nothing', async () => {
    tooMuch();
    const before = await balance('wallet:coins:free');
    wallet.answers = ['refused'];
    expect(await desk().sweep('sokha')).toMatchObject({ sending: { outcome: 'refused', why: 'wallet declined' } });
    expect(await balance('wallet:coins:free')).toBe(before);
    expect(await world.orders.admin.transfers()).toEqual([]);
    wallet.answers = ['lost', 'refused'];
    const { transfer } = await desk().sweep('sokha');
    expect(await desk().send(transfer)).toMatchObject({ outcome: 'unknown' });
    expect(await world.orders.admin.transfers()).toHaveLength(1);
  });

  test('where a hardware signer signs, it waits, is given out, and is brought home', async () => {
    tooMuch();
    wallet.answers = ['waits', 'sent'];
    const { transfer, sending } = await desk().sweep('sokha');
    expect(sending).toEqual({ outcome: 'waiting' });
    expect(await desk().waiting()).toMatchObject([
      { reference: transfer, order: null, address: 'bcrt1qcold', amount: AMOUNT },
    ]);
    expect(await desk().bringHome(transfer, 'cHNidP8BAHECAAAAAQ==')).toMatchObject({ outcome: 'sent' });
    expect(await balance('costs:miners')).toBe(FEE.minor);
  });

  test('killed right after it left: the next engine finds it by its reference, and books what it cost', async () => {
    tooMuch();
    const before = await balance('wallet:coins:free');
    wallet.afterwards = () => {
      throw new Error('killed');
    };
    await expect(desk().sweep('sokha')).rejects.toThrow('killed');
    wallet.afterwards = () => {};
    await reborn();
    const [open, ...more] = await world.orders.admin.transfers();
    expect(more).toEqual([]);
    expect(
      await desk()
        .sweep('dara')
        .catch((error: Error) => error.message),
    ).toContain(`transfer ${open?.reference} is not finished`);
    await lookLater();
    expect(wallet.asked).toEqual([open?.reference]);
    expect(await balance('wallet:coins:free')).toBe(before - AMOUNT.minor - FEE.minor);
    expect(await desk().send(open?.reference as Reference)).toEqual(sent());
    expect(await balance('costs:miners')).toBe(FEE.minor);
  });

  test('killed right before it left: nothing is sent by itself, and a person goes on with it or takes it back', async () => {
    tooMuch();
    const before = await balance('wallet:coins:free');
    const { sweepToCold } = wallet;
    wallet.sweepToCold = async () => {
      throw new Error('killed');
    };
    await expect(desk().sweep('sokha')).rejects.toThrow('killed');
    wallet.sweepToCold = sweepToCold;
    await reborn();
    await lookLater();
    expect(wallet.asked).toEqual([]);
    const [open] = await world.orders.admin.transfers();
    await desk().cancel(open?.reference as Reference, 'dara');
    expect(await balance('wallet:coins:free')).toBe(before);
    const { transfer } = await desk().sweep('sokha');
    expect([...wallet.left.keys()]).toEqual([transfer]);
    await expect(desk().cancel(transfer, 'dara')).rejects.toThrow('the wallet knows it, and may have sent it');
    expect((await world.orders.admin.trialBalance()).uneven).toEqual([]);
  });

  test('two people at the same moment sweep once', async () => {
    tooMuch();
    const results = await Promise.allSettled([desk().sweep('sokha'), desk().sweep('dara')]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(wallet.left.size).toBe(1);
  });

  test('one that is stuck pays more; whichever version confirms is what the books say, and it finishes by itself', async () => {
    tooMuch();
    const before = await balance('wallet:coins:free');
    const { transfer } = await desk().sweep('sokha');
    expect(await desk().bump(transfer)).toEqual(sent({ transaction: BUMPED, fee: HIGHER_FEE }));
    await desk().bump(transfer);
    expect(await balance('costs:miners')).toBe(HIGHER_FEE.minor);
    confirm(transfer, TXID, FEE, 5);
    await lookLater();
    expect(await balance('costs:miners')).toBe(FEE.minor);
    expect(await world.orders.admin.transfers()).toHaveLength(1);
    confirm(transfer, TXID, FEE, 6);
    await lookLater();
    expect(await world.orders.admin.transfers()).toEqual([]);
    expect(await balance(`in-flight:${transfer}`)).toBe(0n);
    expect(await balance('wallet:coins:free')).toBe(before - AMOUNT.minor - FEE.minor);
    expect(
      await desk()
        .bump(transfer)
        .then(() => 'paid more', rule),
    ).toBe('transfer unknown');
  });

  test('killed right after the higher fee left: the next look finds it by the same reference, and books it', async () => {
    tooMuch();
    const before = await balance('wallet:coins:free');
    const { transfer } = await desk().sweep('sokha');
    wallet.afterwards = () => {
      throw new Error('killed');
    };
    await expect(desk().bump(transfer)).rejects.toThrow('killed');
    expect(await balance('costs:miners')).toBe(FEE.minor);
    await reborn();
    await lookLater();
    expect(await balance('costs:miners')).toBe(HIGHER_FEE.minor);
    expect(await balance('wallet:coins:free')).toBe(before - AMOUNT.minor - HIGHER_FEE.minor);
    expect([...wallet.left.keys()]).toEqual([transfer]);
  });

  test('two who look at the same moment finish it once', async () => {
    tooMuch();
    const { transfer } = await desk().sweep('sokha');
    confirm(transfer, TXID, FEE, 6);
    const { sweepToCold } = wallet;
    const both = Promise.withResolvers<void>();
    let asking = 0;
    wallet.sweepToCold = async (input) => {
      asking += 1;
      if (asking === 2) both.resolve();
      await both.promise;
      return sweepToCold(input);
    };
    const looks = await Promise.all([desk().send(transfer), desk().send(transfer)]);
    expect(looks).toEqual([sent({ depth: 6, finished: true }), sent({ depth: 6, finished: true })]);
    expect((await world.orders.admin.trialBalance()).uneven).toEqual([]);
    expect(await balance(`in-flight:${transfer}`)).toBe(0n);
  });

  test('coins that another transaction spent are not called sent', async () => {
    tooMuch();
    const { transfer } = await desk().sweep('sokha');
    const common = { reference: transfer, amount: AMOUNT, transactionId: TXID };
    wallet.left.set(transfer, { ...common, status: 'replaced', replacedBy: BUMPED });
    expect(await desk().send(transfer)).toMatchObject({ outcome: 'unknown', why: expect.stringContaining('not ours') });
  });

  test('what was sent is looked after, and not at every look', async () => {
    await lookLater();
    const { tended } = wallet;
    await world.orders.sweep();
    expect(wallet.tended).toBe(tended);
    await lookLater();
    expect(wallet.tended).toBe(tended + 1);
  });

  test('what is brought home for a delivery is told as it stands, and is no transfer of ours', async () => {
    const reference = '4711' as Reference;
    expect(await desk().bringHome(reference, 'cHNidP8BAHECAAAAAQ==')).toEqual(sent());
    wallet.bringHome = async () => {
      wallet.left.set(reference, {
        reference,
        amount: AMOUNT,
        status: 'replaced',
        transactionId: TXID,
        replacedBy: BUMPED,
      });
      return { outcome: 'signed', txid: TXID };
    };
    expect(await desk().bringHome(reference, 'cHNidP8BAHECAAAAAQ==')).toMatchObject({ outcome: 'unknown' });
    expect(await balance('costs:miners')).toBe(0n);
  });

  test('below it nothing is swept', async () => {
    expect(
      await desk()
        .sweep('sokha')
        .then(() => 'swept', rule),
    ).toBe('treasury not-now');
    expect(wallet.asked).toEqual([]);
  });
});

test('below the floor, a top-up is a transfer in the books with an address; without coins at the exchange it is not', async () => {
  wallet.advises = { type: 'exchange-to-wallet', amount: AMOUNT };
  expect(
    await desk()
      .topUp('sokha')
      .then(() => 'planned', rule),
  ).toBe('amount not-there');
  await world.orders.admin.bringIn('exchange:binance', AMOUNT, 'coins 1', 'sokha');
  const { transfer, address } = await desk().topUp('sokha');
  expect(address).toBe('bcrt1qdeposit00000000000000000000000000');
  expect(
    await desk()
      .topUp('dara')
      .then(() => 'planned', rule),
  ).toBe('treasury open');
  const before = await balance('wallet:coins:free');
  await world.orders.admin.finishTransfer(transfer, TXID, money(BTC, 1500n), 'dara');
  expect(await balance('wallet:coins:free')).toBe(before + AMOUNT.minor - 1500n);
});

describe.each(['consolidate', 'split'] as const)('to %s', (work) => {
  test('in doubt it is gone on with; the next one is another', async () => {
    wallet.answers = ['lost', 'sent'];
    expect(await desk()[work]('sokha')).toMatchObject({ outcome: 'unknown' });
    expect(await desk()[work]('sokha')).toMatchObject({ outcome: 'sent' });
    expect(await balance('costs:miners')).toBe(FEE.minor);
    await desk()[work]('dara');
    const [first, second, third] = wallet.asked;
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(await balance('costs:miners')).toBe(2n * FEE.minor);
  });

  test('killed right after it left, the same one is found and paid for; refused after a doubt, the wallet is asked', async () => {
    wallet.afterwards = () => {
      throw new Error('killed');
    };
    await expect(desk()[work]('sokha')).rejects.toThrow('killed');
    await reborn();
    const before = wallet[work];
    wallet[work] = async () => ({ outcome: 'refused', fault: fault('declined') }) as never;
    expect(await desk()[work]('dara')).toEqual(sent());
    expect(await balance('costs:miners')).toBe(FEE.minor);
    expect(await desk()[work]('dara')).toMatchObject({ outcome: 'refused' });
    wallet[work] = before;
    expect(wallet.left.size).toBe(1);
  });

  test('signed elsewhere, it is listed and brought home like a transfer', async () => {
    wallet.answers = ['waits'];
    expect(await desk()[work]('sokha')).toEqual({ outcome: 'waiting' });
    const [waiting] = await desk().waiting();
    expect(await desk().bringHome(waiting?.reference as Reference, 'cHNidP8BAHECAAAAAQ==')).toEqual(sent());
    expect(await desk().waiting()).toEqual([]);
    expect(await balance('costs:miners')).toBe(FEE.minor);
  });
});

test('what the wallet cannot do is told by its words; without a wallet by name', async () => {
  wallet.advice = async () => {
    throw new ProviderError({ kind: 'config', provider: 'wallet', message: 'wallet float is not configured' });
  };
  await expect(desk().advice()).rejects.toThrow('float is not configured');
  await world.restart();
  expect(
    await desk()
      .advice()
      .then(() => 'told', rule),
  ).toBe('treasury no-wallet');
});

test('the commands say what happened and what to do next', async () => {
  tooMuch();
  wallet.answers = ['waits', 'lost', 'sent'];
  const run = (name: string, input: Record<string, string> = {}) => {
    const command = findCommand(name);
    if (!command) throw new Error('no such command');
    return command.run({ admin: world.orders.admin, health: () => world.orders.health() } as never, input, 'sokha');
  };
  expect(await run('treasury advice')).toEqual({
    advice: 'wallet-to-cold',
    amount: { amount: '0.30000000', asset: 'BTC' },
  });
  const { tells } = (await run('treasury sweep')) as { tells: string };
  const transfer = /^Transfer (\d+) waits for signatures: treasury psbt/.exec(tells)?.[1] ?? '';
  expect(await run('treasury waiting')).toEqual([expect.not.objectContaining({ psbt: expect.anything() })]);
  expect(await run('treasury psbt', { reference: transfer })).toMatchObject([
    { reference: transfer, txid: TXID, psbt: 'cHNidP8BAHECAAAAAQ==' },
  ]);
  expect(await run('treasury send', { transfer })).toMatchObject({
    tells: expect.stringContaining(`not known whether transfer ${transfer} was sent (wallet unknown). treasury send`),
  });
  expect(await run('treasury signed', { reference: transfer, psbt: 'cHNi\ndP8=' })).toMatchObject({
    tells: `It is on its way in ${TXID}, for a fee of 0.00000450 BTC.`,
  });
  expect(await run('treasury bump', { transfer })).toMatchObject({
    tells: `Transfer ${transfer} is on its way in ${BUMPED}, for a fee of 0.00001450 BTC.`,
  });
  confirm(transfer as Reference, TXID, FEE, 6);
  expect(await run('treasury send', { transfer })).toMatchObject({
    tells: `Transfer ${transfer} is finished: ${TXID} is 6 blocks deep, for a fee of 0.00000450 BTC.`,
  });
  wallet.answers = ['refused'];
  await expect(run('treasury consolidate')).rejects.toThrow('wallet declined; nothing was moved');
});

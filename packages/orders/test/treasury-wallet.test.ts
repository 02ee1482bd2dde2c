import { BTC, InputError, money, ProviderError } from '@rielrails/core';
import type { Attempt, Fault, Reference, Withdrawal } from '@rielrails/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCommand } from '../src/admin/command-table.ts';
import type { WalletAdvice, WalletDesk } from '../src/index.ts';
import { createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const FEE = money(BTC, 450n);
const AMOUNT = money(BTC, 30_000_000n);
const TXID = 'ab'.repeat(32);

/** A wallet in the test's hand. */
interface FakeWallet extends WalletDesk {
  advises: WalletAdvice;
  /** What the next calls answer; the last one stays. */
  answers: ('sent' | 'waits' | 'lost' | 'refused')[];
  /** What it was asked to move, under which reference. */
  readonly asked: string[];
  /** What really left, under which reference. */
  readonly left: Set<string>;
}

const fault = (kind: 'unknown' | 'declined'): Fault =>
  ({ kind, provider: 'wallet', reason: 'timeout', message: `wallet ${kind}` }) as unknown as Fault;

function createFakeWallet(): FakeWallet {
  const move = (reference: Reference): Promise<Attempt<Withdrawal>> => {
    wallet.asked.push(reference);
    const answer = wallet.answers.length > 1 ? wallet.answers.shift() : wallet.answers[0];
    if (answer === 'refused') return Promise.resolve({ outcome: 'refused', fault: fault('declined') } as never);
    if (answer === 'lost') return Promise.resolve({ outcome: 'unknown', fault: fault('unknown') } as never);
    const common = { reference, amount: AMOUNT };
    if (answer === 'waits') return Promise.resolve({ outcome: 'applied', value: { ...common, status: 'signing' } });
    wallet.left.add(reference);
    return Promise.resolve({
      outcome: 'applied',
      value: { ...common, status: 'broadcast', transactionId: TXID, fee: FEE },
    });
  };
  const wallet: FakeWallet = {
    id: 'coins',
    advises: { type: 'none' },
    answers: ['sent'],
    asked: [],
    left: new Set(),
    advice: async () => wallet.advises,
    sweepToCold: ({ reference }) => move(reference),
    consolidate: ({ reference }) => move(reference),
    depositAddress: async () => 'bcrt1qdeposit00000000000000000000000000',
    waiting: async () => [
      { txid: TXID, address: 'bcrt1qcold', amount: AMOUNT, fee: FEE, psbt: 'cHNidP8BAHECAAAAAQ==' },
    ],
    bringHome: async () => ({ outcome: 'signed', txid: TXID }),
  };
  return wallet;
}

let world: TestWorld;
let wallet: FakeWallet;
beforeEach(async () => {
  world = await createTestWorld({ cash: {} });
  wallet = createFakeWallet();
  await world.restart({ providers: { ...world.providers, wallet } });
});
afterEach(async () => {
  await world.end();
});

const desk = () => world.orders.admin.treasury;
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
    expect(sending).toEqual({ outcome: 'sent', transaction: TXID, fee: FEE });
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
    expect([...wallet.left]).toEqual([transfer]);
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
    expect(await desk().waiting(transfer)).toMatchObject([{ address: 'bcrt1qcold', amount: AMOUNT }]);
    expect(await desk().bringHome(transfer, 'cHNidP8BAHECAAAAAQ==')).toMatchObject({ outcome: 'sent' });
    expect(await balance('costs:miners')).toBe(FEE.minor);
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

test('a consolidation in doubt is gone on with; the next one is another', async () => {
  wallet.answers = ['lost', 'sent'];
  expect(await desk().consolidate('sokha')).toMatchObject({ outcome: 'unknown' });
  expect(await desk().consolidate('sokha')).toMatchObject({ outcome: 'sent' });
  expect(await balance('costs:miners')).toBe(FEE.minor);
  await desk().consolidate('dara');
  const [first, second, third] = wallet.asked;
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(await balance('costs:miners')).toBe(2n * FEE.minor);
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
  expect(await run('treasury psbt', { transfer })).toMatchObject([{ txid: TXID, psbt: 'cHNidP8BAHECAAAAAQ==' }]);
  expect(await run('treasury send', { transfer })).toMatchObject({
    tells: expect.stringContaining(`not known whether transfer ${transfer} was sent (wallet unknown). treasury send`),
  });
  expect(await run('treasury signed', { transfer, psbt: 'cHNi\ndP8=' })).toMatchObject({
    tells: `Transfer ${transfer} is on its way in ${TXID}, for a fee of 0.00000450 BTC. Finish it with that id once it is deep enough.`,
  });
  wallet.answers = ['refused'];
  await expect(run('treasury consolidate')).rejects.toThrow('wallet declined; nothing was moved');
});

import { BTC, checkAddress, money } from '@rielrails/core';
import { expect, test } from 'vitest';
import { answerOf, openWorld, sats } from './world.ts';

test('coins that are still arriving are pending', async () => {
  const { custody, emulator } = await openWorld();
  await emulator.network.fund(sats(7000n));
  expect(await custody.balance(BTC)).toEqual({ available: sats(100_000_000n), pending: sats(7000n) });
  await emulator.network.confirm(1);
  expect(await custody.balance(BTC)).toEqual({ available: sats(100_007_000n), pending: sats(0n) });
});

test.each([
  [{ targetBlocks: 2 }, 8000n],
  [{ targetBlocks: 6 }, 4000n],
  [{ targetBlocks: 100 }, 800n],
  [{ targetBlocks: 2, ceilingSatPerVbyte: 1 }, 400n],
])('an estimate under %o', async (change, fee) => {
  const { custody } = await openWorld({}, change);
  expect(await custody.estimateFee({ amount: sats(100_000n) })).toEqual(sats(fee));
});

test('an estimate is rounded up', async () => {
  const { through } = await openWorld();
  const custody = through(() => answerOf({ feePerKb: 1001 }));
  expect(await custody.estimateFee({ amount: sats(1n) })).toEqual(sats(401n));
});

test('each deposit address is another one of the wallet’s network', async () => {
  const { custody } = await openWorld();
  const [one, two] = [await custody.depositAddress(BTC), await custody.depositAddress(BTC)];
  expect(one.text).not.toBe(two.text);
  expect(one.network).toBe('testnet');
  expect(checkAddress(one.text, custody.manifest.address)).toMatchObject({ outcome: 'valid' });
});

test('an address of another network is none of ours', async () => {
  const { through, run } = await openWorld();
  const custody = through(() => answerOf({ id: 'a', address: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4' }));
  await expect(run(() => custody.depositAddress(BTC))).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('another asset is refused', async () => {
  const { custody, emulator } = await openWorld();
  const foreign = { code: 'BTC', scale: 2 };
  await expect(custody.balance(foreign)).rejects.toMatchObject({ fault: { kind: 'invalid' } });
  await expect(custody.depositAddress({ code: 'ETH', scale: 18 })).rejects.toMatchObject({
    fault: { kind: 'invalid' },
  });
  const amount = money(foreign, 1n);
  await expect(custody.estimateFee({ amount })).rejects.toMatchObject({ fault: { kind: 'invalid' } });
  expect(emulator.exchanges).toEqual([]);
});

test('more than 360 calls a minute are too many', async () => {
  const { custody, run, runtime } = await openWorld();
  await Promise.all(Array.from({ length: 360 }, () => custody.balance(BTC)));
  const failure = await run(() => custody.balance(BTC)).catch((error: unknown) => error);
  expect(failure).toMatchObject({ fault: { kind: 'throttled' } });
  await runtime.clock.advance(60_000);
  expect(await custody.balance(BTC)).toMatchObject({ pending: sats(0n) });
});

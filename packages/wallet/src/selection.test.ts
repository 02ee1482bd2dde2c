import { createSeededRandom } from '@rielrails/kit/virtual';
import { fc, test } from '@fast-check/vitest';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { describe, expect, it } from 'vitest';
import { dustLimitSats } from './dust.ts';
import { selectCoins } from './selection.ts';
import { feeFor, toMilliRate, transactionWeight } from './size.ts';

const changeScript = scriptOfAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 'regtest');

function request(values: readonly bigint[], amountSats: bigint, satPerVbyte: number, seed = 1) {
  return {
    coins: values.map((sats, index) => ({ sats, index })),
    amountSats,
    paymentScriptLength: 22,
    changeScript,
    feeRateMilli: toMilliRate(satPerVbyte),
    longTermFeeRateMilli: 10_000n,
    maximumInputs: 100,
    random: createSeededRandom(seed),
  };
}

describe('selectCoins', () => {
  it('finds the exact set and makes no change', () => {
    const weight = transactionWeight(2, [22]);
    const exact = 70_000n + 30_000n - feeFor(weight, 5000n);
    const selection = selectCoins(request([500_000n, 70_000n, 41_000n, 30_000n], exact, 5));
    expect(selection).toMatchObject({ feeSats: feeFor(weight, 5000n), changeSats: null });
    expect(selection?.coins.map(({ sats }) => sats)).toEqual([70_000n, 30_000n]);
  });

  it('makes change where nothing fits', () => {
    const selection = selectCoins(request([500_000n], 100_000n, 5));
    const feeSats = feeFor(transactionWeight(1, [22, 22]), 5000n);
    expect(selection).toMatchObject({ feeSats, changeSats: 400_000n - feeSats });
  });

  it('says null when the coins do not suffice, fee included', () => {
    expect(selectCoins(request([100_000n], 100_000n, 1))).toBeNull();
    expect(selectCoins(request([], 1000n, 1))).toBeNull();
  });

  it('never takes a coin that costs more than it brings while others pay', () => {
    const selection = selectCoins(request([300n, 300n, 300n, 90_000n], 50_000n, 20));
    expect(selection?.coins.map(({ sats }) => sats)).toEqual([90_000n]);
  });

  it('keeps to the most inputs that are allowed', () => {
    const coins = Array.from({ length: 300 }, () => 10_000n);
    expect(selectCoins(request(coins, 2_000_000n, 1))).toBeNull();
    expect(selectCoins(request(coins, 900_000n, 1))?.coins.length).toBeLessThanOrEqual(100);
  });

  it('answers for ten thousand coins in bounded work', () => {
    const random = createSeededRandom(7);
    const coins = Array.from({ length: 10_000 }, () => {
      const [a = 0, b = 0, c = 0] = random.bytes(3);
      return BigInt(1000 + a * 65_536 + b * 256 + c);
    });
    expect(selectCoins(request(coins, 50_000_000n, 12))).not.toBeNull();
  });

  test.prop([
    fc.array(fc.bigInt({ min: 200n, max: 5_000_000n }), { maxLength: 30 }),
    fc.bigInt({ min: 294n, max: 20_000_000n }),
    fc.integer({ min: 1000, max: 200_000 }),
    fc.integer({ min: 0, max: 1_000_000 }),
  ])('inputs are amount, fee and change; change is no dust; the fee meets the rate', (values, amount, milli, seed) => {
    const asked = request(values, amount, milli / 1000, seed);
    const selection = selectCoins(asked);
    const again = selectCoins(request(values, amount, milli / 1000, seed));
    expect(again).toEqual(selection);
    if (!selection) return;
    const total = selection.coins.reduce((sum, { sats }) => sum + sats, 0n);
    expect(total).toBe(amount + selection.feeSats + (selection.changeSats ?? 0n));
    expect(new Set(selection.coins.map(({ index }) => index)).size).toBe(selection.coins.length);
    if (selection.changeSats !== null) expect(selection.changeSats).toBeGreaterThanOrEqual(dustLimitSats(changeScript));
    const scripts = selection.changeSats === null ? [22] : [22, 22];
    const least = feeFor(transactionWeight(selection.coins.length, scripts), asked.feeRateMilli);
    expect(selection.feeSats).toBeGreaterThanOrEqual(least);
    if (selection.changeSats !== null) expect(selection.feeSats).toBe(least);
  });

  test.prop([fc.array(fc.bigInt({ min: 1000n, max: 100_000n }), { minLength: 1, maxLength: 8 }), fc.nat()])(
    'finds a payment whenever all coins together make one',
    (values, share) => {
      const total = values.reduce((sum, value) => sum + value, 0n);
      const most = total - feeFor(transactionWeight(values.length, [22]), 1000n);
      const amount = (most * BigInt((share % 100) + 1)) / 100n;
      expect(selectCoins(request(values, amount, 1))).not.toBeNull();
    },
  );
});

describe('dustLimitSats', () => {
  it.each([
    ['bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 294n],
    ['bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry', 330n],
    ['mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', 546n],
    ['2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc', 540n],
  ])('%s: %s', (address, limit) => {
    expect(dustLimitSats(scriptOfAddress(address, 'regtest'))).toBe(limit);
  });
});

import { createSeededRandom } from '@rielrails/kit/virtual';
import { fc, test } from '@fast-check/vitest';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { describe, expect, it } from 'vitest';
import { dustLimitSats } from './dust.ts';
import { searchChangeless } from './branch-and-bound.ts';
import { selectCoins } from './selection.ts';
import { settle, wasteOf } from './selection-cost.ts';
import type { Coin, SelectionRequest } from './selection-cost.ts';
import { feeFor, toMilliRate, transactionWeight } from './size.ts';
import type { AccountScript } from './account-script.ts';

const changeScript = scriptOfAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 'regtest');

function request(values: readonly bigint[], amountSats: bigint, satPerVbyte: number, seed = 1) {
  return {
    coins: values.map((sats, index) => ({ sats, index })),
    amountSats,
    script: { type: 'p2wpkh' } as const,
    paymentScriptLengths: [22],
    changeScript,
    feeRateMilli: toMilliRate(satPerVbyte),
    longTermFeeRateMilli: 10_000n,
    keepFree: null,
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

  describe.each<AccountScript>([{ type: 'p2wpkh' }, { type: 'p2tr' }, { type: 'p2wsh', threshold: 2, keyCount: 3 }])(
    'of $type coins',
    (script) => {
      test.prop(
        [
          fc.array(fc.bigInt({ min: 200n, max: 5_000_000n }), { maxLength: 30 }),
          fc.bigInt({ min: 294n, max: 20_000_000n }),
          fc.integer({ min: 1000, max: 200_000 }),
          fc.integer({ min: 0, max: 1_000_000 }),
          fc.option(fc.integer({ min: 0, max: 20 })),
        ],
        { seed: 4 },
      )('inputs are amount, fee and change; change is no dust; the fee meets the rate', (...given) => {
        const [values, amount, milli, seed, keepFree] = given;
        const ask = () => ({ ...request(values, amount, milli / 1000, seed), script, keepFree });
        const selection = selectCoins(ask());
        expect(selectCoins(ask())).toEqual(selection);
        if (!selection) return;
        const total = selection.coins.reduce((sum, { sats }) => sum + sats, 0n);
        expect(total).toBe(amount + selection.feeSats + (selection.changeSats ?? 0n));
        expect(new Set(selection.coins.map(({ index }) => index)).size).toBe(selection.coins.length);
        if (selection.changeSats !== null)
          expect(selection.changeSats).toBeGreaterThanOrEqual(dustLimitSats(changeScript));
        const scripts = selection.changeSats === null ? [22] : [22, 22];
        const least = feeFor(transactionWeight(selection.coins.length, scripts, script), ask().feeRateMilli);
        expect(selection.feeSats).toBeGreaterThanOrEqual(least);
        if (selection.changeSats !== null) expect(selection.feeSats).toBe(least);
      });
    },
  );

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

describe('gathering', () => {
  const quiet = (values: readonly bigint[], keepFree: number | null, satPerVbyte = 1) =>
    selectCoins({ ...request(values, 50_000n, satPerVbyte), keepFree, longTermFeeRateMilli: 5000n });

  it('takes small coins along in a quiet hour, and leaves as many free as are wanted', () => {
    const values = [4000n, 1000n, 90_000n, 2000n, 3000n];
    expect(quiet(values, 0)?.coins).toHaveLength(5);
    expect(
      quiet(values, 2)
        ?.coins.map(({ sats }) => sats)
        .sort((a, b) => Number(a - b)),
    ).toEqual([1000n, 2000n, 90_000n]);
    expect(quiet(values, 4)?.coins).toHaveLength(1);
    expect(quiet(values, 50)?.coins).toHaveLength(1);
    expect(quiet(values, null)?.coins).toHaveLength(1);
  });

  it('leaves them when fees are high, and those that cost more than they bring always', () => {
    const values = [4000n, 60n, 90_000n];
    expect(quiet(values, 0, 5)?.coins).toHaveLength(1);
    expect(quiet(values, 0)?.coins.map(({ sats }) => sats)).not.toContain(60n);
  });

  it('keeps to the most inputs that are allowed', () => {
    const values = Array.from({ length: 300 }, () => 10_000n);
    expect(quiet(values, 0)?.coins).toHaveLength(100);
  });
});

/** Every set of coins, the empty one too. */
function subsets<C>(coins: readonly C[]): readonly (readonly C[])[] {
  return coins.reduce<readonly (readonly C[])[]>((sets, coin) => [...sets, ...sets.map((set) => [...set, coin])], [[]]);
}

/** The least waste of all sets that pay without change, by trying every one. */
function leastChangelessWaste<C extends Coin>(asked: SelectionRequest<C>): bigint | null {
  const wastes = subsets(asked.coins)
    .map((set) => settle(asked, set))
    .filter((selection) => selection?.changeSats === null)
    .map((selection) => (selection ? wasteOf(asked, selection) : 0n));
  return wastes.reduce<bigint | null>((least, waste) => (least === null || waste < least ? waste : least), null);
}

describe('branch and bound', () => {
  test.prop(
    [
      fc.array(fc.bigInt({ min: 1000n, max: 60_000n }), { minLength: 1, maxLength: 9 }),
      fc.bigInt({ min: 1000n, max: 200_000n }),
      fc.integer({ min: 1000, max: 60_000 }),
      fc.integer({ min: 0, max: 100 }),
    ],
    { seed: 5, numRuns: 400 },
  )('finds the best changeless set there is, as trying every set does', (values, amount, milli, share) => {
    // Coins that cost more than they bring are left to nobody's choice.
    const asked = {
      ...request(values, amount, milli / 1000),
      longTermFeeRateMilli: BigInt(Math.floor((milli * share) / 100)),
    };
    const coins = asked.coins.filter(({ sats }) => sats > feeFor(68 * 4 + 4, asked.feeRateMilli));
    const tried = leastChangelessWaste({ ...asked, coins });
    const found = searchChangeless({ ...asked, coins }, null);
    expect(found && wasteOf(asked, found)).toBe(tried);
    // What wastes less is known already: then only a better one counts.
    if (tried !== null) {
      expect(searchChangeless({ ...asked, coins }, tried)).toBeNull();
      expect(searchChangeless({ ...asked, coins }, tried + 1n)).toEqual(found);
    }
  });

  it('is what a selection rests on: nothing changeless wastes less than what was selected', () => {
    const random = createSeededRandom(11);
    for (let round = 0; round < 60; round += 1) {
      const values = Array.from(random.bytes(9), (byte) => BigInt(2000 + byte * 200));
      const asked = { ...request(values, BigInt(20_000 + round * 900), 12, round), longTermFeeRateMilli: 3000n };
      const selection = selectCoins(asked);
      const least = leastChangelessWaste(asked);
      const waste = selection ? wasteOf(asked, selection) : null;
      expect({ round, holds: least === null || (waste !== null && waste <= least) }).toEqual({ round, holds: true });
    }
  });
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

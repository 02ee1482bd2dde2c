import { describe, expect, it } from 'vitest';
import type { Form, OwnedCoin } from '../test/spending.ts';
import { lockOf, spend } from '../test/spending.ts';
import type { AccountScript } from './account-script.ts';
import { outputScriptLength } from './account-script.ts';
import { inputWeightOf, transactionWeight } from './size.ts';

const scripts: readonly (readonly [Form, AccountScript, number])[] = [
  ['p2wpkh', { type: 'p2wpkh' }, 272],
  ['p2tr', { type: 'p2tr' }, 230],
  ['p2wsh', { type: 'p2wsh', threshold: 2, keyCount: 3 }, 418],
];

describe.each(scripts)('the size of a spend of %s', (form, script, weight) => {
  it.each([1, 2, 10, 300])(
    'of %s inputs is never above its estimate, and hardly more than one byte a signature above',
    (count) => {
      const coins = Array.from({ length: count }, (_, index): OwnedCoin => {
        return { txid: index.toString(16).padStart(64, '1'), index, sats: 1000n, form, name: 'size' };
      });
      const { output } = lockOf(form, 'size');
      const transaction = spend({ coins, outputs: [{ script: output, sats: 900n }] });
      const estimate = transactionWeight(count, [output.length], script);
      const signatures = count * (script.type === 'p2wsh' ? script.threshold : 1);
      expect(estimate).toBeGreaterThanOrEqual(transaction.weight());
      // One signature in 128 happens to be a byte shorter still.
      expect(estimate).toBeLessThanOrEqual(transaction.weight() + signatures + Math.ceil(signatures / 20));
    },
  );

  it('is what the parts of its input weigh', () => {
    expect(inputWeightOf(script)).toBe(weight);
    expect(outputScriptLength(script)).toBe(lockOf(form, 'size').output.length);
  });
});

it('counts the length of a long multisignature script in three bytes', () => {
  const of = (keyCount: number) => inputWeightOf({ type: 'p2wsh', threshold: 1, keyCount });
  expect(of(7) - of(6)).toBe(34);
  expect(of(8) - of(7)).toBe(34 + 2);
});

import { readFileSync } from 'node:fs';
import { isInputError, KHR, USD, USDT } from '@rielrails/core';
import { expect, test } from 'vitest';
import { readBotConfig } from './config.ts';
import { policyOf } from './policy.ts';

const config = readBotConfig(readFileSync(new URL('../config.example.json', import.meta.url), 'utf8'));

test('a currency without a limit is not taken at all', () => {
  expect(policyOf(config, [KHR, USD]).payAssets).toEqual([KHR, USD]);
  for (const field of ['perOrder', 'perDay', 'twoPeopleFrom'] as const) {
    const policy = { ...config.policy, [field]: config.policy[field].filter(({ asset }) => asset.code === 'KHR') };
    expect(() => policyOf({ policy }, [KHR, USD])).toThrow(`config.policy.${field}`);
  }
  expect(() => policyOf(config, [USDT])).toThrow(expect.toSatisfy(isInputError));
});

test('times that nobody named are the default ones', () => {
  expect(policyOf({ policy: { ...config.policy, payWithinMs: undefined } }, [KHR]).payWithinMs).toBeGreaterThan(0);
  expect(policyOf({ policy: { ...config.policy, payWithinMs: 5000 } }, [KHR]).payWithinMs).toBe(5000);
});

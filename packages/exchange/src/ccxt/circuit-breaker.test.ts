import { isProviderError } from '@rielrails/core';
import type { Fault } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.ts';

const common = { provider: 'acme', message: 'acme: no' } as const;
const throttled: Fault = { ...common, kind: 'throttled', providerCode: '429', retryAfterMs: 7000 };
const closed: Fault = { ...common, kind: 'declined', reason: 'market-closed' };
const revoked: Fault = { ...common, kind: 'config', providerCode: 'key' };
const down: Fault = { ...common, kind: 'unavailable', providerCode: 'down' };

function open() {
  const runtime = createVirtualRuntime();
  const breaker = createCircuitBreaker({ id: 'acme', maintenanceCodes: ['down'] }, runtime);
  const passes = (purpose: 'business' | 'lookup') => {
    try {
      breaker.pass(purpose);
      return true;
    } catch (error) {
      if (isProviderError(error) && error.fault.kind === 'unavailable') return false;
      throw error;
    }
  };
  return { runtime, breaker, passes };
}

test.each([
  ['a closed market', closed, 30_000, true],
  ['maintenance', down, 60_000, true],
  ['a refused key', revoked, 300_000, true],
  ['a ban of seven seconds', throttled, 7000, false],
] as const)('after %s nothing new is begun for as long as it takes', async (_what, fault, ms, lookups) => {
  const { runtime, breaker, passes } = open();
  breaker.learn(fault);
  expect([passes('business'), passes('lookup')]).toEqual([false, lookups]);
  await runtime.clock.advance(ms - 1);
  expect(passes('business')).toBe(false);
  await runtime.clock.advance(1);
  expect([passes('business'), passes('lookup')]).toEqual([true, true]);
});

test.each<Fault>([
  { ...common, kind: 'declined', reason: 'insufficient-balance' },
  { ...common, kind: 'invalid', providerCode: 'bad' },
  { ...common, kind: 'unavailable' },
  { ...common, kind: 'unavailable', providerCode: 'other' },
  // Of our own making: the package ccxt is not there.
  { ...common, kind: 'config' },
  { ...common, kind: 'unknown', reason: 'timeout' },
])('$kind is no reason to stay away', (fault) => {
  const { breaker, passes } = open();
  breaker.learn(fault);
  expect(passes('business')).toBe(true);
});

test('the longest pause counts, and a shorter one does not end it', async () => {
  const { runtime, breaker, passes } = open();
  breaker.learn(throttled);
  breaker.learn({ ...throttled, retryAfterMs: 1000 });
  await runtime.clock.advance(6999);
  expect(passes('lookup')).toBe(false);
});

test('why a call did not pass, and for how long, is told and logged', () => {
  const { runtime, breaker } = open();
  breaker.learn(throttled);
  expect(() => breaker.pass('business')).toThrow('acme: left alone for 7 s more, because it was called too often');
  expect(runtime.entries).toEqual([
    { level: 'warn', event: 'venue-paused', fields: { provider: 'acme', reason: 'too-many-calls', delayMs: 7000 } },
  ]);
});

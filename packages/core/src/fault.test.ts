import { expect, test } from 'vitest';
import { faults, isProviderError, ProviderError } from './fault.ts';

test('one fault only may have been applied, and it alone waits for a lookup', () => {
  const rows = Object.entries(faults);
  expect(rows.map(([kind]) => kind)).toEqual([
    'config',
    'invalid',
    'declined',
    'not-found',
    'conflict',
    'throttled',
    'unavailable',
    'unknown',
  ]);
  expect(rows.filter(([, row]) => row.applied === 'maybe').map(([kind]) => kind)).toEqual(['unknown']);
  expect(rows.filter(([, row]) => row.retry === 'after-lookup').map(([kind]) => kind)).toEqual(['unknown']);
  expect(rows.filter(([, row]) => row.retry === 'same-reference').map(([kind]) => kind)).toEqual([
    'throttled',
    'unavailable',
  ]);
});

test('an error is its fault, with a cause that stays behind it', () => {
  const cause = new Error('socket');
  const fault = { kind: 'unavailable', provider: 'acme', message: 'acme get: did not answer' } as const;
  const error = new ProviderError(fault, { cause });
  expect(error).toMatchObject({ name: 'ProviderError', message: fault.message, fault, cause });
  expect(JSON.parse(JSON.stringify(error.fault))).toEqual(fault);
});

test('an error of another copy of this package is recognised', () => {
  const foreign = Object.defineProperty(new Error('x'), Symbol.for('@rielrails/core/ProviderError'), { value: true });
  expect(isProviderError(foreign)).toBe(true);
  expect(isProviderError(new ProviderError({ kind: 'conflict', provider: 'acme', message: 'x' }))).toBe(true);
});

test.each([new Error('x'), { fault: { kind: 'unknown' } }, null, undefined, 'ProviderError', 42])(
  '%o is no provider error',
  (thrown) => {
    expect(isProviderError(thrown)).toBe(false);
  },
);

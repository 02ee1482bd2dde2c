import { expect, test } from 'vitest';
import { faultOfCode } from './fault-table.ts';
import type { CodeTable } from './fault-table.ts';

const table: CodeTable = {
  '1': ['config', 'wrong key'],
  '2': ['vague', 'something went wrong'],
  '3': ['duplicate', 'this order was seen before'],
  '4': ['declined', 'above the limit'],
};
const fault = (code: string, detail?: string) => faultOfCode('acme', 'create', code, table, detail)?.fault;

test('a code becomes the fault that the table names', () => {
  expect(fault('1')).toEqual({
    kind: 'config',
    provider: 'acme',
    message: 'acme create: wrong key',
    providerCode: '1',
  });
  expect(fault('1', ' (apiKey)')).toMatchObject({ message: 'acme create: wrong key (apiKey)' });
  expect(fault('4')).toMatchObject({ kind: 'declined', reason: 'above the limit' });
});

test('a vague code proves nothing, and a used reference is never a refusal', () => {
  expect(fault('2')).toMatchObject({ kind: 'unavailable' });
  expect(fault('3')).toMatchObject({ kind: 'unknown', reason: 'duplicate' });
});

test.each(['5', '', 'toString', '__proto__'])('%j is in no table', (code) => {
  expect(fault(code)).toBeUndefined();
});

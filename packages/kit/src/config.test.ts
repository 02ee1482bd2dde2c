import { isProviderError } from '@rielrails/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { formedSecretSchema, readConfig, secretSchema } from './config.ts';
import { Secret } from './secret.ts';

const schema = z.strictObject({
  merchant: z.string().regex(/^[a-z]{4}$/, 'expected four letters'),
  key: secretSchema(8),
  nested: z.strictObject({ mode: z.enum(['sandbox', 'live']) }).optional(),
});

function messageOf(input: unknown): string {
  try {
    readConfig('acme', schema, input);
  } catch (error) {
    if (isProviderError(error) && error.fault.kind === 'config') return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

test('a text becomes a secret, and a secret stays one', () => {
  const key = new Secret('12345678');
  expect(readConfig('acme', schema, { merchant: 'abcd', key: '12345678' }).key.reveal()).toBe('12345678');
  expect(readConfig('acme', schema, { merchant: 'abcd', key }).key).toBe(key);
});

test.each([
  ['a missing field', { key: '12345678' }, 'merchant: expected string'],
  ['an unknown field', { merchant: 'abcd', key: '12345678', kee: 'VALUE' }, 'unknown field "kee"'],
  ['a malformed field', { merchant: 'VALUE', key: '12345678' }, 'merchant: expected four letters'],
  ['a nested field', { merchant: 'abcd', key: '12345678', nested: { mode: 'VALUE' } }, 'nested.mode'],
  ['nothing', undefined, 'config: expected object'],
])('%s is named', (_what, input, rule) => {
  const message = messageOf(input);
  expect(message).toContain('acme configuration');
  expect(message).toContain(rule);
  expect(message).not.toContain('VALUE');
});

test.each(['short', '', 12345678, ['12345678'], { reveal: 'VALUE' }, null])(
  'a bad secret (%o) is named and not told',
  (key) => {
    const message = messageOf({ merchant: 'abcd', key });
    expect(message).toContain('key');
    expect(message).not.toMatch(/short|1234|VALUE/);
  },
);

test.each([
  ['another form', 'VALUE'],
  ['nothing', ''],
  ['none', undefined],
  ['a secret of another form', new Secret('VALUE')],
])('a secret with %s is named and not told', (_what, key) => {
  const schemaOfForm = z.strictObject({ key: formedSecretSchema(/^[a-z]{4}$/, 'expected four letters') });
  expect(() => readConfig('acme', schemaOfForm, { key })).toThrow(/^acme configuration: key: (?:(?!VALUE).)+$/);
  expect(readConfig('acme', schemaOfForm, { key: new Secret('abcd') }).key.reveal()).toBe('abcd');
});

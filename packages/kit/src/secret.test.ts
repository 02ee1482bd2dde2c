import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

const text = 'hunter2-hunter2';
const secret = new Secret(text);

test('gives itself out only when asked', () => {
  expect(secret.reveal()).toBe(text);
});

test.each<[string, () => string]>([
  ['as a text', () => String(secret)],
  ['in a template', () => `key: ${secret as unknown as string}`],
  ['joined to a text', () => 'key: ' + (secret as unknown as string)],
  ['as JSON', () => JSON.stringify({ nested: [secret] })],
  ['inspected', () => inspect(secret)],
  [
    'inspected with everything',
    () => inspect({ nested: secret }, { showHidden: true, depth: null, customInspect: true }),
  ],
  ['inspected without its own word', () => inspect(secret, { showHidden: true, customInspect: false })],
  ['by its keys', () => JSON.stringify([Reflect.ownKeys(secret), Object.values(secret)])],
  ['cloned', () => inspect(structuredClone(Object.assign({}, secret)))],
  ['in an error', () => inspect(new Error('failed', { cause: { secret } }))],
])('is not to be seen %s', (_where, print) => {
  expect(print()).not.toContain('hunter2');
});

test('a fingerprint tells equality and nothing else', () => {
  expect(secret.fingerprint()).toMatch(/^[0-9a-f]{8}$/);
  expect(secret.fingerprint()).toBe(new Secret(text).fingerprint());
  expect(secret.fingerprint()).not.toBe(new Secret(`${text}.`).fingerprint());
});

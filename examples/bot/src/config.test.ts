import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInputError, isProviderError, KHR, money } from '@rielrails/core';
import { expect, onTestFinished, test } from 'vitest';
import { readBotConfig, secretReader } from './config.ts';

const example = (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL('../config.example.json', import.meta.url), 'utf8')) as Record<string, unknown>;
const read = (changes: Record<string, unknown>) => readBotConfig(JSON.stringify({ ...example(), ...changes }));
const told = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (!isInputError(error) && !isProviderError(error)) throw error;
    return error.message;
  }
};

test('the example is a configuration', () => {
  const { policy, mode } = read({});
  expect(mode).toBe('live');
  expect(policy.perOrder).toEqual([money(KHR, 2_000_000n)]);
  expect(policy.feeBasisPoints).toBe(150n);
});

test.each([
  ['a field that nobody knows', { tokne: 1 }, 'unknown field "tokne"'],
  ['a secret written out', { dataKey: 'hush-hush' }, 'dataKey'],
  ['an amount that cannot be read', { policy: { perOrder: ['1e9'] } }, 'policy.perOrder.0'],
  ['a world in live mode', { sandbox: { world: 'http://127.0.0.1:1', hosts: ['x'] } }, 'live mode has no sandbox'],
  ['a live key in the sandbox', { mode: 'sandbox' }, 'never holds a live key'],
  [
    'an operator’s token written out',
    { admin: { port: 1, people: [{ name: 'sokha', token: 'hush-hush' }] } },
    'admin.people.0.token',
  ],
  ['a door that nobody may use', { admin: { port: 1, people: [] } }, 'admin.people'],
  ['a node elsewhere', { wallet: { node: { url: 'http://10.0.0.1:8332' } } }, 'wallet.node.url'],
  ['terms that do not fit into a message', { terms: { en: 'x'.repeat(2501), km: 'x' } }, 'terms.en'],
])('%s is refused by name', (_what, changes, message) => {
  const text = told(() => read(changes));
  expect(text).toContain(message);
  expect(text).not.toContain('hush-hush');
});

test('what is not JSON is refused', () => {
  expect(told(() => readBotConfig('{'))).toContain('is not JSON');
});

test('secrets come from private files and credentials; from the environment in the sandbox only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rielrails-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, 'hush-hush\n');
  const live = secretReader('live', { CREDENTIALS_DIRECTORY: folder, TOKEN: 'hush-hush' });
  chmodSync(file, 0o600);
  expect(live({ file }).reveal()).toBe('hush-hush');
  expect(live({ credential: 'token' }).reveal()).toBe('hush-hush');
  expect(secretReader('sandbox', { TOKEN: 'hush-hush' })({ env: 'TOKEN' }).reveal()).toBe('hush-hush');
  expect(told(() => live({ env: 'TOKEN' }))).toContain('files or credentials only');
  expect(told(() => live({ credential: 'none' }))).toContain('cannot be read');
  expect(told(() => secretReader('live', {})({ credential: 'token' }))).toContain('no credentials');
  chmodSync(file, 0o644);
  expect(told(() => live({ file }))).toContain('chmod 600');
  writeFileSync(file, ' \n');
  chmodSync(file, 0o600);
  expect(told(() => live({ file }))).toContain('is empty');
});

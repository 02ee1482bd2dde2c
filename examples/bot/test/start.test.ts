/** What the bot's process says when it cannot start. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function start(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program('../src/main.ts'), ...words], {
    encoding: 'utf8',
    env: {},
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

test('without a configuration, or asked for help, it says what it wants', () => {
  expect(start()).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('CONFIG.json') });
  expect(start('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('CONFIG.json'), stderr: '' });
});

test('a configuration that is not there is named as what is wrong', () => {
  expect(start('/nowhere/config.json')).toMatchObject({
    status: 1,
    stderr: 'bot: CONFIG.json: the file that was named cannot be read (ENOENT)\n',
  });
});

test('the example is complete: what it lacks are the secrets', () => {
  expect(start(program('../config.example.json'))).toMatchObject({
    status: 1,
    stderr: 'bot: secret: database-url: systemd gave no credentials\n',
  });
});

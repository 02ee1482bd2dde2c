import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertNothingLive, demoDirectory, takeDemoHome, takeScriptHome } from './home.ts';

let RIELRAILS_HOME: string;
beforeEach(async () => {
  RIELRAILS_HOME = await mkdtemp(join(tmpdir(), 'rielrails-home-'));
});
afterEach(() => rm(RIELRAILS_HOME, { recursive: true, force: true }));

test('the demo lives in RIELRAILS_HOME, else in the XDG state folder', () => {
  expect(demoDirectory({ RIELRAILS_HOME: '/a', XDG_STATE_HOME: '/b', HOME: '/c' }, false)).toBe('/a/demo');
  expect(demoDirectory({ XDG_STATE_HOME: '/b', HOME: '/c' }, false)).toBe('/b/rielrails/demo');
  expect(demoDirectory({ HOME: '/c' }, false)).toBe('/c/.local/state/rielrails/demo');
});

test('root’s demo lives where PostgreSQL’s user can enter, unless another place is named', () => {
  expect(demoDirectory({ HOME: '/root' }, true)).toBe('/var/lib/rielrails/demo');
  expect(demoDirectory({ XDG_STATE_HOME: '/b', HOME: '/root' }, true)).toBe('/b/rielrails/demo');
  expect(demoDirectory({ RIELRAILS_HOME: '/a', HOME: '/root' }, true)).toBe('/a/demo');
});

test('a second launcher on one folder is refused, naming the first', async () => {
  const home = await takeDemoHome({ RIELRAILS_HOME });
  await expect(takeDemoHome({ RIELRAILS_HOME })).rejects.toMatchObject({
    rule: 'in-use',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await home.release(false);
  await (await takeDemoHome({ RIELRAILS_HOME })).release(false);
});

test('of many launchers at once, one gets the folder', async () => {
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeDemoHome({ RIELRAILS_HOME })));
  expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('the lock of a process that is gone is taken over', async () => {
  const home = await takeDemoHome({ RIELRAILS_HOME });
  await home.release(false);
  await writeFile(join(home.directory, 'launcher.pid'), '4194304 1\n');
  await (await takeDemoHome({ RIELRAILS_HOME })).release(false);
  // The number lives again, but as another process.
  await writeFile(join(home.directory, 'launcher.pid'), `${process.pid} 1\n`);
  await (await takeDemoHome({ RIELRAILS_HOME })).release(false);
});

test('a script has a folder of its own, which it takes with it', async () => {
  const home = await takeScriptHome();
  await home.release(true);
  await expect(stat(home.directory)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  { RIELRAILS_MODE: 'live' },
  { BINANCE_API_KEY: 'planted-value' },
  { RIELRAILS_PAYWAY_API_KEY_FILE: '/run/planted-value' },
  { TELEGRAM_BOT_TOKEN: 'planted-value' },
  { SUMSUB_SECRET_KEY: 'planted-value' },
  { DATABASE_URL: 'postgres://planted-value' },
])('%j keeps the sandbox from starting, and its value is not told', (environment) => {
  expect(() => assertNothingLive(environment)).toThrowError(
    expect.objectContaining({ field: Object.keys(environment)[0], message: expect.not.stringContaining('planted') }),
  );
});

test('an ordinary environment is no reason to refuse', () => {
  assertNothingLive({ PATH: '/bin', RIELRAILS_MODE: 'sandbox', BINANCE_API_KEY: '', TOKEN: 'x', npm_config_key: 'y' });
});

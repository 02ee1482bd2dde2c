/** The operators' shell as a process, against a real door on a real engine and a real PostgreSQL. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Secret } from '@rielrails/kit';
import { adminCommands, createAdminDoor } from '@rielrails/orders/admin';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createTestWorld } from '../../../packages/orders/test/world/world.ts';
import type { TestWorld } from '../../../packages/orders/test/world/world.ts';
import { runAdmin } from '../src/admin-shell.ts';
import { openDoor } from '../src/door.ts';
import type { Door } from '../src/door.ts';

const program = fileURLToPath(new URL('../src/admin.ts', import.meta.url));
const tokens = { sokha: 'play-money-token-of-sokha', dara: 'play-money-token-of-dara' } as const;

let world: TestWorld;
let door: Door;
let folder: string;
beforeAll(async () => {
  world = await createTestWorld({ cash: {} });
  const people = Object.entries(tokens).map(([name, token]) => ({ name, token: new Secret(token) }));
  door = await openDoor(0, createAdminDoor({ orders: world.orders, people, sandbox: true }, world.runtime));
  folder = await mkdtemp(join(tmpdir(), 'rielrails-admin-'));
  for (const [name, token] of Object.entries(tokens))
    await writeFile(join(folder, name), `${token}\n`, { mode: 0o600 });
}, 60_000);
afterAll(async () => {
  await door.close();
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** The shell as a process of its own. */
async function runProcess(args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, error };
}

/** The same in this process: quicker. */
async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const said = { out: '', error: '' };
  const code = await runAdmin(args, {
    environment,
    out: (text) => void (said.out += text),
    error: (text) => void (said.error += text),
  });
  return { code, ...said };
}

const identified = (person: keyof typeof tokens) => [
  '--as',
  join(folder, person),
  '--door',
  `http://127.0.0.1:${door.port}`,
];
const as = (person: keyof typeof tokens, ...args: readonly string[]) => run([...args, ...identified(person)]);

/** An order that waits for a person, because a stranger paid it. */
async function stopped(chat: string, riel: bigint): Promise<string> {
  const { id } = await world.confirmed(chat, { riel });
  world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'CHAN VANNA' });
  await world.orders.wake(id);
  return (await world.orders.admin.order(id)).order.number;
}
const holdOf = async (number: string) => (await world.orders.admin.order(number)).order.hold;

test('a large release from list to approval, by two shells', async () => {
  const as = (person: keyof typeof tokens, ...args: readonly string[]) => runProcess([...args, ...identified(person)]);
  const number = await stopped('shell-large', 1_000_000n);
  const list = await as('sokha', 'orders', 'held');
  expect(list).toMatchObject({ code: 0, error: '' });
  expect(list.out).toMatch(new RegExp(`${number}\\s+paid\\s+review\\s+payer-mismatch\\s+0\\s+1,000,000 KHR`));

  const { code, out } = await as('sokha', 'release', number, '--json');
  const proposed = JSON.parse(out) as { readonly proposal: string; readonly hash: string };
  expect(code).toBe(0);
  expect(proposed).toMatchObject({ outcome: 'proposed' });
  expect((await as('dara', 'proposals')).out).toContain(`let order ${number} (1,000,000 KHR, hold: review) go on`);

  const own = await as('sokha', 'approve', proposed.proposal, proposed.hash);
  expect(own).toEqual({ code: 1, out: '', error: 'by: a proposal needs a second person\n' });
  const other = await as('dara', 'approve', proposed.proposal, '0'.repeat(16));
  expect(other).toMatchObject({ code: 1, error: expect.stringContaining('not what was proposed') as string });
  expect(await holdOf(number)).toBe('review');
  expect(await as('dara', 'approve', proposed.proposal, proposed.hash)).toMatchObject({
    code: 0,
    out: 'Approved and carried out.\n',
  });
  expect(await holdOf(number)).toBe('none');
  expect((await as('dara', 'order', number)).out).toContain('release by sokha and dara');
}, 60_000);

test('a proposal tells the next step; machines get the refusal as JSON', async () => {
  const number = await stopped('shell-frozen', 41_000n);
  expect((await as('sokha', 'freeze', number)).out).toBe(`Order ${number} is frozen.\n`);
  const { out } = await as('sokha', 'release', number);
  expect(out).toMatch(/^Proposed\. .*\nThe other person: pnpm admin approve \d+ [0-9a-f]{16}\n$/);
  const refused = await as('sokha', 'release', 'NOSUCH', '--json');
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.error)).toMatchObject({ error: { field: 'order', rule: 'unknown' } });
});

test('money, transfers of two words, the queue and the pause', async () => {
  expect(await as('sokha', 'bring-in', 'exchange:binance', '12.5', 'USDT', 'slip 9')).toMatchObject({
    code: 0,
    out: 'Booked.\n',
  });
  expect(await as('dara', 'bring-in', 'exchange:binance', '12.5', 'USDT', 'slip 9')).toMatchObject({ code: 1 });
  expect(await as('sokha', 'transfer', 'plan', 'wallet-to-cold', '0.01', 'BTC')).toMatchObject({ code: 0 });
  const { out } = await as('sokha', 'transfers', '--json');
  const [{ transfer }] = JSON.parse(out) as [{ readonly transfer: string }];
  expect(await as('dara', 'transfer', 'finish', transfer, 'tx 9', '0.00002')).toMatchObject({ code: 0 });
  const { out: balances } = await as('sokha', 'balances');
  expect(balances).toContain('trial balance  even');
  expect(balances).toMatch(/wallet:coins:free\s+0\.9\d+ BTC/);
  expect((await as('sokha', 'pause')).out).toBe('No new orders are taken.\n');
  expect((await as('sokha', 'queue')).out).toMatch(/pause\.paused\s+yes\npause\.by\s+sokha/);
  expect((await as('dara', 'resume')).code).toBe(0);
});

describe('the command line', () => {
  test('help lists every command with its arguments, and needs no door', async () => {
    const { code, out } = await runProcess(['--help']);
    expect(code).toBe(0);
    for (const { name, tells } of adminCommands) {
      expect(out).toContain(`\n  ${name}`);
      expect(out).toContain(tells);
    }
    expect(out).toContain('refund-task-done ORDER TASK BANK-REFERENCE');
    expect(out).toContain('transfer finish TRANSFER EVIDENCE [FEE]');
    expect((await run([])).code).toBe(2);
  });

  test.each([
    [['nothing']],
    [['orders', 'sideways']],
    [['order']],
    [['order', 'A1', 'B2']],
    [['order', 'x'.repeat(10_000)]],
    [['orders', '--loud']],
    [['bring-in', 'capital', '1', 'BTC', 'slip 1']],
    [['orders', '--door', 'http://10.0.0.1:8081']],
    [['orders', '--door', 'http://127.0.0.1.evil.example:80']],
  ])('wrong usage ends with 2: %j', async (args) => {
    const { code, out, error } = await run(['--as', join(folder, 'sokha'), ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(/^admin: /);
    expect(error.length).toBeLessThan(400);
  });

  test('nobody answers: 3, and nothing was done; an answer that breaks off: 3, and nobody knows', async () => {
    const silent = createServer((socket) => socket.once('data', () => socket.destroy()));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const ask = (...args: readonly string[]) =>
      run([...args, '--as', join(folder, 'sokha'), '--door', `http://127.0.0.1:${port}`]);
    const broken = await ask('pause');
    expect(broken.code).toBe(3);
    expect(broken.error).toContain('not known whether this happened');
    silent.close();
    await once(silent, 'close');
    const refused = await ask('pause');
    expect(refused.code).toBe(3);
    expect(refused.error).toContain('nobody answers');
  });
});

describe('who asks', () => {
  test('is told by a private file', async () => {
    const open = join(folder, 'open');
    await writeFile(open, tokens.sokha);
    await chmod(open, 0o644);
    onTestFinished(() => rm(open));
    const door = ['--door', 'http://127.0.0.1:1'];
    expect(await run(['orders', '--as', open, ...door])).toMatchObject({
      code: 2,
      error: expect.stringContaining('chmod 600') as string,
    });
    expect(await run(['orders', '--as', join(folder, 'nobody'), ...door])).toMatchObject({ code: 2 });
    expect(await run(['orders', ...door])).toMatchObject({
      code: 2,
      error: 'admin: say who you are: --as TOKEN_FILE\n',
    });
  });

  test('may be told by the environment for play money only', async () => {
    const environment = { RIELRAILS_ADMIN_DOOR: `http://127.0.0.1:${door.port}` };
    expect(await run(['orders'], { ...environment, RIELRAILS_ADMIN_TOKEN: tokens.dara })).toMatchObject({ code: 0 });
    const live = await run(['orders'], { ...environment, RIELRAILS_ADMIN_TOKEN: 'a-token-of-twenty-characters' });
    expect(live.code).toBe(2);
    expect(live.error).not.toContain('twenty');
  });

  test('with a token of nobody: refused', async () => {
    const strange = join(folder, 'strange');
    await writeFile(strange, 'play-money-token-of-nobody', { mode: 0o600 });
    const refused = await run(['orders', '--as', strange, '--door', `http://127.0.0.1:${door.port}`]);
    expect(refused).toEqual({ code: 1, out: '', error: 'this token is nobody’s\n' });
  });
});

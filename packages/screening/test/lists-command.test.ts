import { createTransport, systemClock, systemRuntime } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { ofacFileNames } from '@rielrails/screening/lists';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runLists } from '../src/command/lists-program.ts';
import { createProgress } from '../src/command/progress.ts';

const HOUR_MS = 3_600_000;
const fixtures = fileURLToPath(new URL('../fixtures/ofac/', import.meta.url));

let root = '';
let files: Map<string, string | Uint8Array>;
let server: Server;
let from = '';
let runtime: VirtualRuntime;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rielrails-lists-command-'));
  files = new Map(ofacFileNames.map((name) => [name, readFileSync(join(fixtures, name))]));
  files.set('consolidated.xml', un(['Fulano Inventado', 'Nemo Nobody', 'Zoilo Nonesuch', 'Mononymus']));
  server = createServer((request, response) => {
    const file = files.get((request.url ?? '').slice(1));
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  from = `http://127.0.0.1:${port}`;
  runtime = createVirtualRuntime({ fetch: createTransport({ loopbackPorts: [port] }) });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(root, { recursive: true });
});

function un(names: readonly string[]): string {
  const people = names.map(
    (name, at) =>
      `<INDIVIDUAL><REFERENCE_NUMBER>TSTi.${at}</REFERENCE_NUMBER><FIRST_NAME>${name}</FIRST_NAME></INDIVIDUAL>`,
  );
  return `<CONSOLIDATED_LIST dateGenerated="2026-01-01T00:00:00Z"><INDIVIDUALS>${people.join('')}</INDIVIDUALS></CONSOLIDATED_LIST>`;
}

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

async function run(...line: readonly string[]): Promise<Answer> {
  let [out, error] = ['', ''];
  const code = await runLists(line, {
    environment: { RIELRAILS_LISTS: join(root, 'lists') },
    runtime: () => runtime,
    out: (text) => void (out += text),
    error: (text) => void (error += text),
  });
  return { code, out, error };
}

const snapshots = (id: string) => readdirSync(join(root, 'lists', id)).sort();

test('lists are fetched, dated, kept, and what has changed is told', async () => {
  const first = await run('update', '--from', from);
  expect(first).toMatchObject({ code: 0, error: '' });
  expect(first.out).toContain('OFAC SDN: updated: 8 added, 0 changed, 0 removed');
  expect(first.out).toContain('UN Consolidated: updated: 4 added, 0 changed, 0 removed');
  files.set(
    'consolidated.xml',
    un(['Fulano Inventado', 'Nemo Nobodyson', 'Zoilo Nonesuch', 'Mononymus', 'Quimera Nueva']),
  );
  await runtime.clock.advance(HOUR_MS);
  const second = await run('update', '--from', from, '--json');
  expect(second).toMatchObject({ code: 0, error: '' });
  expect(JSON.parse(second.out)).toMatchObject({
    updated: true,
    lists: [
      { id: 'ofac-sdn', outcome: 'unchanged', entries: 8, added: 0, changed: 0, removed: 0 },
      { id: 'un', outcome: 'updated', entries: 5, added: 1, changed: 1, removed: 0, publisher: 'scsanctions.un.org' },
    ],
  });
});

test('status tells publisher, date, age, entries and hash, and fails with the reason once a list is stale', async () => {
  await run('update', '--from', from);
  await runtime.clock.advance(5 * HOUR_MS);
  const fresh = await run('status', '--json');
  expect(fresh).toMatchObject({ code: 0, error: '' });
  expect(JSON.parse(fresh.out)).toMatchObject({
    fresh: true,
    lists: [
      {
        id: 'ofac-sdn',
        publisher: 'sanctionslistservice.ofac.treas.gov',
        state: 'fresh',
        problem: null,
        ageHours: 5,
        entries: 8,
        hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      { id: 'un', state: 'fresh', published: '2026-01-01T00:00:00.000Z' },
    ],
  });
  await run('update', '--from', from, '--list', 'un');
  await runtime.clock.advance(67 * HOUR_MS);
  const stale = await run('status');
  expect(stale.code).toBe(1);
  expect(stale.out).toContain('OFAC SDN: stale\n  publisher   sanctionslistservice.ofac.treas.gov');
  expect(stale.out).toContain('UN Consolidated: fresh');
  expect(stale.error).toBe(
    'lists: OFAC SDN: is 72 hours old, and screens nobody from 72 hours on; fetch it: pnpm lists update --list ofac-sdn\n',
  );
});

test('a list that is missing or was damaged is told, and exit code 1 says so', async () => {
  expect(await run('status')).toMatchObject({ code: 1, error: expect.stringContaining('OFAC SDN: was never fetched') });
  await run('update', '--from', from);
  const name = snapshots('un').find((one) => one.startsWith('2')) ?? '';
  writeFileSync(join(root, 'lists', 'un', name, 'consolidated.xml'), un(['Somebody Else']));
  const { code, error } = await run('status', '--list', 'un');
  expect(code).toBe(1);
  expect(error).toContain('UN Consolidated: cannot be read: consolidated.xml: does not fit list.json');
});

test('a list that has shrunk is refused with the remedy, and taken where a person says so', async () => {
  await run('update', '--from', from);
  const before = snapshots('un');
  files.set('consolidated.xml', un(['Fulano Inventado', 'Nemo Nobody', 'Zoilo Nonesuch']));
  const refused = await run('update', '--from', from);
  expect(refused.code).toBe(1);
  expect(refused.out).toContain('OFAC SDN: unchanged');
  expect(refused.error).toContain('3 entries of 4 are left; a person must look at it');
  expect(refused.error).toContain('The list that is here stays.');
  expect(refused.error).toContain('pnpm lists update --list un --accept-loss');
  expect(snapshots('un')).toEqual(before);
  await runtime.clock.advance(1000);
  expect(await run('update', '--list', 'un', '--from', from, '--accept-loss')).toMatchObject({ code: 0 });
});

test('aliases that are gone are a loss too', async () => {
  await run('update', '--from', from);
  files.set('alt.csv', '\u001A');
  const { code, error } = await run('update', '--from', from, '--list', 'ofac-sdn');
  expect(code).toBe(1);
  expect(error).toContain('names of');
});

test.each<[string, () => void, string]>([
  ['is not there', () => files.delete('sdn.csv'), 'status 404'],
  [
    'is cut in the middle of a row',
    () => files.set('sdn.csv', readFileSync(join(fixtures, 'sdn.csv')).subarray(0, 450)),
    'sdn.csv line',
  ],
  [
    'lacks entries of which it has aliases',
    () => files.set('sdn.csv', firstLines('sdn.csv', 2)),
    'the entity is not in',
  ],
  ['has other columns', () => files.set('alt.csv', '101,1,"aka"\r\n'), 'expected 5 columns, found 3'],
  [
    'is in another character set',
    () => files.set('alt.csv', Buffer.from('101,1,"aka","Caf\u00e9",-0- \r\n', 'latin1')),
    'not valid UTF-8',
  ],
  ['is a page of the web', () => files.set('add.csv', '<html><body>Maintenance</body></html>'), 'add.csv line 1'],
])('a list that %s is refused, and nothing of it is kept', async (_what, spoil, problem) => {
  spoil();
  const { code, error } = await run('update', '--list', 'ofac-sdn', '--from', from, '--json');
  expect(code).toBe(1);
  expect(error).toContain(problem);
  expect(existsSync(join(root, 'lists', 'ofac-sdn'))).toBe(false);
});

function firstLines(name: string, count: number): string {
  return `${readFileSync(join(fixtures, name), 'utf8').split('\r\n').slice(0, count).join('\r\n')}\r\n`;
}

test('files that were fetched by other means are taken from a folder', async () => {
  const folder = join(root, 'fetched');
  mkdirSync(folder);
  for (const name of ofacFileNames) cpSync(join(fixtures, name), join(folder, name));
  const fetchedAt = new Date(runtime.clock.now() - 10 * HOUR_MS);
  for (const name of ofacFileNames) utimesSync(join(folder, name), fetchedAt, fetchedAt);
  expect(await run('update', '--from', folder, '--list', 'ofac-sdn')).toMatchObject({ code: 0 });
  expect(JSON.parse((await run('status', '--list', 'ofac-sdn', '--json')).out)).toMatchObject({
    lists: [{ asOf: fetchedAt.toISOString(), ageHours: 10 }],
  });
  const before = new Date(fetchedAt.getTime() - HOUR_MS);
  utimesSync(join(folder, 'alt.csv'), before, before);
  expect(await run('update', '--from', folder, '--list', 'ofac-sdn')).toMatchObject({ code: 0 });
  expect(JSON.parse((await run('status', '--list', 'ofac-sdn', '--json')).out)).toMatchObject({
    lists: [{ asOf: fetchedAt.toISOString() }],
  });
  writeFileSync(join(folder, 'add.csv'), '');
  utimesSync(join(folder, 'add.csv'), before, before);
  expect(await run('update', '--from', folder, '--list', 'ofac-sdn')).toMatchObject({
    code: 1,
    error: expect.stringContaining('what is offered is older than what is here'),
  });
  rmSync(join(folder, 'alt.csv'));
  const { code, error } = await run('update', '--from', folder, '--list', 'ofac-sdn');
  expect(code).toBe(1);
  expect(error).toContain('alt.csv: the file cannot be opened');
});

test('a file larger than answers of other services are comes through', async () => {
  const filler = ' '.repeat(5 * 1024 * 1024);
  files.set('consolidated.xml', un(['Nemo Nobody']).replace('</INDIVIDUALS>', `${filler}</INDIVIDUALS>`));
  const told: string[] = [];
  const code = await runLists(['update', '--list', 'un', '--from', from, '--folder', join(root, 'lists')], {
    environment: {},
    runtime: (options) => ({ ...systemRuntime(options), clock: runtime.clock, log: runtime.log }),
    out: (text) => told.push(text),
    error: (text) => told.push(text),
  });
  expect([code, told.join('')]).toEqual([0, expect.stringContaining('1 added')]);
});

test('a long download is told about once a second, by the name of the file alone', () => {
  const told: string[] = [];
  const progress = createProgress((text) => told.push(text));
  const url = 'https://lists.example/sdn.csv?token=secret';
  for (const now of [0, 400, 1000, 1500, 2100]) progress({ url, bytes: now * 1000, expected: 3_000_000 }, now);
  expect(told).toEqual(['lists: sdn.csv: 1.0 of 3.0 MB\n', 'lists: sdn.csv: 2.1 of 3.0 MB\n']);
});

test.each([
  [[]],
  [['fetch']],
  [['update', 'more']],
  [['update', '--list', 'moon']],
  [['status', '--from', 'x']],
  [['--nonsense']],
])('a line that is not understood is told how: %j', async (line) => {
  expect(await run(...line)).toMatchObject({
    code: 2,
    out: '',
    error: expect.stringContaining('pnpm lists update|status'),
  });
});

test('help is help', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--accept-loss') });
});

test('screening a name uses what is kept, without being told where', async () => {
  const command = fileURLToPath(new URL('../src/command/main.ts', import.meta.url));
  const environment = { PATH: process.env['PATH'] ?? '', RIELRAILS_HOME: root };
  const screen = (...line: readonly string[]) =>
    promisify(execFile)(process.execPath, [command, ...line], { env: environment, cwd: root }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  expect(await screen('Fulano Inventado')).toMatchObject({ code: 3, stdout: '' });
  runtime = createVirtualRuntime({ start: systemClock.now(), fetch: runtime.fetch });
  await run('update', '--from', from);
  const found = await screen('Inventado Fulano', '--json');
  expect(found).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(found.stdout)).toMatchObject({ outcome: 'review' });
  expect(await screen('Sok Dara', '--born', '1990', '--country', 'KH')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^clear\n/),
  });
});

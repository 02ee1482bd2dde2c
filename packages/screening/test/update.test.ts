import type { Instant } from '@rielrails/core';
import { createTransport } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createLists, listFormat, readStored, storedLists, updateList } from '@rielrails/screening/lists';
import type { ListFormat, ListUpdate } from '@rielrails/screening/lists';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const HOUR_MS = 3_600_000;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Publisher {
  answers: Map<string, Answer>;
  origin: string;
  close(): Promise<void>;
}

let publisher: Publisher;
let root = '';
let runtime: VirtualRuntime;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rielrails-lists-'));
  publisher = await openPublisher();
  const port = Number(new URL(publisher.origin).port);
  runtime = createVirtualRuntime({
    fetch: createTransport({ loopbackPorts: [port], maxResponseBytes: 1_000_000 }),
  });
});

afterEach(async () => {
  await publisher.close();
  rmSync(root, { recursive: true });
});

async function openPublisher(): Promise<Publisher> {
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '');
    if (answer) answer(request, response);
    else response.writeHead(404).end('not here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    answers,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const un = formatOf('un');

function formatOf(id: string): ListFormat {
  const format = listFormat(id);
  if (!format) throw new Error('not reached');
  return format;
}

function person(number: number, name: string): string {
  return `<INDIVIDUAL><REFERENCE_NUMBER>TSTi.${number}</REFERENCE_NUMBER><FIRST_NAME>${name}</FIRST_NAME></INDIVIDUAL>`;
}

function listOf(names: readonly string[], day = 1): string {
  const people = names.map((name, at) => person(at, name)).join('');
  return `<CONSOLIDATED_LIST dateGenerated="2026-01-0${day}T00:00:00Z"><INDIVIDUALS>${people}</INDIVIDUALS></CONSOLIDATED_LIST>`;
}

function offer(body: string, headers: Readonly<Record<string, string>> = {}): void {
  publisher.answers.set('/list.xml', (_request, response) => response.writeHead(200, headers).end(body));
}

function update(options: { readonly acceptLoss?: boolean } = {}): Promise<ListUpdate> {
  return updateList(
    { format: un, root, urls: { 'consolidated.xml': `${publisher.origin}/list.xml` }, ...options },
    runtime,
  );
}

const snapshots = () => readdirSync(join(root, 'un')).filter((name) => name.startsWith('2026'));

test('a list is fetched, kept, and read by screening', async () => {
  offer(listOf(['Fulano Inventado', 'Nemo Nobody']));
  const { outcome, snapshot, change } = await update();
  expect(outcome).toBe('updated');
  expect(change).toMatchObject({
    from: null,
    added: [{ name: 'Fulano Inventado' }, { name: 'Nemo Nobody' }],
    removed: [],
  });
  const lists = createLists({ source: storedLists(root, ['un']) }, runtime);
  expect(await lists.screenName({ name: 'Inventado Fulano' })).toMatchObject({ outcome: 'review' });
  expect(await lists.reload()).toMatchObject({ source: 'UN Consolidated', version: snapshot.version, entries: 2 });
  expect(await readStored(root)).toContainEqual({ format: un, asOf: runtime.clock.now(), path: expect.any(String) });
});

test('an unchanged list is not kept twice, and is as fresh as its last look', async () => {
  offer(listOf(['Nemo Nobody']));
  await update();
  await runtime.clock.advance(48 * HOUR_MS);
  expect(await update()).toMatchObject({ outcome: 'unchanged', change: { added: [], changed: [], removed: [] } });
  expect(snapshots()).toHaveLength(1);
  await runtime.clock.advance(48 * HOUR_MS);
  const lists = createLists({ source: storedLists(root, ['un']) }, runtime);
  expect(await lists.screenName({ name: 'Somebody Else' })).toMatchObject({ outcome: 'clear' });
});

test('what has changed is told, and running screening takes it over in one step', async () => {
  offer(listOf(['Nemo Nobody', 'Zoilo Nonesuch']));
  await update();
  const lists = createLists({ source: storedLists(root, ['un']), refreshAfterMs: 0 }, runtime);
  expect(await lists.screenName({ name: 'Fulano Inventado' })).toMatchObject({ outcome: 'clear' });
  offer(listOf(['Nemo Nobodyson', 'Zoilo Nonesuch', 'Fulano Inventado'], 2));
  await runtime.clock.advance(1000);
  const { change } = await update();
  expect(change).toMatchObject({ added: [{ id: 'TSTi.2' }], changed: [{ id: 'TSTi.0' }], removed: [] });
  expect((await lists.reload()).changes).toEqual([change]);
  expect((await lists.reload()).changes).toEqual([]);
  expect(await lists.screenName({ name: 'Fulano Inventado' })).toMatchObject({ outcome: 'review' });
});

test('the snapshots before are kept, but not for ever', async () => {
  for (let day = 1; day <= 6; day += 1) {
    offer(listOf(['Nemo Nobody', `Number ${'x'.repeat(day)}`], day));
    await update();
    await runtime.clock.advance(24 * HOUR_MS);
  }
  expect(snapshots()).toHaveLength(3);
});

test('a publisher may pass on to its store of files, and not to a place that is not encrypted', async () => {
  offer(listOf(['Nemo Nobody']));
  const passOn = (location: string) =>
    publisher.answers.set('/start', (_request, response) => response.writeHead(302, { location }).end());
  const start = () =>
    updateList({ format: un, root, urls: { 'consolidated.xml': `${publisher.origin}/start` } }, runtime);
  passOn('/list.xml');
  expect(await start()).toMatchObject({ outcome: 'updated' });
  passOn('/start');
  await expect(start()).rejects.toThrow('passed on more than 3 times');
  passOn('http://lists.example/list.xml');
  await expect(start()).rejects.toThrow('not encrypted');
});

const good = listOf(['Nemo Nobody', 'Zoilo Nonesuch', 'Fulano Inventado', 'Mononymus'], 3);

test.each<[string, () => void, string]>([
  ['is not there', () => publisher.answers.clear(), 'status 404'],
  ['is a page of the web', () => offer('<html><body>Maintenance</body></html>'), 'no consolidated list'],
  ['is cut short', () => offer(good.slice(0, -40)), 'xml'],
  [
    'ends before its length',
    () => offer(good, { 'content-length': String(good.length + 10), connection: 'close' }),
    'cannot be fetched',
  ],
  ['is too large', () => offer(`${good}${' '.repeat(1_000_001)}`), 'cannot be fetched'],
  ['is an entity bomb', () => offer(`<!DOCTYPE x [<!ENTITY a "aaaa">]>${good}`), 'document type'],
  [
    'is no text',
    () => publisher.answers.set('/list.xml', (_q, response) => response.end(Buffer.from([0xff, 0xfe, 0x41]))),
    'not valid UTF-8',
  ],
  ['has lost half of its entries', () => offer(listOf(['Nemo Nobody'], 4)), '1 entries of 4 are left'],
  ['is older than the one here', () => offer(listOf(['Nemo Nobody', 'A B', 'C D', 'E F'], 2)), 'is older'],
  ['breaks off', () => publisher.answers.set('/list.xml', (request) => request.socket.destroy()), 'cannot be fetched'],
])('a list that %s is refused, and the one before stays', async (_what, spoil, problem) => {
  offer(good);
  await update();
  const before = { names: snapshots(), current: readFileSync(join(root, 'un', 'current'), 'utf8') };
  spoil();
  const refused = { fault: { kind: 'unavailable', message: expect.stringContaining(problem) } };
  await expect(update()).rejects.toMatchObject(refused);
  expect({ names: snapshots(), current: readFileSync(join(root, 'un', 'current'), 'utf8') }).toEqual(before);
  const lists = createLists({ source: storedLists(root, ['un']) }, runtime);
  expect(await lists.screenName({ name: 'Nemo Nobody' })).toMatchObject({ outcome: 'review' });
});

test('a list that has lost half is taken where a person says so', async () => {
  offer(good);
  await update();
  offer(listOf(['Nemo Nobody'], 4));
  expect(await update({ acceptLoss: true })).toMatchObject({ outcome: 'updated' });
});

test('a publisher that never answers is given up', async () => {
  publisher.answers.set('/list.xml', () => {});
  const ended = update();
  ended.catch(() => {});
  await runtime.clock.advance(120_000);
  await expect(ended).rejects.toThrow('cannot be fetched');
});

test('a snapshot that was damaged screens nobody, and the next update replaces it', async () => {
  offer(listOf(['Nemo Nobody']));
  await update();
  const [name = ''] = snapshots();
  writeFileSync(join(root, 'un', name, 'consolidated.xml'), listOf(['Somebody Else']));
  const lists = createLists({ source: storedLists(root, ['un']) }, runtime);
  await expect(lists.screenName({ name: 'Nemo Nobody' })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  await runtime.clock.advance(1000);
  expect(await update()).toMatchObject({ outcome: 'updated' });
  expect(await lists.screenName({ name: 'Nemo Nobody' })).toMatchObject({ outcome: 'review' });
});

test('a list that was never fetched, and a pointer that points nowhere, screen nobody', async () => {
  const screen = () => createLists({ source: storedLists(root, ['un']) }, runtime).screenName({ name: 'Nemo' });
  await expect(screen()).rejects.toThrow('no list has been fetched yet');
  offer(listOf(['Nemo Nobody']));
  await update();
  writeFileSync(join(root, 'un', 'current'), '../../etc');
  await expect(screen()).rejects.toThrow('names no snapshot');
});

test('what a run left unfinished goes after an hour', async () => {
  offer(listOf(['Nemo Nobody']));
  await update();
  const left = mkdtempSync(join(root, 'un', '.new-'));
  const unfinished = () => readdirSync(join(root, 'un')).filter((name) => name.startsWith('.new-'));
  offer(listOf(['Nemo Nobody', 'Another One'], 2));
  await update();
  expect(unfinished()).toHaveLength(1);
  const later = createVirtualRuntime({ start: statSync(left).mtimeMs + 2 * HOUR_MS, fetch: runtime.fetch });
  offer(listOf(['Nemo Nobody', 'Another Two'], 3));
  await updateList({ format: un, root, urls: { 'consolidated.xml': `${publisher.origin}/list.xml` } }, later);
  expect(unfinished()).toHaveLength(0);
});

test('an old list raises the alarm before it screens nobody', async () => {
  offer(listOf(['Nemo Nobody']));
  const { snapshot } = await update();
  const lists = createLists({ source: storedLists(root, ['un']) }, runtime);
  await lists.reload();
  expect(runtime.entries.filter(({ event }) => event === 'list-stale')).toHaveLength(0);
  await runtime.clock.advance(36 * HOUR_MS);
  await lists.reload();
  expect(runtime.entries.filter(({ event }) => event === 'list-stale')).toEqual([
    {
      level: 'error',
      event: 'list-stale',
      fields: { provider: 'lists', list: 'UN Consolidated', version: snapshot.version, ageMs: 36 * HOUR_MS },
    },
  ]);
  expect(await lists.screenName({ name: 'Somebody Else' })).toMatchObject({ outcome: 'clear' });
  await runtime.clock.advance(36 * HOUR_MS);
  await expect(lists.screenName({ name: 'Somebody Else' })).rejects.toThrow('UN Consolidated is older than it may be');
});

test('there is no list of a name that is not known', () => {
  expect(() => storedLists(root, ['moon'])).toThrow(expect.objectContaining({ field: 'lists', rule: 'unknown' }));
});

test('the moment at which a list was fetched is that of the clock', async () => {
  offer(listOf(['Nemo Nobody']));
  expect((await update()).snapshot).toMatchObject({
    asOf: runtime.clock.now(),
    published: Date.UTC(2026, 0, 1) as Instant,
  });
});

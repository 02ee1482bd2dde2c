import type { Instant } from '@rielrails/core';
import { InputError, isInputError, isProviderError } from '@rielrails/core';
import { systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { changesBetween } from './changes.ts';
import type { ListChange } from './changes.ts';
import { readIn } from './directory.ts';
import { MAX_FILE_BYTES } from './format.ts';
import type { ListFile, ListFiles, ListFormat } from './format.ts';
import { currentSnapshot, putSnapshot, renewSnapshot } from './store.ts';
import type { ListSnapshot } from './snapshot.ts';
import { unavailable } from './unavailable.ts';

/** Which list to fetch, and where it is kept. */
export interface UpdateOptions {
  readonly format: ListFormat;
  /** The folder in which lists are kept, each in a folder of its own. */
  readonly root: string;
  /** Other places than the publisher's, by the name of the file: mirrors, or addresses with a token. */
  readonly urls?: Readonly<Record<string, string>>;
  /** A folder that holds the files, fetched by other means; they are as old as the oldest of them. Nothing is asked over the network. */
  readonly folder?: string;
  /** Takes a list that has lost more than a fifth of its entries or names. For a person who has looked at it. Default: false. */
  readonly acceptLoss?: boolean;
}

/** What an update came to. `unchanged`: the publisher offers the same files still, and the list is as fresh as now. */
export interface ListUpdate {
  readonly outcome: 'updated' | 'unchanged';
  readonly snapshot: ListSnapshot;
  readonly change: ListChange;
}

const FETCH_WITHIN_MS = 120_000;
const LOSS = 'loss';
const MOST_REDIRECTS = 3;
/** Lists grow; what has fewer than this share of the entries or names of the one before was cut, or a person must say why. */
const LEAST_LEFT = 0.8;

/**
 * Fetches a list from its publisher and puts it in the place of the old one: whole, or not at all.
 *
 * Refused, and the old list stays: an answer that is no file, is cut short, larger than it may be, or cannot be read to its
 * end; a list that has lost more than a fifth of its entries or names; one that its publisher made before the one that is here. Safe to repeat.
 *
 * The runtime must let the files pass: `systemRuntime({ maxResponseBytes: MAX_FILE_BYTES })`.
 *
 * @throws ProviderError `unavailable`, naming the file and what is wrong.
 */
export async function updateList(options: UpdateOptions, runtime: Runtime = systemRuntime()): Promise<ListUpdate> {
  const { format, root, urls = {}, folder, acceptLoss = false } = options;
  const files: Record<string, Uint8Array> = {};
  for (const file of format.files) {
    files[file.name] =
      folder === undefined ? await fetchFile(file, urls[file.name] ?? file.url, runtime) : await readFile(file, folder);
  }
  const asOf = folder === undefined ? runtime.clock.now() : await ageOf(format, folder, runtime.clock.now());
  const after = readWhole(format, files, asOf);
  // What is damaged is replaced.
  const before = await currentSnapshot(root, format).catch((error: unknown) => {
    if (!isInputError(error)) throw error;
    runtime.log.error('list-damaged', { provider: 'lists', list: format.source, field: error.field, rule: error.rule });
    return null;
  });
  const change = changesBetween(before, after);
  if (before?.version === after.version) {
    if (after.asOf >= before.asOf) await renewSnapshot(root, format, files, after.asOf);
    return { outcome: 'unchanged', snapshot: after.asOf >= before.asOf ? after : before, change };
  }
  assertSuccessor(before, after, acceptLoss);
  await putSnapshot(root, format, files, after);
  const { source: list, version, entries } = after;
  runtime.log.info('list-updated', { provider: 'lists', list, version, count: entries.length });
  return { outcome: 'updated', snapshot: after, change };
}

function readWhole(format: ListFormat, files: ListFiles, asOf: Instant): ListSnapshot {
  try {
    return format.read(files, asOf);
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw unavailable(`${format.id} cannot be read: ${error.message}`, error);
  }
}

function assertSuccessor(before: ListSnapshot | null, after: ListSnapshot, acceptLoss: boolean): void {
  if (!before) return;
  if ((after.published ?? 0) < (before.published ?? 0) || after.asOf < before.asOf)
    throw unavailable(`${after.source}: what is offered is older than what is here`);
  if (acceptLoss) return;
  for (const [what, count] of [
    ['entries', ({ entries }: ListSnapshot) => entries.length],
    ['names', countNames],
  ] as const) {
    if (count(after) < count(before) * LEAST_LEFT) {
      const loss = new InputError(after.source, LOSS, `${count(after)} ${what} of ${count(before)} are left`);
      throw unavailable(`${loss.message}; a person must look at it`, loss);
    }
  }
}

function countNames({ entries }: ListSnapshot): number {
  return entries.reduce((sum, { aliases }) => sum + 1 + aliases.length, 0);
}

/** Whether an update was refused because the list has lost much: a person may look at it and accept the loss. */
export function isLoss(error: unknown): boolean {
  return isProviderError(error) && isInputError(error.cause) && error.cause.rule === LOSS;
}

/** When the oldest of a list's files was written, as far as the folder tells. */
async function ageOf({ files }: ListFormat, folder: string, now: Instant): Promise<Instant> {
  const stats = await Promise.all(files.map(({ name }) => stat(join(folder, name))));
  return Math.min(now, ...stats.map(({ mtimeMs }) => Math.floor(mtimeMs))) as Instant;
}

async function readFile({ name, maxBytes = MAX_FILE_BYTES }: ListFile, folder: string): Promise<Uint8Array> {
  return readIn(folder)(name, maxBytes).catch((error: unknown) => {
    if (!isInputError(error)) throw error;
    throw unavailable(error.message, error);
  });
}

async function fetchFile(
  { name, maxBytes = MAX_FILE_BYTES }: ListFile,
  url: string,
  runtime: Runtime,
): Promise<Uint8Array> {
  const stop = new AbortController();
  const done = new AbortController();
  runtime.clock.sleep(FETCH_WITHIN_MS, done.signal).then(
    () => stop.abort(new Error('took too long')),
    () => {},
  );
  try {
    const response = await follow(name, url, runtime, stop.signal);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > maxBytes) throw unavailable(`${name} is larger than ${maxBytes} bytes`);
    const told = response.headers.get('content-length');
    if (told !== null && !response.headers.has('content-encoding') && Number(told) !== bytes.length)
      throw unavailable(`${name} was cut short: ${bytes.length} of ${told} bytes came`);
    return bytes;
  } catch (error) {
    if (isProviderError(error)) throw error;
    // What failed may quote an address with a token.
    throw unavailable(`${name} cannot be fetched`, error);
  } finally {
    done.abort();
  }
}

/** Publishers send to a store of files. They may send to no worse place than their own: encrypted stays encrypted. */
async function follow(name: string, url: string, runtime: Runtime, signal: AbortSignal): Promise<Response> {
  let place = new URL(url);
  for (let redirects = 0; ; redirects += 1) {
    const response = await runtime.fetch(new Request(place, { headers: { accept: '*/*' } }), { signal });
    if (response.status === 200) return response;
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null)
      throw unavailable(`${name}: the publisher answered with status ${response.status}`);
    if (redirects === MOST_REDIRECTS) throw unavailable(`${name}: is passed on more than ${MOST_REDIRECTS} times`);
    const next = new URL(location, place);
    if (next.protocol !== 'https:' && next.origin !== place.origin)
      throw unavailable(`${name}: is passed on to a place that is not encrypted`);
    place = next;
  }
}

import { isInputError } from '@rielrails/core';
import { currentSnapshot } from '../lists/store.ts';
import { MAXIMUM_AGE_MS } from '../lists/index.ts';
import type { ListFormat, ListSnapshot } from '../lists/index.ts';
import type { ListsIo, ListsLine } from './lists-line.ts';
import { publisherOf, whichLists } from './which-lists.ts';

const HOUR_MS = 3_600_000;

/** One list, as it is kept. */
interface ListStatus {
  readonly id: string;
  readonly source: string;
  readonly publisher: string;
  readonly state: 'fresh' | 'stale' | 'missing' | 'damaged';
  /** Why it is not fresh, and what helps; `null` where it is. */
  readonly problem: string | null;
  /** When its publisher was last seen to offer it, and when the publisher made it, where the list says so. */
  readonly asOf: string | null;
  readonly published: string | null;
  readonly ageHours: number | null;
  readonly entries: number | null;
  /** A hash of its files. */
  readonly hash: string | null;
  readonly provenance: ListFormat['provenance'];
}

/** Tells what is kept. Exit code 1 when a list is not fresh. */
export async function reportStatus({ folder, named, json }: ListsLine, io: ListsIo): Promise<number> {
  const { clock } = io.runtime({});
  const lists: ListStatus[] = [];
  for (const format of await whichLists(folder, named)) lists.push(await statusOf(folder, format, clock.now()));
  const isFresh = lists.every(({ state }) => state === 'fresh');
  if (json) io.out(`${JSON.stringify({ folder, fresh: isFresh, lists })}\n`);
  else {
    io.out(`Lists in ${folder}\n`);
    for (const list of lists) io.out(textOf(list));
  }
  for (const { source, problem } of lists) if (problem !== null) io.error(`lists: ${source}: ${problem}\n`);
  return isFresh ? 0 : 1;
}

async function statusOf(folder: string, format: ListFormat, now: number): Promise<ListStatus> {
  const { id, source, provenance } = format;
  const unknown = { asOf: null, published: null, ageHours: null, entries: null, hash: null };
  const about = { id, source, publisher: publisherOf(format), provenance };
  const again = `fetch it: pnpm lists update --list ${id}`;
  try {
    const snapshot = await currentSnapshot(folder, format);
    if (!snapshot) return { ...about, ...unknown, state: 'missing', problem: `was never fetched; ${again}` };
    const ageMs = now - snapshot.asOf;
    const isStale = ageMs >= MAXIMUM_AGE_MS;
    const problem = isStale
      ? `is ${hoursOf(ageMs)} hours old, and screens nobody from ${hoursOf(MAXIMUM_AGE_MS)} hours on; ${again}`
      : null;
    return { ...about, ...factsOf(snapshot, ageMs), state: isStale ? 'stale' : 'fresh', problem };
  } catch (error) {
    if (!isInputError(error)) throw error;
    return { ...about, ...unknown, state: 'damaged', problem: `cannot be read: ${error.message}; ${again}` };
  }
}

function factsOf({ asOf, published, entries, version }: ListSnapshot, ageMs: number) {
  return {
    asOf: new Date(asOf).toISOString(),
    published: published === undefined ? null : new Date(published).toISOString(),
    ageHours: hoursOf(ageMs),
    entries: entries.length,
    hash: version,
  };
}

function hoursOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}

function textOf({
  source,
  publisher,
  state,
  asOf,
  published,
  ageHours,
  entries,
  hash,
  provenance,
}: ListStatus): string {
  const lines = [
    `${source}: ${state}`,
    `  publisher   ${publisher}${provenance === 'unverified' ? ' (form built from documents; no real file was seen)' : ''}`,
    ...(asOf === null ? [] : [`  fetched     ${asOf}, ${ageHours} hours ago`]),
    ...(published === null ? [] : [`  published   ${published}`]),
    ...(entries === null ? [] : [`  entries     ${entries}`, `  hash        ${hash}`]),
  ];
  return `${lines.join('\n')}\n`;
}

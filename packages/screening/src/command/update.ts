import { isProviderError } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { MAX_FILE_BYTES, updateList } from '../lists/index.ts';
import type { ListFormat, UpdateOptions } from '../lists/index.ts';
import { isLoss } from '../lists/update.ts';
import type { ListsIo, ListsLine } from './lists-line.ts';
import { createProgress } from './progress.ts';
import { publisherOf, whichLists } from './which-lists.ts';

/** What became of one list. */
interface Updated {
  readonly id: string;
  readonly source: string;
  readonly publisher: string;
  readonly outcome: 'updated' | 'unchanged' | 'refused';
  readonly asOf?: string;
  readonly entries?: number;
  readonly hash?: string;
  readonly added?: number;
  readonly changed?: number;
  readonly removed?: number;
  readonly problem?: string;
  readonly remedy?: string;
}

/** Fetches lists, and tells what has changed. Exit code 1 when one was refused; the old one stays. */
export async function reportUpdate(line: ListsLine, io: ListsIo): Promise<number> {
  const { folder, named, from, json } = line;
  const progress = createProgress((text) => io.error(text));
  const runtime = io.runtime({
    maxResponseBytes: MAX_FILE_BYTES,
    loopbackPorts: loopbackPortsOf(from),
    onBytes: (received) => progress(received, runtime.clock.now()),
  });
  const lists: Updated[] = [];
  for (const format of await whichLists(folder, named)) {
    const updated = await update(format, line, runtime);
    lists.push(updated);
    if (updated.problem !== undefined) io.error(`${updated.problem}\n  ${updated.remedy}\n`);
    else if (!json) io.out(textOf(updated));
  }
  const isWhole = lists.every(({ outcome }) => outcome !== 'refused');
  if (json) io.out(`${JSON.stringify({ folder, updated: isWhole, lists })}\n`);
  return isWhole ? 0 : 1;
}

async function update(format: ListFormat, line: ListsLine, runtime: Runtime): Promise<Updated> {
  const about = { id: format.id, source: format.source, publisher: publisherOf(format) };
  try {
    const { outcome, snapshot, change } = await updateList(optionsOf(format, line), runtime);
    return {
      ...about,
      outcome,
      asOf: new Date(snapshot.asOf).toISOString(),
      entries: snapshot.entries.length,
      hash: snapshot.version,
      added: change.added.length,
      changed: change.changed.length,
      removed: change.removed.length,
    };
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return { ...about, outcome: 'refused', problem: error.message, remedy: remedyFor(error, format, line) };
  }
}

function optionsOf(format: ListFormat, { folder: root, from, acceptLoss }: ListsLine): UpdateOptions {
  const options = { format, root, acceptLoss };
  if (from === undefined) return options;
  if (!isAddress(from)) return { ...options, folder: from };
  const base = from.replace(/\/+$/, '');
  return { ...options, urls: Object.fromEntries(format.files.map(({ name }) => [name, `${base}/${name}`])) };
}

function remedyFor(error: unknown, { id }: ListFormat, { from }: ListsLine): string {
  const stays = 'The list that is here stays.';
  if (isLoss(error))
    return `${stays} Look at what is offered; if it is right: pnpm lists update --list ${id} --accept-loss`;
  return from === undefined
    ? `${stays} Try again later, or fetch the files by other means and name their folder: pnpm lists update --list ${id} --from DIR`
    : `${stays} Look at ${isAddress(from) ? 'that address' : 'that folder'}: it must hold every file of the list.`;
}

function isAddress(from: string): boolean {
  return /^https?:\/\//.test(from);
}

/** An address of this machine is meant as it is written: it is for mirrors and tests. */
function loopbackPortsOf(from: string | undefined): readonly number[] {
  if (from === undefined || !isAddress(from)) return [];
  const { hostname, port } = new URL(from);
  return hostname === '127.0.0.1' ? [Number(port || 80)] : [];
}

function textOf({ source, outcome, asOf, entries, added, changed, removed, hash }: Updated): string {
  const what =
    outcome === 'unchanged' ? 'unchanged' : `updated: ${added} added, ${changed} changed, ${removed} removed`;
  return `${source}: ${what}\n  ${entries} entries as of ${asOf}, hash ${hash}\n`;
}

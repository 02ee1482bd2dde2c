import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { fromUtf8, utf8 } from '@rielrails/kit';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  describedSource,
  DESCRIPTION,
  descriptionText,
  MAX_DESCRIPTION_BYTES,
  readDescription,
} from './description.ts';
import { listDirectory, readIn } from './directory.ts';
import type { ListFiles, ListFormat } from './format.ts';
import { listFormat, listFormats } from './formats.ts';
import { ofacSdn } from './ofac.ts';
import { unConsolidated } from './un.ts';
import type { ListSnapshot, ListSource } from './snapshot.ts';

/** The name of the file that says which snapshot counts. */
const CURRENT = 'current';
const UNFINISHED = '.new-';
const UNFINISHED_FOR_MS = 3_600_000;
/** Snapshots that are kept of a list, the present one among them. */
const KEPT = 3;
const MAX_POINTER_BYTES = 256;

/**
 * Sources that read lists from the folder in which `updateList` keeps them. Default: those of OFAC and of the UN, of which
 * real files were read.
 *
 * @throws InputError `lists` for a list that there is not.
 */
export function storedLists(
  root: string,
  ids: readonly string[] = [ofacSdn.id, unConsolidated.id],
): readonly ListSource[] {
  return ids.map((id) => {
    const format = listFormat(id);
    if (!format) throw new InputError('lists', 'unknown', `there are: ${listFormats.map((one) => one.id).join(', ')}`);
    return storedList(root, format);
  });
}

/**
 * A snapshot is a folder of its own that is never changed but in its age, and which one counts is said by one small file: a
 * reader sees a whole list, the old one or the new one.
 */
function storedList(root: string, { id }: ListFormat): ListSource {
  let last: { readonly name: string; readonly source: ListSource } | undefined;
  return async () => {
    const folder = join(root, id);
    const name = await currentName(folder);
    if (name === null) throw new InputError(`${id} ${CURRENT}`, 'missing', 'no list has been fetched yet');
    if (last?.name !== name) last = { name, source: listDirectory(join(folder, name)) };
    return last.source();
  };
}

/** What the folder of lists holds of one list. */
export interface StoredList {
  readonly format: ListFormat;
  /** When the publisher was last seen to offer it; `null` where it was never fetched. */
  readonly asOf: Instant | null;
  /** The folder of the present snapshot. */
  readonly path: string | null;
}

/** What the folder of lists holds, list by list. Reads descriptions only. */
export async function readStored(root: string): Promise<readonly StoredList[]> {
  return Promise.all(
    listFormats.map(async (format) => {
      const folder = join(root, format.id);
      const name = await currentName(folder);
      if (name === null) return { format, asOf: null, path: null };
      const path = join(folder, name);
      const { asOf } = readDescription(fromUtf8(await readIn(path)(DESCRIPTION, MAX_DESCRIPTION_BYTES)));
      return { format, asOf, path };
    }),
  );
}

/** The present snapshot of a list; `null` where there is none. */
export async function currentSnapshot(root: string, { id }: ListFormat): Promise<ListSnapshot | null> {
  const folder = join(root, id);
  const name = await currentName(folder);
  return name === null ? null : describedSource(readIn(join(folder, name)))();
}

/**
 * Puts a snapshot in the place of the present one, in one step: every byte is on the disk before it counts. Older snapshots
 * are removed.
 */
export async function putSnapshot(
  root: string,
  format: ListFormat,
  files: ListFiles,
  after: ListSnapshot,
): Promise<void> {
  const folder = join(root, format.id);
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, UNFINISHED));
  for (const { name } of format.files) await writeWhole(join(fresh, name), files[name] ?? new Uint8Array());
  await writeWhole(join(fresh, DESCRIPTION), utf8(descriptionText(format, files, after.asOf)));
  await syncFolder(fresh);
  const name = `${stampOf(after.asOf)}-${after.version.slice(0, 8)}`;
  // The same files, fetched in the same second.
  await rm(join(folder, name), { recursive: true, force: true });
  await rename(fresh, join(folder, name));
  await replace(folder, CURRENT, utf8(`${name}\n`));
  await prune(folder, name, after.asOf);
}

/** Notes that the publisher was seen to offer the present snapshot still. */
export async function renewSnapshot(root: string, format: ListFormat, files: ListFiles, asOf: Instant): Promise<void> {
  const folder = join(root, format.id);
  const name = await currentName(folder);
  if (name !== null) await replace(join(folder, name), DESCRIPTION, utf8(descriptionText(format, files, asOf)));
}

async function currentName(folder: string): Promise<string | null> {
  const bytes = await readFile(join(folder, CURRENT)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new InputError(CURRENT, 'missing', 'the file cannot be opened', { cause: error });
  });
  if (bytes === null) return null;
  const name = bytes.subarray(0, MAX_POINTER_BYTES).toString('latin1').trim();
  if (!/^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(name)) throw new InputError(CURRENT, 'name', 'names no snapshot');
  return name;
}

/** `20260227T060000Z`: names of snapshots sort by their age. */
function stampOf(asOf: Instant): string {
  return `${new Date(asOf).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

async function replace(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const fresh = join(folder, `${name}.new`);
  await writeWhole(fresh, bytes);
  await rename(fresh, join(folder, name));
  await syncFolder(folder);
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Keeps the present snapshot and those before it; what a run left unfinished goes after an hour. */
async function prune(folder: string, present: string, now: number): Promise<void> {
  const names = await readdir(folder);
  const snapshots = names
    .filter((name) => /^\d{8}T/.test(name) && name !== present)
    .sort()
    .toReversed();
  for (const name of snapshots.slice(KEPT - 1)) await rm(join(folder, name), { recursive: true, force: true });
  for (const name of names.filter((one) => one.startsWith(UNFINISHED))) {
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > UNFINISHED_FOR_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}

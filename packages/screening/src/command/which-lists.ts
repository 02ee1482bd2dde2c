import { isInputError } from '@rielrails/core';
import { listFormats, readStored } from '../lists/index.ts';
import type { ListFormat } from '../lists/index.ts';

/** Those of which real files were read, and which every seller needs. */
const usual: ReadonlySet<string> = new Set(['ofac-sdn', 'un']);

/** The lists that a command is about: those that were named, else the usual ones and those that are kept. */
export async function whichLists(folder: string, named: readonly ListFormat[]): Promise<readonly ListFormat[]> {
  if (named.length > 0) return named;
  const stored = await readStored(folder).catch((error: unknown) => {
    // What is damaged is told list by list.
    if (isInputError(error)) return [];
    throw error;
  });
  const kept = new Set(stored.filter(({ asOf }) => asOf !== null).map(({ format }) => format.id));
  return listFormats.filter(({ id }) => usual.has(id) || kept.has(id));
}

/** Who publishes a list: the host that offers its files. */
export function publisherOf({ files }: ListFormat): string {
  return files[0] ? new URL(files[0].url).host : '';
}

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ofacDirectory, readStored, storedLists } from '../lists/index.ts';
import type { ListSource } from '../lists/index.ts';

/** What commands read of their environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where lists are kept: `RIELRAILS_LISTS`, else `lists` in `RIELRAILS_HOME`, else in the XDG state folder. */
export function listsFolder(environment: Environment): string {
  const {
    RIELRAILS_LISTS: lists,
    RIELRAILS_HOME: home,
    XDG_STATE_HOME: state,
    HOME: user,
  } = environment as NodeJS.ProcessEnv;
  if (lists) return lists;
  return join(home || join(state || join(user || tmpdir(), '.local/state'), 'rielrails'), 'lists');
}

/** Where a question looks for lists that names no folder: where they are kept, else `lists` in the present folder. */
export function askedFolder(environment: Environment): string {
  const folder = listsFolder(environment);
  return environment['RIELRAILS_LISTS'] || existsSync(folder) ? folder : 'lists';
}

/** What a folder holds: lists that `lists update` keeps, or one list of OFAC as it was described by hand. */
export async function sourcesIn(folder: string): Promise<readonly ListSource[]> {
  const stored = await readStored(folder);
  const ids = stored.filter(({ asOf }) => asOf !== null).map(({ format }) => format.id);
  return ids.length > 0 ? storedLists(folder, ids) : [ofacDirectory(folder)];
}

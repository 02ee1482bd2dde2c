import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A fetched node: how to start it, and what it is. */
export interface NodeFiles {
  /** The dynamic loader that came with the node: the machine's own C library may be too old. */
  readonly loader: string;
  /** The folders of its libraries, joined by colons. */
  readonly libraryPath: string;
  readonly program: string;
  /** Debian's version of the package. */
  readonly version: string;
  /** The Debian release it came from. */
  readonly suite: string;
}

interface Description {
  readonly suite: string;
  readonly packages: readonly string[];
}

const DESCRIPTION = 'node.json';

/** Writes down what was unpacked. A folder without this file is not a node. */
export async function describeNode(directory: string, description: Description): Promise<void> {
  await writeFile(join(directory, DESCRIPTION), `${JSON.stringify(description, null, 2)}\n`);
}

/** The node in a folder, or null where there is none. Starts and downloads nothing. */
export async function findNode(folder: string): Promise<NodeFiles | null> {
  const directory = resolve(folder);
  const text = await readFile(join(directory, DESCRIPTION), 'utf8').catch(() => null);
  if (text === null) return null;
  const { suite, packages } = JSON.parse(text) as Description;
  const version = packages
    .map((name) => /^bitcoin-knots_([^_]+)_/.exec(name)?.[1])
    .find((found) => found !== undefined);
  const program = join(directory, 'root/usr/bin/bitcoind');
  const libraries = join(directory, 'root/usr/lib');
  const folders = (await readdir(libraries).catch((): string[] => [])).filter((name) => name.endsWith('-linux-gnu'));
  const searched = [...folders.map((name) => join(libraries, name)), libraries];
  for (const place of searched) {
    const names = await readdir(place).catch((): string[] => []);
    const loader = names.find((name) => /^ld-linux[\w-]*\.so\.\d$/.test(name));
    if (!loader || !version) continue;
    await access(program);
    return {
      loader: join(place, loader),
      libraryPath: searched.join(':'),
      program,
      version: decodeURIComponent(version),
      suite,
    };
  }
  return null;
}

/**
 * The folder in which a node is looked for unless somebody says otherwise: `$RIELRAILS_HOME/bitcoin-knots`, else the
 * XDG state folder.
 */
export function defaultNodeDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const { RIELRAILS_HOME: home, XDG_STATE_HOME: state, HOME: user } = environment as NodeJS.ProcessEnv;
  return join(home || join(state || join(user || '/tmp', '.local/state'), 'rielrails'), 'bitcoin-knots');
}

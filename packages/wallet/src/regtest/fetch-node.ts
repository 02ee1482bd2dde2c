import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describeNode, findNode } from './find-node.ts';
import type { NodeFiles } from './find-node.ts';

/** Where the node goes, and who hears about it. */
export interface FetchNodeOptions {
  /** The folder that will hold the node. Its parent must be writable; it is created where it is missing. */
  readonly directory: string;
  /** Told one line for people at each step. */
  readonly say: (line: string) => void;
}

/** How fetching ended. `unavailable` says why, and what a person can do about it. */
export type FetchedNode =
  | { readonly outcome: 'ready'; readonly files: NodeFiles; readonly fetched: boolean }
  | { readonly outcome: 'unavailable'; readonly reason: string; readonly remedy: string };

/** Debian releases that carry the package, the calmer one first. */
const SUITES = ['forky', 'sid'] as const;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const run = promisify(execFile);

/**
 * Fetches Debian's `bitcoin-knots` and the libraries it wants, and unpacks them into a folder of their own.
 *
 * Uses the Debian mirror that this machine's apt already uses, with apt's own check of signatures and hashes. Needs no
 * root, installs nothing, and leaves apt's own state as it was. Safe to repeat, and to run twice at once: the folder
 * appears in one rename, complete or not at all. Takes some seconds and about 25 MB the first time; nothing afterwards.
 */
export async function fetchNode({ directory: folder, say }: FetchNodeOptions): Promise<FetchedNode> {
  const directory = resolve(folder);
  const present = await findNode(directory);
  if (present) return { outcome: 'ready', files: present, fetched: false };

  const mirror = await findMirror();
  if (typeof mirror !== 'string') return mirror;
  const parent = dirname(directory);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(directory);
  const work = await mkdtemp(`${directory}.new-${process.pid}-`);
  try {
    const refusals: string[] = [];
    for (const suite of SUITES) {
      const refusal = await fetchSuite({ suite, mirror, work: join(work, suite), say });
      if (refusal === null) return await moveIntoPlace(join(work, suite, 'node'), directory, say);
      say(`${suite}: ${refusal}`);
      refusals.push(`${suite}: ${refusal}`);
    }
    return {
      outcome: 'unavailable',
      reason: `the Debian mirror of this machine gave no bitcoin-knots (${refusals.join('; ')})`,
      remedy: 'check that `apt-get update` works on this machine, then try again; until then regtest-lite stands in',
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Suite {
  readonly suite: string;
  readonly mirror: string;
  readonly work: string;
  readonly say: (line: string) => void;
}

/** Fills `work/node`, or says why it cannot. */
async function fetchSuite({ suite, mirror, work, say }: Suite): Promise<string | null> {
  const debs = join(work, 'debs');
  const node = join(work, 'node');
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs', 'node']) {
    await mkdir(join(work, folder), { recursive: true });
  }
  await writeFile(join(work, 'sources.list'), `deb [signed-by=${KEYRING}] ${mirror} ${suite} main\n`);
  await writeFile(join(work, 'status'), '');
  await writeFile(join(work, 'apt.conf'), aptConfiguration(work));
  const apt = (tool: string, ...rest: string[]) =>
    run(tool, ['-c', join(work, 'apt.conf'), ...rest], { cwd: debs, timeout: 300_000, maxBuffer: 64 * 1024 * 1024 });
  try {
    say(`bitcoin node from Debian ${suite}: reading the package list`);
    await apt('apt-get', '-qq', 'update');
    const depends = await apt('apt-cache', 'depends', '--recurse', ...ONLY_DEPENDS, 'bitcoin-knots');
    const names = [...new Set(depends.stdout.split('\n').filter((name) => NEEDED.test(name)))].sort();
    if (!names.includes('bitcoin-knots')) return 'the package is not in the list';
    say(`bitcoin node from Debian ${suite}: downloading ${names.length} packages`);
    await apt('apt-get', '-qq', 'download', ...names);
    const files = (await readdir(debs)).filter((name) => name.endsWith('.deb')).sort();
    say(`bitcoin node from Debian ${suite}: unpacking`);
    for (const file of files) await run('dpkg-deb', ['-x', join(debs, file), join(node, 'root')]);
    await describeNode(node, { suite, packages: files });
    return null;
  } catch (error) {
    return lastLine(error);
  }
}

const ONLY_DEPENDS = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
  (no) => `--no-${no}`,
);
const NEEDED = /^(?:bitcoin-knots|lib[^ :]*|zlib1g)$/;

/** Read after the machine's own files, so that its proxy stays and its folders, pins and hooks do not count. */
function aptConfiguration(work: string): string {
  return [
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    `Dir::Etc::sourcelist "${work}/sources.list";`,
    'Dir::Etc::sourceparts "-";',
    'Dir::Etc::preferences "-";',
    'Dir::Etc::preferencesparts "-";',
    `Dir::State::lists "${work}/lists";`,
    `Dir::State::status "${work}/status";`,
    `Dir::Cache "${work}/cache";`,
    'APT::Sandbox::User "root";',
    'APT::Update::Error-Mode "any";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "20";',
    '',
  ].join('\n');
}

/** The mirror of this machine's own Debian release, from either format of apt's sources. */
async function findMirror(): Promise<string | Extract<FetchedNode, { outcome: 'unavailable' }>> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const codename = /^VERSION_CODENAME=["']?([a-z]+)/m.exec(release)?.[1];
  const remedy = 'run it on Debian 12 or later (a container will do); until then regtest-lite stands in';
  if (!/^ID=["']?debian\b/m.test(release) || !codename) {
    return { outcome: 'unavailable', reason: 'this machine does not run Debian', remedy };
  }
  const folder = '/etc/apt/sources.list.d';
  const others = (await readdir(folder).catch((): string[] => [])).sort().map((name) => join(folder, name));
  for (const file of ['/etc/apt/sources.list', ...others]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const mirror = file.endsWith('.sources') ? mirrorOfStanzas(text, codename) : mirrorOfLines(text, codename);
    if (mirror) return mirror;
  }
  return { outcome: 'unavailable', reason: `no apt source names ${codename} main over http or https`, remedy };
}

/** The mirror in a one-line-style `sources.list`, or null. */
export function mirrorOfLines(text: string, codename: string): string | null {
  for (const line of text.split('\n')) {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(https?:\/\/\S+)\s+(\S+)\s+(.*)$/.exec(line.trim());
    if (match?.[1] && match[2] === codename && match[3]?.split(/\s+/).includes('main')) return match[1];
  }
  return null;
}

/** The mirror in a deb822-style `.sources` file, or null. */
export function mirrorOfStanzas(text: string, codename: string): string | null {
  for (const stanza of text.split(/\n\s*\n/)) {
    const words = (field: string) =>
      new RegExp(`^${field}:\\s*(.*)$`, 'mi').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    const mirror = words('URIs').find((uri) => /^https?:\/\//.test(uri));
    const fits = words('Types').includes('deb') && words('Suites').includes(codename);
    if (mirror && fits && words('Components').includes('main') && !words('Enabled').includes('no')) return mirror;
  }
  return null;
}

async function moveIntoPlace(from: string, directory: string, say: (line: string) => void): Promise<FetchedNode> {
  await chmod(from, 0o755);
  let fetched = true;
  try {
    await rename(from, directory);
  } catch (error) {
    // Somebody else was quicker: theirs is as good, if it is whole.
    fetched = false;
    if (!(await findNode(directory))) throw error;
  }
  const files = await findNode(directory);
  if (!files) throw new Error('the unpacked node lacks its program or its loader');
  say(`ready: bitcoin-knots ${files.version}`);
  return { outcome: 'ready', files, fetched };
}

/** Removes work folders whose process is gone. */
async function removeAbandoned(directory: string): Promise<void> {
  const prefix = `${basename(directory)}.new-`;
  for (const name of await readdir(dirname(directory))) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : Number.NaN;
    if (Number.isSafeInteger(owner) && !isAlive(owner)) {
      await rm(join(dirname(directory), name), { recursive: true, force: true });
    }
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function lastLine(error: unknown): string {
  const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string };
  if (code === 'ENOENT') return 'apt-get, apt-cache or dpkg-deb is missing';
  if (killed) return 'took longer than five minutes';
  const line = (stderr ?? '').split('\n').find((one) => one.startsWith('E: ')) ?? (error as Error).message;
  return line
    .replace(/^E: /, '')
    .replaceAll(/\S+:\/\/\S+/g, 'the mirror')
    .slice(0, 200);
}

import { chmod, link, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@rielrails/core';

/** The folder of one sandbox, and its lock. */
export interface Home {
  readonly directory: string;
  /** Gives the folder free; `remove` deletes it. */
  release(remove: boolean): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOCK = 'launcher.pid';
const KEYS =
  /^(?:RIELRAILS_)?(?:PAYWAY|BAKONG|AEON|APAY|BONGLOY|WING|BINANCE|SUMSUB|ONFIDO|BITGO|COINBASE|CHAINALYSIS|TELEGRAM|BOT)_(?:\w+_)?(?:KEY|SECRET|TOKEN|PASSWORD)(?:_FILE)?$/;

/**
 * Refuses an environment in which somebody has put real keys or asked for live mode.
 *
 * @throws InputError naming the variable, never its value.
 */
export function assertNothingLive(environment: Environment): void {
  if (environment['RIELRAILS_MODE'] === 'live')
    throw new InputError('RIELRAILS_MODE', 'sandbox', 'is "live"; the sandbox is play money only');
  for (const [name, value] of Object.entries(environment)) {
    if (value && (KEYS.test(name) || name === 'DATABASE_URL'))
      throw new InputError(name, 'not-in-sandbox', 'is set: a sandbox does not start beside real keys; unset it first');
  }
}

/**
 * Where a demo keeps its data: `$RIELRAILS_HOME`, else the XDG state folder. Root has `/var/lib` instead of its home:
 * PostgreSQL does not run as root, and its user may not enter there.
 */
export function demoDirectory(environment: Environment, isRoot = process.getuid?.() === 0): string {
  const { RIELRAILS_HOME: home, XDG_STATE_HOME: state, HOME: user } = environment as NodeJS.ProcessEnv;
  const own = isRoot ? '/var/lib' : join(user || tmpdir(), '.local/state');
  return join(home || join(state || own, 'rielrails'), 'demo');
}

/**
 * Takes the demo's folder, emptied: the world's memory lives as long as its process, so every start begins anew.
 *
 * @throws InputError `RIELRAILS_HOME`, `in-use` when another launcher holds it, naming its process.
 */
export async function takeDemoHome(environment: Environment): Promise<Home> {
  const directory = demoDirectory(environment);
  await mkdir(directory, { recursive: true, mode: 0o755 });
  await lock(directory);
  for (const name of ['database', 'backup', 'chain', 'signer', 'logs', 'engine.json'])
    await rm(join(directory, name), { recursive: true, force: true });
  return held(directory);
}

/** A fresh folder for one script. */
export async function takeScriptHome(): Promise<Home> {
  const directory = await mkdtemp(join(tmpdir(), 'rielrails-script-'));
  // PostgreSQL does not run as root: its user must be able to pass through.
  await chmod(directory, 0o711);
  await lock(directory);
  return held(directory);
}

function held(directory: string): Home {
  return {
    directory,
    async release(remove) {
      if (remove) await rm(directory, { recursive: true, force: true });
      else await rm(join(directory, LOCK), { force: true });
    },
  };
}

/**
 * One launcher per folder. The lock appears whole, by a link; one whose process is gone is moved away first, and put
 * back if it turns out to be somebody's who was faster.
 */
async function lock(directory: string): Promise<void> {
  const file = join(directory, LOCK);
  const own = join(directory, `launcher-${process.pid}.new`);
  await writeFile(own, `${process.pid} ${(await startOf(process.pid)) ?? ''}\n`, { mode: 0o600 });
  try {
    while (!(await linked(own, file))) {
      await assertGone(directory, await readFile(file, 'utf8').catch(() => ''));
      const stale = join(directory, `launcher-${process.pid}.stale`);
      await rename(file, stale).catch(() => {});
      const text = await readFile(stale, 'utf8').catch(() => '');
      await assertGone(directory, text).catch(async (error: unknown) => {
        await linked(stale, file);
        throw error;
      });
      await rm(stale, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

async function assertGone(directory: string, text: string): Promise<void> {
  const [owner = '', startedAt = ''] = text.trim().split(' ');
  if (owner !== '' && (await lives(Number(owner), startedAt)))
    throw new InputError('RIELRAILS_HOME', 'in-use', `a launcher, process ${owner}, already runs on ${directory}`);
}

async function lives(processId: number, startedAt: string): Promise<boolean> {
  try {
    process.kill(processId, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = await startOf(processId);
  return now === null || startedAt === '' || now === startedAt;
}

/** When a process started, in the kernel's ticks: with its number it names one process for good. */
async function startOf(processId: number): Promise<string | null> {
  const text = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

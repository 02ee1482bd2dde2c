import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog, systemClock, systemRuntime } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRegtestMiner, defaultNodeDirectory, startRegtest } from '../src/regtest/index.ts';
import { kindsToTest } from './regtest.ts';

const runtime = systemRuntime({ log: silentLog });
const nodeDirectory = defaultNodeDirectory(process.env);
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rielrails-node-'));
});
afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }));

describe('without a fetched node', () => {
  test('the stand-in is taken, and said aloud', async () => {
    const aware = createVirtualRuntime();
    const regtest = await startRegtest({ directory, nodeDirectory: join(directory, 'none'), prefer: 'any' }, aware);
    expect(regtest).toMatchObject({ kind: 'regtest-lite', processId: null });
    expect(aware.entries).toMatchObject([
      {
        level: 'warn',
        event: 'regtest-lite-stands-in',
        fields: { reason: expect.stringContaining('pnpm bitcoin-node') as string },
      },
    ]);
    await regtest.stop();
  });

  test('a wish for the node itself is refused with the command that fetches it', async () => {
    const wish = startRegtest({ directory, nodeDirectory: join(directory, 'none'), prefer: 'bitcoin-knots' }, runtime);
    await expect(wish).rejects.toMatchObject({
      field: 'nodeDirectory',
      rule: 'missing',
      message: expect.stringContaining('pnpm bitcoin-node') as string,
    });
  });
});

const real = (await kindsToTest()).filter((kind) => kind === 'bitcoin-knots');
describe.each(real)('a real node, %s,', () => {
  const isAlive = (processId: number) =>
    readFile(`/proc/${processId}/cmdline`, 'utf8').then(
      (words) => words !== '',
      () => false,
    );
  const gone = async (processId: number) => {
    for (let times = 0; times < 800 && (await isAlive(processId)); times += 1) await systemClock.sleep(25);
    return !(await isAlive(processId));
  };

  /** A node whose owner is another process. */
  async function startElsewhere(): Promise<{ readonly owner: ChildProcess; readonly processId: number }> {
    const script = fileURLToPath(new URL('node-owner.ts', import.meta.url));
    const owner = spawn(process.execPath, [script, directory, nodeDirectory], { stdio: ['pipe', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve, reject) => {
      owner.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      owner.once('exit', () => reject(new Error('the owner ended')));
    });
    return { owner, processId: (JSON.parse(line) as { processId: number }).processId };
  }

  test('ends when its owner is killed, and the chain stays', async () => {
    const first = await startRegtest({ directory, nodeDirectory, prefer: 'any' }, runtime);
    const miner = createRegtestMiner(
      { url: first.rpcUrl, credentials: { cookieFile: first.cookieFile } },
      systemRuntime({ loopbackPorts: [first.port], log: silentLog }),
    );
    const tip = await miner.mine(3);
    await first.stop();
    expect(await gone(first.processId ?? 0)).toBe(true);
    const { owner, processId } = await startElsewhere();
    owner.kill('SIGKILL');
    expect(await gone(processId)).toBe(true);
    const again = await startRegtest({ directory, nodeDirectory, prefer: 'any' }, runtime);
    const returned = createRegtestMiner(
      { url: again.rpcUrl, credentials: { cookieFile: again.cookieFile } },
      systemRuntime({ loopbackPorts: [again.port], log: silentLog }),
    );
    expect((await returned.mine(1)).height).toBe(tip.height + 1);
    await again.stop();
  });

  test('is not started a second time on one folder while its owner lives', async () => {
    const { owner, processId } = await startElsewhere();
    await expect(startRegtest({ directory, nodeDirectory, prefer: 'any' }, runtime)).rejects.toMatchObject({
      field: 'directory',
      rule: 'in-use',
      message: expect.stringMatching(new RegExp(`process ${owner.pid} .*node ${processId} `)) as string,
    });
    expect(await isAlive(processId)).toBe(true);
    owner.stdin?.end();
    owner.kill('SIGTERM');
    expect(await gone(processId)).toBe(true);
  });

  test('that outlived owner and keeper is stopped by its number', async () => {
    const { owner, processId } = await startElsewhere();
    const statOf = async (id: number) => (await readFile(`/proc/${id}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    const [, keeper] = await statOf(processId);
    // The keeper's whole group but the node: as when a container runtime cleans up clumsily.
    const group: number[] = [];
    for (const name of (await readdir('/proc')).filter((one) => /^\d+$/.test(one) && Number(one) !== processId)) {
      const [, , leader] = await statOf(Number(name)).catch((): string[] => []);
      if (leader === keeper) group.push(Number(name));
    }
    // All stand still before the first one goes: who sees another go would still end the node.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const one of group) process.kill(one, signal);
    const ownerGone = once(owner, 'exit');
    owner.kill('SIGKILL');
    await ownerGone;
    expect(await isAlive(processId)).toBe(true);
    const aware = { ...createVirtualRuntime(), fetch: runtime.fetch };
    const regtest = await startRegtest({ directory, nodeDirectory, prefer: 'any' }, aware);
    expect(aware.entries).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        event: 'regtest-node-left-over',
        fields: expect.objectContaining({ process: processId }) as object,
      }),
    );
    expect(await isAlive(processId)).toBe(false);
    await regtest.stop();
  });
});

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EngineAccess, EngineNews, PayoutJob } from './engine-protocol.ts';

/** A process that makes payouts. */
export interface Engine {
  /** Gives it a payout. `sent` when it said so, `died` when it is gone. */
  pay(job: PayoutJob): Promise<'sent' | 'died'>;
  kill(): void;
  /** Lets it end by itself. */
  stop(): Promise<void>;
}

/** Starts an engine. It is usable when the promise resolves. */
export async function startEngine(access: EngineAccess): Promise<Engine> {
  const program = fileURLToPath(new URL('./engine-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(access)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<'died'>((resolve) => void child.once('exit', () => resolve('died')));
  // A broken pipe means that the process is gone, which `gone` tells.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<EngineNews | null> => {
    const { value, done } = await lines.next();
    return done ? null : (JSON.parse(value) as EngineNews);
  };
  if ((await next())?.type !== 'ready') throw new Error('payouts: the engine did not start');
  return {
    async pay(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const news = await next();
      return news?.type === 'sent' && news.reference === job.reference ? 'sent' : gone;
    },
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}

import { Worker } from 'node:worker_threads';
import type { Soak, SoakFailure } from './soak.ts';

/** No input may take longer, on a machine that does other things too. */
const MOST_MS = 500;
/** After this long, an input is taken to never end. */
const HANGS_MS = 10_000;

/** What the thread is told. */
export interface KhqrWork {
  readonly seed: number;
  readonly count: number;
  /** Stops at this time of the system's clock. */
  readonly endAt: number;
  readonly mostMs: number;
  /** One integer: the run that is under way. */
  readonly at: SharedArrayBuffer;
}

/** What the thread found. */
export interface KhqrReport {
  readonly runs: number;
  readonly read: number;
  readonly refused: number;
  /** Refused for another reason than the checksum. */
  readonly sealedRefused: number;
  readonly slowestMs: number;
  readonly failures: readonly { readonly run: number; readonly sentence: string }[];
}

/** Random and damaged KHQRs: read and right, or refused by the typed error; never a hang, a crash, or a wrong yes. */
export const khqr: Soak = {
  about: 'KHQRs, random and damaged, half of them with their checksum repaired: no hang, no crash, no false yes',
  count: 1_000_000,
  countInCi: 20_000,
  async run({ seed, count, endAt, progress }) {
    const at = new SharedArrayBuffer(4);
    const work: KhqrWork = { seed, count, endAt: performance.timeOrigin + endAt, mostMs: MOST_MS, at };
    const report = await inThread(work);
    const failures: SoakFailure[] = report.failures.map(({ run, sentence }) => {
      const broken = `khqr input ${run}: ${sentence}`;
      progress(broken);
      return { seed, broken: [broken], replay: `pnpm soak khqr --seed ${seed} --count ${run + 1}` };
    });
    const { runs, read, refused, sealedRefused, slowestMs } = report;
    return { name: 'khqr', runs, figures: { read, refused, sealedRefused, slowestMs }, failures };
  },
};

function inThread(work: KhqrWork): Promise<KhqrReport> {
  const running = new Int32Array(work.at);
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./khqr-worker.ts', import.meta.url), { workerData: work });
    let seen = -1;
    const watch = setInterval(() => {
      const run = Atomics.load(running, 0);
      if (run !== seen) return void (seen = run);
      const failures = [{ run, sentence: `did not end within ${HANGS_MS} ms` }];
      end(() => resolve({ runs: run, read: 0, refused: 0, sealedRefused: 0, slowestMs: HANGS_MS, failures }));
    }, HANGS_MS);
    const end = (tell: () => void) => {
      clearInterval(watch);
      void thread.terminate();
      tell();
    };
    thread.once('message', (report: KhqrReport) => end(() => resolve(report)));
    thread.once('error', (error) => end(() => reject(error)));
  });
}

/** Runs inputs in a thread of its own, so that one which never ends can be named and stopped. */

import { parentPort, workerData } from 'node:worker_threads';
import { checkInput, inputOf } from './khqr-check.ts';
import type { KhqrWork, KhqrReport } from './khqr.ts';

const { seed, count, endAt, mostMs, at } = workerData as KhqrWork;
const running = new Int32Array(at);
const report: { -readonly [K in keyof KhqrReport]: KhqrReport[K] } = {
  runs: 0,
  read: 0,
  refused: 0,
  sealedRefused: 0,
  slowestMs: 0,
  failures: [],
};

for (
  let run = 0;
  run < count && report.failures.length < 20 && performance.timeOrigin + performance.now() < endAt;
  run += 1
) {
  Atomics.store(running, 0, run);
  const input = inputOf(seed, run);
  const startedAt = performance.now();
  let broken: string | null;
  try {
    const checked = checkInput(input);
    report[checked.outcome] += 1;
    if (checked.sealed && checked.outcome === 'refused') report.sealedRefused += 1;
    broken = checked.broken;
  } catch (error) {
    broken = `threw ${error instanceof Error ? `${error.name}: ${error.message}` : typeof error}`;
  }
  const took = performance.now() - startedAt;
  report.runs += 1;
  report.slowestMs = Math.max(report.slowestMs, Math.round(took));
  if (took > mostMs) broken ??= `took ${Math.round(took)} ms`;
  if (broken !== null)
    report.failures = [...report.failures, { run, sentence: `${broken}: ${JSON.stringify(input.slice(0, 600))}` }];
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort?.postMessage(report);

/**
 * A runtime whose time, randomness and log belong to the test or the sandbox.
 *
 * @packageDocumentation
 */

import { createHash } from 'node:crypto';
import type { Instant } from '@rielrails/core';
import { redactFields } from '../log.ts';
import type { Log, LogFields, LogLevel } from '../log.ts';
import type { Clock, Fetch, Random, Runtime } from '../runtime.ts';

/** A clock that moves only when told. */
export interface VirtualClock extends Clock {
  /** Moves time forward, firing every timer on the way in order. */
  advance(ms: number): Promise<void>;
  /** Runs work to its end, leaping to the next timer whenever nothing else goes on. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** A log entry as it was written, after redaction. */
export interface VirtualLogEntry {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

/** A runtime of which everything can be seen and steered. */
export interface VirtualRuntime extends Runtime {
  readonly clock: VirtualClock;
  readonly entries: readonly VirtualLogEntry[];
}

/** What a virtual runtime starts with. */
export interface VirtualRuntimeOptions {
  /** Default: 2026-01-02T03:04:05Z. */
  readonly start?: number;
  /** The same seed gives the same bytes. Default: 1. */
  readonly seed?: number;
  /** Where requests go. Default: every request is refused with `ECONNREFUSED`. */
  readonly fetch?: Fetch;
}

/** Makes a virtual runtime. */
export function createVirtualRuntime(options: VirtualRuntimeOptions = {}): VirtualRuntime {
  const entries: VirtualLogEntry[] = [];
  const write = (level: LogLevel) => (event: string, fields?: LogFields) => {
    entries.push({ level, event, fields: redactFields(fields ?? {}) });
  };
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  return {
    clock: createVirtualClock(options.start ?? Date.UTC(2026, 0, 2, 3, 4, 5)),
    random: createSeededRandom(options.seed ?? 1),
    log,
    entries,
    fetch:
      options.fetch ?? (() => Promise.reject(Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' }))),
  };
}

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Makes a clock that stands still at `start`. */
export function createVirtualClock(start: number): VirtualClock {
  let now = start;
  const timers = new Set<Timer>();
  const next = () => [...timers].sort((a, b) => a.at - b.at)[0];
  const fire = (timer: Timer) => {
    timers.delete(timer);
    now = Math.max(now, timer.at);
    timer.fire();
  };
  return {
    now: () => now as Instant,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const stop = () => {
          timers.delete(timer);
          reject(signal?.reason as Error);
        };
        const timer: Timer = {
          at: now + Math.max(0, ms),
          fire: () => {
            signal?.removeEventListener('abort', stop);
            resolve();
          },
        };
        timers.add(timer);
        signal?.addEventListener('abort', stop, { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settle();
        const timer = next();
        if (!timer || timer.at > end) break;
        fire(timer);
      }
      now = end;
      await settle();
    },
    async run(work) {
      let done = false;
      const result = work().finally(() => {
        done = true;
      });
      result.catch(() => {});
      for (;;) {
        await settle();
        if (done) return result;
        const timer = next();
        if (timer) fire(timer);
      }
    },
  };
}

/** Lets everything that is ready run, I/O of this process included. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Bytes that look random and depend on the seed alone. */
export function createSeededRandom(seed: number): Random {
  let counter = 0;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let offset = 0; offset < length; offset += 32) {
        const block = createHash('sha256').update(`${seed}:${counter}`).digest();
        counter += 1;
        bytes.set(block.subarray(0, Math.min(32, length - offset)), offset);
      }
      return bytes;
    },
  };
}

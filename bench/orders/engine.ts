import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Reference } from '@rielrails/core';
import type { EngineCommand, EngineReport } from './protocol.ts';

/** The engine's process, from outside. */
export interface EngineProcess {
  ask(command: EngineCommand): Promise<string>;
  /** Resolves when the buyer was shown this state, also if that was before. */
  shown(order: Reference, state: string): Promise<void>;
  stop(): Promise<void>;
}

const TOO_LONG_MS = 30_000;

/** Starts the engine on a database. */
export async function startEngine(url: string): Promise<EngineProcess> {
  const process = fork(join(import.meta.dirname, 'engine-process.ts'), [url]);
  const answers = new Map<number, { done(value: string): void; fail(error: Error): void }>();
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  let ready: () => void = () => {};
  const isReady = new Promise<void>((done, fail) => {
    ready = done;
    process.once('exit', (code) => {
      const error = new Error(`the engine ended (${code})`);
      fail(error);
      for (const { fail: reject } of answers.values()) reject(error);
    });
  });
  process.on('message', (report: EngineReport) => {
    switch (report.type) {
      case 'ready':
        return ready();
      case 'shown': {
        const key = `${report.order} ${report.state}`;
        waiting.get(key)?.();
        if (!waiting.delete(key)) seen.add(key);
        return;
      }
      case 'answer':
        answers.get(report.id)?.done(report.value ?? '');
        return void answers.delete(report.id);
      case 'failed':
        answers.get(report.id)?.fail(new Error(report.message));
        answers.delete(report.id);
    }
  });
  await isReady;
  let last = 0;
  const ask = (command: EngineCommand) =>
    new Promise<string>((done, fail) => {
      last += 1;
      answers.set(last, { done, fail });
      process.send({ id: last, ...command });
    });
  return {
    ask,
    shown: (order, state) =>
      new Promise((done, fail) => {
        const key = `${order} ${state}`;
        if (seen.delete(key)) return done();
        const timer = setTimeout(() => fail(new Error(`order ${order} was not ${state} in time`)), TOO_LONG_MS);
        waiting.set(key, () => {
          clearTimeout(timer);
          done();
        });
      }),
    async stop() {
      const ended = once(process, 'exit');
      void ask({ type: 'stop' }).catch(() => {});
      await ended;
    },
  };
}

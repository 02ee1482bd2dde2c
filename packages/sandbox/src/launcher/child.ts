import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { InputError } from '@rielrails/core';
import { systemClock } from '@rielrails/kit';
import type { Call, Said } from './protocol.ts';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process of the sandbox, as its launcher holds it. */
export interface Child {
  readonly processId: number;
  /** Asks it something. Fails at once when the process ends meanwhile. */
  call<T>(name: string, input?: unknown): Promise<T>;
  /** The first notice of this name; fails when the process ends before, or says nothing for a minute. */
  heard<T>(notice: string): Promise<T>;
  readonly ended: Promise<Ending>;
  /** Sends a signal and waits for the end. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Stops it in mid-air, and lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What to start. */
export interface ChildOptions {
  /** The launcher's own environment; a child gets the search path and the home folder out of it. */
  readonly environment: Environment;
  readonly name: string;
  /** A module for Node. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Loaded before the program. */
  readonly preload?: string;
  /** Where standard output and standard error go. */
  readonly logFile: string;
  readonly onNotice?: (notice: string, value: unknown) => void;
}

/** A call ended because the process did. */
export class ChildGoneError extends Error {
  constructor(name: string, { code, signal }: Ending) {
    super(`the ${name} process ended (${signal ?? `exit ${code}`})`);
    this.name = 'ChildGoneError';
  }
}

const TERM_WITHIN_MS = 5000;
const NOTICE_WITHIN_MS = 60_000;

/**
 * Starts a process of the sandbox that ends when this one does.
 *
 * It gets no environment beyond the search path and the home folder: no key of the operator's can leak into it.
 */
export function startChild(options: ChildOptions): Child {
  const { name, program, args = [], preload, logFile, onNotice } = options;
  const log = openSync(logFile, 'a', 0o600);
  const { PATH, HOME, TZ } = options.environment;
  const child = fork(program, args, {
    // Detached: Ctrl-C at the terminal reaches the launcher, which decides the order of ending.
    detached: true,
    serialization: 'advanced',
    execArgv: preload === undefined ? [] : ['--import', preload],
    env: { ...(PATH ? { PATH } : {}), ...(HOME ? { HOME } : {}), ...(TZ ? { TZ } : {}) },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const waiting = new Map<number, { readonly done: (value: unknown) => void; readonly fail: (error: Error) => void }>();
  const listening: { notice: string; done: (value: unknown) => void; fail: (error: Error) => void }[] = [];
  const said = new Map<string, unknown>();
  let over: Ending | null = null;
  let nextId = 1;
  const ended = new Promise<Ending>((resolve) => {
    const end = (ending: Ending) => {
      if (over) return;
      over = ending;
      const gone = new ChildGoneError(name, ending);
      for (const { fail } of [...waiting.values(), ...listening]) fail(gone);
      waiting.clear();
      resolve(ending);
    };
    child.once('exit', (code, signal) => end({ code, signal }));
    child.once('error', () => end({ code: null, signal: 'not started' }));
  });
  child.on('message', (message) => {
    const one = message as Said;
    if (one.type === 'notice') {
      said.set(one.notice, one.value);
      for (const { notice, done } of listening) if (notice === one.notice) done(one.value);
      onNotice?.(one.notice, one.value);
      return;
    }
    const call = waiting.get(one.id);
    waiting.delete(one.id);
    if (one.type === 'answer') call?.done(one.result);
    else {
      const { message: text, field, rule } = one.failure;
      call?.fail(field && rule ? new InputError(field, rule, text) : new Error(`${name}: ${text}`));
    }
  });
  return {
    processId: child.pid ?? 0,
    ended,
    call<T>(call: string, input?: unknown) {
      if (over) return Promise.reject(new ChildGoneError(name, over));
      return new Promise<T>((done, fail) => {
        const id = nextId;
        nextId += 1;
        waiting.set(id, { done: done as (value: unknown) => void, fail });
        const message: Call = { id, call, input };
        child.send(message, (error) => {
          // A broken line means that the process is gone; `ended` tells how.
          if (error) void ended.then((ending) => fail(new ChildGoneError(name, ending)));
        });
      });
    },
    heard<T>(notice: string) {
      if (said.has(notice)) return Promise.resolve(said.get(notice) as T);
      if (over) return Promise.reject(new ChildGoneError(name, over));
      return new Promise<T>((done, fail) => {
        const patience = new AbortController();
        void systemClock.sleep(NOTICE_WITHIN_MS, patience.signal).then(
          () => fail(new Error(`the ${name} process did not say "${notice}" in time; see ${logFile}`)),
          () => {},
        );
        const heard = (value: unknown) => {
          patience.abort();
          done(value as T);
        };
        const never = (error: Error) => {
          patience.abort();
          fail(error);
        };
        listening.push({ notice, done: heard, fail: never });
      });
    },
    async kill(signal) {
      if (over) return;
      child.kill(signal);
      const patience = new AbortController();
      const late = systemClock.sleep(TERM_WITHIN_MS, patience.signal).then(
        () => child.kill('SIGKILL'),
        () => {},
      );
      await ended;
      patience.abort();
      await late;
    },
    signal: (signal) => void child.kill(signal),
  };
}

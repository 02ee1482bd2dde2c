import type { Emulator, EmulatorContext } from '@rielrails/kit/emulator';
import type { Clock, Fetch, LogFields, Runtime } from '@rielrails/kit';
import { createSeededRandom, createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualClock } from '@rielrails/kit/virtual';

/** A runtime whose every request, answer and log line can be read afterwards, and an emulator's surroundings. */
export interface Lab {
  readonly runtime: Runtime;
  readonly surroundings: EmulatorContext;
  /** Requests that the adapter sent. */
  readonly requests: number;
  /** The bodies of the answers that it got, oldest first. */
  readonly answers: readonly string[];
  /** Log lines with all their fields, before any redaction. */
  readonly lines: readonly LogLine[];
  /** The routes that changed the emulator's truth, in order. */
  readonly changedBy: readonly string[];
  /** Connects the runtime with an emulator; `count` grows whenever its truth grows. */
  connect(emulator: Emulator, count: () => number): void;
}

/** A log line as the adapter wrote it. */
export interface LogLine {
  readonly event: string;
  readonly fields: LogFields;
}

/** Sets up a lab around a clock. The same clock and the same calls give the same bytes. */
export function openLab(clock: VirtualClock, deliver?: Fetch): Lab {
  const answers: string[] = [];
  const lines: LogLine[] = [];
  const changedBy: string[] = [];
  let requests = 0;
  let connected: { readonly emulator: Emulator; readonly count: () => number } | undefined;
  const write = (event: string, fields: LogFields = {}) => void lines.push({ event, fields });
  const fetch: Fetch = async (request, options) => {
    requests += 1;
    if (!connected) throw new Error('lab: no emulator is connected');
    const { emulator, count } = connected;
    const before = count();
    try {
      const response = await emulator.fetch(request, options);
      answers.push(await response.clone().text());
      return response;
    } finally {
      const route = emulator.exchanges.at(-1)?.route;
      if (count() > before && route) changedBy.push(route);
    }
  };
  return {
    runtime: {
      fetch,
      clock,
      random: createSeededRandom(1),
      log: { debug: write, info: write, warn: write, error: write },
    },
    surroundings: { clock, random: createSeededRandom(2), ...(deliver ? { deliver } : {}) },
    get requests() {
      return requests;
    },
    answers,
    lines,
    changedBy,
    connect(emulator, count) {
      connected = { emulator, count };
    },
  };
}

/** Runs work under a virtual clock of its own, leaping over every wait. */
export function withVirtualClock<T>(work: (clock: VirtualClock) => Promise<T>): Promise<T> {
  const { clock } = createVirtualRuntime();
  return clock.run(() => work(clock));
}

/** A moment `ms` from now. */
export function later(clock: Clock, ms: number): ReturnType<Clock['now']> {
  return (clock.now() + ms) as ReturnType<Clock['now']>;
}

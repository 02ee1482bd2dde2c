import { isInputError } from '@rielrails/core';
import type { Call, Failure, Said } from './protocol.ts';

/** What a process does for its launcher, by name. */
export type Handlers = Readonly<Record<string, (input: never) => unknown>>;

/** The line to the launcher. */
export interface LauncherLine {
  /** Tells the launcher something. Bigints travel. */
  tell(notice: string, value?: unknown): void;
  /** From now on calls are answered; those that came before are answered now. */
  answer(handlers: Handlers): void;
}

/**
 * Opens the line from a process of the sandbox to the launcher that started it, or gives `null` when somebody else did.
 *
 * The line is also the lifeline: when the launcher ends, by whatever signal, this process ends with it.
 */
export function openLauncherLine(): LauncherLine | null {
  if (!process.send) return null;
  let handlers: Handlers | null = null;
  const early: Call[] = [];
  const say = (said: Said) => process.send?.(said);
  const work = async ({ id, call, input }: Call) => {
    try {
      const handler = handlers?.[call];
      if (!handler) throw new RangeError(`call: this process does not know "${call}"`);
      say({ type: 'answer', id, result: await handler(input as never) });
    } catch (error) {
      say({ type: 'failure', id, failure: failureOf(error) });
    }
  };
  process.once('disconnect', () => process.exit(0));
  process.on('message', (message) => {
    if (handlers) void work(message as Call);
    else early.push(message as Call);
  });
  return {
    tell: (notice, value) => say({ type: 'notice', notice, value }),
    answer(known) {
      handlers = known;
      for (const call of early.splice(0)) void work(call);
    },
  };
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : 'it failed';
  return isInputError(error) ? { message, field: error.field, rule: error.rule } : { message };
}

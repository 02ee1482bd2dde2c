import { ProviderError } from '@rielrails/core';
import type { CallContext, Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { unavailable } from './call.ts';
import { repeatRead } from './repeat-read.ts';
import { createVirtualRuntime } from './virtual/index.ts';

const busy = (retryAfterMs: number) =>
  new ProviderError({ kind: 'throttled', provider: 'acme', message: 'acme: busy', retryAfterMs });

/** Throws these in turn, then answers, and tells when each try was made. */
function play(errors: readonly Error[], context?: (now: number) => CallContext) {
  const runtime = createVirtualRuntime({ start: 0 });
  const tries: number[] = [];
  const read = async () => {
    tries.push(runtime.clock.now());
    const error = errors[tries.length - 1];
    if (error) throw error;
    return 'answer';
  };
  const options = { provider: 'acme', operation: 'get', runtime, longestWaitMs: 5000 };
  const answer = runtime.clock.run(() => repeatRead(read, options, context?.(runtime.clock.now())));
  return { answer, tries };
}

test('a read is repeated with growing pauses, and every try is a call of its own', async () => {
  const { answer, tries } = play([unavailable('acme', 'no'), unavailable('acme', 'no')]);
  expect(await answer).toBe('answer');
  expect(tries).toEqual([0, 250, 750]);
});

test('what a provider wants to be waited for is waited for, unless it is too long', async () => {
  const short = play([busy(2000)]);
  expect(await short.answer).toBe('answer');
  expect(short.tries).toEqual([0, 2000]);
  await expect(play([busy(5001)]).answer).rejects.toThrow('busy');
});

test.each([
  [[unavailable('acme', 'a'), unavailable('acme', 'b'), unavailable('acme', 'last')], 'last', 3],
  [[new ProviderError({ kind: 'invalid', provider: 'acme', message: 'no such thing' })], 'no such thing', 1],
  [[new TypeError('a bug')], 'a bug', 1],
] as const)('what is thrown in the end is what the last try threw', async (errors, message, times) => {
  const { answer, tries } = play(errors);
  await expect(answer).rejects.toThrow(message);
  expect(tries).toHaveLength(times);
});

test('nothing is repeated once nobody waits', async () => {
  const { answer, tries } = play([unavailable('acme', 'no')], (now) => ({ deadline: (now + 250) as Instant }));
  await expect(answer).rejects.toThrow('no');
  expect(tries).toEqual([0]);
});

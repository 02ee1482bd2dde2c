import { createVirtualClock } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createSandboxClock } from './clock.ts';

test('sleepers wake when their time is skipped, others sleep on', async () => {
  const base = createVirtualClock(1000);
  const clock = createSandboxClock(base);
  const woken: string[] = [];
  void clock.sleep(60_000).then(() => woken.push('minute'));
  void clock.sleep(7_200_000).then(() => woken.push('two hours'));
  clock.forward(3_600_000);
  await base.advance(0);
  expect(woken).toEqual(['minute']);
  expect(clock.now()).toBe(3_601_000);
  await base.advance(3_600_000);
  expect(woken).toEqual(['minute', 'two hours']);
});

test('a sleeper that is called off rejects with the reason', async () => {
  const clock = createSandboxClock(createVirtualClock(0));
  const stop = new AbortController();
  const asleep = clock.sleep(1000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(asleep).rejects.toThrow('enough');
});

test.each([0, -1, 1.5, Number.NaN])('does not go forward by %s', (ms) => {
  expect(() => createSandboxClock(createVirtualClock(0)).forward(ms)).toThrow(RangeError);
});

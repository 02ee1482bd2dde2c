import { expect, test } from 'vitest';
import { newReference } from '../runtime.ts';
import { createSeededRandom, createVirtualClock, createVirtualRuntime } from './index.ts';

test('time stands still until it is moved', async () => {
  const clock = createVirtualClock(1000);
  const woken: number[] = [];
  for (const ms of [30, 10, 20]) void clock.sleep(ms).then(() => woken.push(clock.now()));
  await clock.advance(9);
  expect([clock.now(), woken]).toEqual([1009, []]);
  await clock.advance(15);
  expect([clock.now(), woken]).toEqual([1024, [1010, 1020]]);
  await clock.advance(100);
  expect([clock.now(), woken]).toEqual([1124, [1010, 1020, 1030]]);
});

test('a timer that a timer sets is fired on the way', async () => {
  const clock = createVirtualClock(0);
  const woken: number[] = [];
  void (async () => {
    for (let time = 0; time < 3; time += 1) {
      await clock.sleep(10);
      woken.push(clock.now());
    }
  })();
  await clock.advance(25);
  expect(woken).toEqual([10, 20]);
});

test('work runs to its end without waiting', async () => {
  const clock = createVirtualClock(0);
  const day = 86_400_000;
  await expect(clock.run(async () => clock.sleep(day).then(() => clock.now()))).resolves.toBe(day);
  await expect(clock.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});

test('a sleeper is woken by its signal', async () => {
  const clock = createVirtualClock(0);
  const caller = new AbortController();
  const sleep = clock.sleep(1000, caller.signal);
  caller.abort(new Error('gone'));
  await expect(sleep).rejects.toThrow('gone');
  await expect(clock.sleep(1000, caller.signal)).rejects.toThrow('gone');
  expect(clock.now()).toBe(0);
});

test('randomness depends on the seed alone, and does not repeat', () => {
  const [first, again, other] = [createSeededRandom(1), createSeededRandom(1), createSeededRandom(2)];
  const bytes = first.bytes(100);
  expect(again.bytes(100)).toEqual(bytes);
  expect(other.bytes(100)).not.toEqual(bytes);
  expect(first.bytes(100)).not.toEqual(bytes);
});

test('references are drawn from the whole range and keep to it', () => {
  const random = createSeededRandom(7);
  const drawn = Array.from({ length: 1000 }, () => newReference(random));
  expect(new Set(drawn).size).toBe(1000);
  expect(drawn.filter((reference) => BigInt(reference) > 2n ** 62n).length).toBeGreaterThan(400);
  const zeroFirst = [new Uint8Array(8), new Uint8Array([0x80, 0, 0, 0, 0, 0, 0, 5])];
  expect(newReference({ bytes: () => zeroFirst.shift() ?? new Uint8Array(8) })).toBe('5');
});

test('a runtime without a network refuses every connection, and keeps redacted entries', async () => {
  const runtime = createVirtualRuntime();
  await expect(runtime.fetch(new Request('https://acme.example'), {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  runtime.log.info('call', { provider: 'acme', name: 'SOK DARA' });
  expect(runtime.entries).toEqual([{ level: 'info', event: 'call', fields: { provider: 'acme' } }]);
});

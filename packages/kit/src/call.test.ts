import type { CallContext, Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { doubt, faultOfWrite, isNeverSent, limitCall, markWritten, neverSent, traced, unavailable } from './call.ts';
import { createVirtualClock } from './virtual/index.ts';

function writtenCall(copy: (context: CallContext) => CallContext = (context) => context) {
  const { context, trace } = traced(undefined);
  markWritten(copy(context));
  return trace;
}

test('after a write left, "unavailable" proves nothing', () => {
  expect(faultOfWrite(unavailable('acme', 'no answer'), 'acme', writtenCall())).toMatchObject({ kind: 'unknown' });
});

test('before a write left, "unavailable" is a proof', () => {
  const { trace } = traced(undefined);
  expect(faultOfWrite(unavailable('acme', 'no answer'), 'acme', trace)).toMatchObject({ kind: 'unavailable' });
});

test('after a write left, "never sent" still is a proof', () => {
  expect(faultOfWrite(neverSent('acme', 'thrown away'), 'acme', writtenCall())).toMatchObject({ kind: 'unavailable' });
});

test('only "never sent" is known as a proof by itself', () => {
  expect([neverSent('acme', 'thrown away'), unavailable('acme', 'no answer'), 'a text'].map(isNeverSent)).toEqual([
    true,
    false,
    false,
  ]);
});

test('a copy of the context, with a deadline of its own, still tells that a write left', () => {
  const trace = writtenCall((context) => ({ ...context, deadline: 1 as Instant }));
  expect(faultOfWrite(unavailable('acme', 'no answer'), 'acme', trace)).toMatchObject({ kind: 'unknown' });
});

test('two calls with one context do not tell of each other', () => {
  const shared: CallContext = {};
  const [first, second] = [traced(shared), traced(shared)];
  markWritten(first.context);
  expect([first.trace.wrote, second.trace.wrote]).toEqual([true, false]);
  expect(Object.getOwnPropertySymbols(shared)).toEqual([]);
});

test.each([new TypeError('a bug'), 'a text', undefined])('whatever else is thrown (%s) is doubt', (thrown) => {
  expect(faultOfWrite(thrown, 'acme', traced(undefined).trace)).toMatchObject({
    kind: 'unknown',
    reason: 'unreadable',
  });
});

test('a doubt keeps its reason', () => {
  const fault = faultOfWrite(doubt('acme', 'duplicate', 'used before'), 'acme', writtenCall());
  expect(fault).toMatchObject({ kind: 'unknown', reason: 'duplicate' });
});

test.each([
  ['the time limit', 5_000, undefined, 5_000],
  ['an earlier deadline', 5_000, 2_000, 2_000],
  ['a later deadline', 5_000, 9_000, 5_000],
])('a call ends at %s', async (_what, timeoutMs, deadline, endsAt) => {
  const clock = createVirtualClock(0);
  const limit = limitCall(deadline === undefined ? undefined : { deadline: deadline as Instant }, timeoutMs, clock);
  await clock.advance(endsAt - 1);
  expect(limit.signal.aborted).toBe(false);
  await clock.advance(1);
  expect([limit.signal.aborted, limit.timedOut()]).toEqual([true, true]);
});

test('the caller ends a call with its own reason, and that is no timeout', () => {
  const caller = new AbortController();
  const limit = limitCall({ signal: caller.signal }, 5_000, createVirtualClock(0));
  const reason = new Error('gone');
  caller.abort(reason);
  expect([limit.signal.reason, limit.timedOut()]).toEqual([reason, false]);
});

test('a disposed limit never fires', async () => {
  const clock = createVirtualClock(0);
  const limit = limitCall(undefined, 5_000, clock);
  limit.dispose();
  await clock.advance(10_000);
  expect(limit.signal.aborted).toBe(false);
});

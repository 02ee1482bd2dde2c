import { expect, test } from 'vitest';
import { faultOfWrite, markWritten, neverSent, traced, unavailable } from './call.ts';

function writtenCall() {
  const { context, trace } = traced(undefined);
  markWritten(context);
  return trace;
}

test('after a write left, "unavailable" proves nothing', () => {
  expect(faultOfWrite(unavailable('acme', 'no answer'), 'acme', writtenCall())).toMatchObject({ kind: 'unknown' });
});

test('after a write left, "never sent" still is a proof', () => {
  expect(faultOfWrite(neverSent('acme', 'thrown away'), 'acme', writtenCall())).toMatchObject({ kind: 'unavailable' });
});

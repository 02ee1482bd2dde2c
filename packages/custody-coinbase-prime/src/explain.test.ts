import { parseJson } from '@rielrails/kit';
import type { WireAnswer } from '@rielrails/kit';
import { assert as holds, integer, json, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { explain } from './explain.ts';

function meaning(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  const answer: WireAnswer = { status, headers: new Headers(headers), text: () => body, json: () => parseJson(body) };
  return explain(status, body, answer)?.fault ?? null;
}

const told = (code: number | null) =>
  JSON.stringify({ ...(code === null ? {} : { code }), message: 'no', details: [] });

test.each([
  [400, told(3), 'invalid'],
  [400, told(11), 'invalid'],
  [400, told(9), 'declined'],
  [400, told(null), 'invalid'],
  [401, told(16), 'config'],
  [401, '', 'config'],
  [403, told(7), 'config'],
  [404, told(5), 'not-found'],
  [409, told(6), 'unknown'],
  [409, told(null), 'unknown'],
  [429, told(8), 'throttled'],
  [429, '<html>', 'throttled'],
  // Something went wrong, and nobody says when: after a write this leaves it open.
  [409, told(10), 'unavailable'],
  [499, told(1), 'unavailable'],
  [400, told(2), 'unavailable'],
])('%i %s is %s', (status, body, kind) => {
  expect(meaning(status, body)).toMatchObject({ kind, provider: 'coinbase-prime' });
});

test.each([
  [200, told(3)],
  [302, ''],
  [400, '<html>Bad Request</html>'],
  [400, '"no"'],
  [403, ''],
  [408, told(null)],
  [422, told(99)],
  [500, told(13)],
  [503, told(9)],
  [504, told(4)],
])('%i %s explains nothing', (status, body) => {
  expect(meaning(status, body)).toBeNull();
});

test('after too many calls half a minute passes, unless Prime says otherwise', () => {
  expect(meaning(429, '')).toMatchObject({ retryAfterMs: 30_000 });
  expect(meaning(429, '', { 'retry-after': '2' })).not.toHaveProperty('retryAfterMs');
});

test('no answer is taken for a refusal but 4xx, and no message of Prime is passed on', () => {
  const bodies = oneof(string(), json());
  const check = property(integer({ min: 200, max: 599 }), bodies, (status, body) => {
    const isRefusal = status >= 400 && status < 500;
    expect(isRefusal ? null : meaning(status, body)).toBeNull();
  });
  holds(check, { numRuns: 500, seed: 1 });
  expect(JSON.stringify(meaning(400, '{"code":3,"message":"bc1qsecret of Dara"}'))).not.toContain('Dara');
});

import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { rawFetchOf } from './raw-fetch.ts';
import type { RawFetch, RawRequest } from './raw-fetch.ts';
import type { Fetch } from './runtime.ts';
import { createVirtualRuntime } from './virtual/index.ts';
import { createWire } from './wire.ts';

const ask: RawRequest = {
  method: 'POST',
  url: 'https://acme.example/pay?a=%20b',
  headers: { 'x-key': 'k' },
  body: utf8('រៀល'),
};
const silence: Fetch = () => new Promise(() => {});

test('a fetch without a direct way sees a Request, and its Response is read', async () => {
  const fetch: Fetch = async (request, { signal }) =>
    new Response(`${request.method} ${request.url} ${request.headers.get('x-key')} ${await request.text()}`, {
      status: 201,
      headers: { 'x-signal': String(signal?.aborted) },
    });
  const answer = await rawFetchOf(fetch)(ask, new AbortController().signal);
  expect([answer.status, answer.headers.get('x-signal')]).toEqual([201, 'false']);
  expect(new TextDecoder().decode(answer.bytes)).toBe('POST https://acme.example/pay?a=%20b k រៀល');
});

test.each<[string, Fetch]>([
  ['answers', silence],
  ['ends its body', async () => new Response(new ReadableStream())],
])('a fetch that never %s and heeds no signal is left alone when the signal says so', async (_what, fetch) => {
  const caller = new AbortController();
  const answer = rawFetchOf(fetch)(ask, caller.signal);
  setImmediate(() => caller.abort(new Error('gone')));
  await expect(answer).rejects.toThrow('gone');
});

/** A wire over both ways: what each of them was given for the same call. */
async function sentBoth(call: {
  readonly headers?: Record<string, string>;
  readonly body?: string | URLSearchParams | FormData;
}) {
  const sent: { readonly headers: Record<string, string>; readonly body: string }[] = [];
  const raw: RawFetch = async ({ headers, body }) => {
    sent.push({ headers: Object.fromEntries(new Headers(headers)), body: new TextDecoder().decode(body ?? undefined) });
    return { status: 200, headers: new Headers(), bytes: utf8('{}') };
  };
  const seen: Fetch = async (request) => {
    sent.push({ headers: Object.fromEntries(request.headers), body: await request.text() });
    return new Response('{}');
  };
  for (const fetch of [seen, Object.assign(() => Promise.reject(new Error('not this way')), { raw })]) {
    const runtime = createVirtualRuntime({ fetch });
    const wire = createWire({ provider: 'acme', baseUrl: 'https://acme.example', runtime, explain: () => null });
    await wire.write({ operation: 'pay', method: 'POST', path: '/', ...call, parse: (answer) => answer.json() });
  }
  return sent;
}

const formType = 'application/x-www-form-urlencoded;charset=UTF-8';
const ownType = { 'Content-Type': 'x/y' };

test.each([
  ['text', { headers: ownType, body: '{"a":"រៀល"}' }, { headers: { 'content-type': 'x/y' }, body: '{"a":"រៀល"}' }],
  ['text without a content type', { body: 'a' }, { headers: {}, body: 'a' }],
  ['nothing', { headers: { authorization: 'x' } }, { headers: { authorization: 'x' }, body: '' }],
  ['a form', { body: new URLSearchParams({ a: 'b c' }) }, { headers: { 'content-type': formType }, body: 'a=b+c' }],
  [
    'a form with a content type of its own',
    { headers: ownType, body: new URLSearchParams({ a: 'b' }) },
    { headers: { 'content-type': 'x/y' }, body: 'a=b' },
  ],
])('both ways are given the same: %s', async (_what, call, expected) => {
  expect(await sentBoth(call)).toEqual([expected, expected]);
});

test('a form with parts keeps its boundary on both ways', async () => {
  const body = new FormData();
  body.append('a', 'b');
  for (const { headers, body: sent } of await sentBoth({ body })) {
    const form = await new Response(sent, { headers }).formData();
    expect([...form]).toEqual([['a', 'b']]);
  }
});

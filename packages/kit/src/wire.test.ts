import { ProviderError } from '@rielrails/core';
import type { CallContext, Instant } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { traced } from './call.ts';
import { tryJson } from './fields.ts';
import type { Fetch } from './runtime.ts';
import { createVirtualRuntime } from './virtual/index.ts';
import { createWire } from './wire.ts';
import type { WireCall, WireOptions } from './wire.ts';

/** A wire to a provider that answers as told, and how often it was asked. */
function open(fetch: Fetch, options: Partial<WireOptions> = {}) {
  let requests = 0;
  const runtime = createVirtualRuntime({
    fetch: (request, signal) => {
      requests += 1;
      return fetch(request, signal);
    },
  });
  const wire = createWire({
    provider: 'acme',
    baseUrl: 'https://acme.example',
    runtime,
    explain(status) {
      if (status === 429) return new ProviderError({ kind: 'throttled', provider: 'acme', message: 'too many calls' });
      if (status === 422)
        return new ProviderError({ kind: 'declined', provider: 'acme', reason: 'limit', message: 'over the limit' });
      return null;
    },
    ...options,
  });
  const ask: WireCall<unknown> = { operation: 'ask', method: 'GET', path: '/', parse: (answer) => answer.json() };
  const change: WireCall<unknown> = { ...ask, operation: 'change', method: 'POST', body: '{}' };
  return {
    runtime,
    requests: () => requests,
    read: (context?: CallContext) => runtime.clock.run(() => wire.read(ask, context)),
    write: (context?: CallContext, call: Partial<WireCall<unknown>> = {}) =>
      runtime.clock.run(() => wire.write({ ...change, ...call }, context)),
  };
}

const answers =
  (status: number, body: string | Uint8Array<ArrayBuffer> | null = '{}', headers: Record<string, string> = {}): Fetch =>
  async () =>
    new Response(body, { status, headers });
const fails =
  (code: string): Fetch =>
  () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }));
const silence: Fetch = () => new Promise(() => {});

describe('a write', () => {
  test.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'ERR_FORBIDDEN_ADDRESS',
  ])('that failed with %s never left', async (code) => {
    const acme = open(fails(code));
    await expect(acme.write()).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(acme.requests()).toBe(1);
  });

  test.each([
    ['a reset', fails('ECONNRESET'), 'reset'],
    ['a broken pipe', fails('EPIPE'), 'reset'],
    ['an error without a code', () => Promise.reject(new Error('?')), 'reset'],
    ['silence', silence, 'timeout'],
    ['a server error', answers(500), 'server-error'],
    ['an overloaded server', answers(503), 'server-error'],
    ['an unexplained refusal', answers(400), 'unreadable'],
    ['a redirect', answers(302), 'unreadable'],
    ['a page instead of JSON', answers(200, '<html>'), 'unreadable'],
    ['bytes that are no UTF-8', answers(200, new Uint8Array([0xff])), 'unreadable'],
    ['a server error of bytes that are no UTF-8', answers(500, new Uint8Array([0xff])), 'server-error'],
  ] as const)('that ended with %s is in doubt, and is sent once', async (_what, fetch, reason) => {
    const acme = open(fetch);
    await expect(acme.write()).rejects.toMatchObject({ fault: { kind: 'unknown', reason, provider: 'acme' } });
    expect(acme.requests()).toBe(1);
  });

  test('whose answer breaks our own mapping is in doubt', async () => {
    const parse = () => {
      throw new TypeError('a bug');
    };
    await expect(open(answers(200)).write(undefined, { parse })).rejects.toMatchObject({
      fault: { kind: 'unknown', reason: 'unreadable' },
    });
  });

  test.each([
    [422, 'declined'],
    [429, 'throttled'],
  ])('that is refused as documented (%i) is %s, and is sent once', async (status, kind) => {
    const acme = open(answers(status));
    await expect(acme.write()).rejects.toMatchObject({ fault: { kind } });
    expect(acme.requests()).toBe(1);
  });

  test('that was answered gives the answer', async () => {
    await expect(open(answers(200, '{"paid":true}')).write()).resolves.toEqual({ paid: true });
  });

  const ended = new AbortController();
  ended.abort(new Error('gone'));
  test.each([
    ['aborted', { signal: ended.signal }],
    ['late', { deadline: Date.UTC(2026, 0, 1) as Instant }],
    ['at its deadline', { deadline: Date.UTC(2026, 0, 2, 3, 4, 5) as Instant }],
  ])('that is %s before it begins is not sent, and says so', async (_what, context) => {
    const acme = open(answers(200));
    const call = traced(context);
    await expect(acme.write(call.context)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect([acme.requests(), call.trace.wrote]).toEqual([0, false]);
  });

  test('that the deadline ends is in doubt, at the deadline', async () => {
    const acme = open(silence);
    const startedAt = acme.runtime.clock.now();
    await expect(acme.write({ deadline: (startedAt + 700) as Instant })).rejects.toMatchObject({
      fault: { kind: 'unknown', reason: 'timeout' },
    });
    expect(acme.runtime.clock.now() - startedAt).toBe(700);
  });

  test('that the caller ends is in doubt', async () => {
    const caller = new AbortController();
    const acme = open(() => {
      caller.abort(new Error('gone'));
      return new Promise(() => {});
    });
    await expect(acme.write({ signal: caller.signal })).rejects.toMatchObject({
      fault: { kind: 'unknown', reason: 'reset' },
    });
  });
});

test('the JSON of an answer is read once for all who ask, and what is none is none for each', async () => {
  const readings: unknown[] = [];
  const explain: WireOptions['explain'] = (_status, body, answer) => {
    readings.push(body, tryJson(answer));
    return null;
  };
  const told = await open(answers(200, '{"paid":true}'), { explain }).read();
  expect(readings).toEqual(['{"paid":true}', { paid: true }]);
  expect(told).toBe(readings[1]);
  const page = open(answers(200, '<html>'), { explain });
  await expect(page.write()).rejects.toMatchObject({ fault: { kind: 'unknown', reason: 'unreadable' } });
  expect(readings.slice(2)).toEqual(['<html>', undefined]);
});

describe('a read', () => {
  test.each([
    ['a reset', fails('ECONNRESET')],
    ['a refused connection', fails('ECONNREFUSED')],
    ['silence', silence],
    ['a server error', answers(500)],
    ['an unreadable answer', answers(200, 'no JSON')],
  ])('that ends with %s is tried three times, then unavailable', async (_what, fetch) => {
    const acme = open(fetch);
    await expect(acme.read()).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(acme.requests()).toBe(3);
  });

  test('that works the second time gives the answer', async () => {
    let tries = 0;
    const acme = open(async () => {
      tries += 1;
      return new Response('[1.50]', { status: tries === 1 ? 503 : 200 });
    });
    await expect(acme.read().then(String)).resolves.toBe('1.50');
  });

  test('waits longer each time', async () => {
    const acme = open(answers(500), { readAttempts: 4 });
    const startedAt = acme.runtime.clock.now();
    await expect(acme.read()).rejects.toThrow('server error');
    expect(acme.runtime.clock.now() - startedAt).toBe(250 + 500 + 1000);
  });

  test('that is refused as documented is not repeated', async () => {
    const acme = open(answers(422));
    await expect(acme.read()).rejects.toMatchObject({ fault: { kind: 'declined' } });
    expect(acme.requests()).toBe(1);
  });

  test.each([
    ['2', 3],
    ['259200', 1],
  ])('that is told to wait %s s is tried %i times', async (seconds, tries) => {
    const acme = open(answers(429, '', { 'retry-after': seconds }));
    await expect(acme.read()).rejects.toMatchObject({
      fault: { kind: 'throttled', retryAfterMs: Number(seconds) * 1000 },
    });
    expect(acme.requests()).toBe(tries);
  });

  test.each(['Wed, 21 Oct 2026 07:28:00 GMT', '-1', '1.5', '99999999'])('ignores "retry-after: %s"', async (text) => {
    const { fault } = (await open(answers(429, '', { 'retry-after': text }))
      .read()
      .catch((error: unknown) => error)) as ProviderError;
    expect(fault).not.toHaveProperty('retryAfterMs');
  });

  test('is not repeated past its deadline', async () => {
    const acme = open(answers(500));
    const deadline = (acme.runtime.clock.now() + 300) as Instant;
    await expect(acme.read({ deadline })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(acme.requests()).toBe(2);
  });

  test('whose caller gave up while it waited is not repeated', async () => {
    const caller = new AbortController();
    const acme = open(async () => {
      setImmediate(() => caller.abort(new Error('gone')));
      return new Response(null, { status: 500 });
    });
    await expect(acme.read({ signal: caller.signal })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(acme.requests()).toBe(1);
  });
});

test('no fault repeats what the provider or the network said', async () => {
  const acme = open(() => Promise.reject(new Error('connect to 10.1.2.3 as sok@bank')));
  const error = (await acme.write().catch((thrown: unknown) => thrown)) as ProviderError;
  expect(JSON.stringify(error.fault)).not.toContain('sok@bank');
});

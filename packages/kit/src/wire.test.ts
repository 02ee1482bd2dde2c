import { ProviderError } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createVirtualRuntime } from './virtual/index.ts';
import { createWire } from './wire.ts';

test.each([
  ['2', 3],
  ['259200', 1],
])('a read that is told to wait %s s is tried %i times', async (seconds, tries) => {
  let requests = 0;
  const runtime = createVirtualRuntime({
    fetch: async () => {
      requests += 1;
      return new Response('', { status: 429, headers: { 'retry-after': seconds } });
    },
  });
  const wire = createWire({
    provider: 'acme',
    baseUrl: 'https://acme.example',
    runtime,
    explain: (status) =>
      status === 429 ? new ProviderError({ kind: 'throttled', provider: 'acme', message: 'too many calls' }) : null,
  });
  const call = { operation: 'ask', method: 'GET', path: '/', parse: () => null } as const;
  await expect(runtime.clock.run(() => wire.read(call))).rejects.toMatchObject({
    fault: { kind: 'throttled', retryAfterMs: Number(seconds) * 1000 },
  });
  expect(requests).toBe(tries);
});

import { expect, test } from 'vitest';
import { createVirtualRuntime } from './virtual/index.ts';
import { createWire } from './wire.ts';

const runtime = createVirtualRuntime({
  fetch: () => Promise.resolve(new Response(null, { status: 302, headers: { location: 'https://pay.example/1' } })),
});
const wire = createWire({ provider: 'test', baseUrl: 'https://api.example', runtime, explain: () => null });
const call = {
  operation: 'open-page',
  method: 'POST',
  path: '/open',
  parse: (answer: { readonly headers: Headers }) => answer.headers.get('location'),
} as const;

test('a redirect is a success where the call says so', async () => {
  await expect(wire.write({ ...call, successStatuses: [302] })).resolves.toBe('https://pay.example/1');
});

test('elsewhere it leaves a write unknown', async () => {
  await expect(wire.write(call)).rejects.toMatchObject({ fault: { kind: 'unknown', reason: 'unreadable' } });
});

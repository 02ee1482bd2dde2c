import { isProviderError } from '@rielrails/core';
import { assert as holds, asyncProperty, constantFrom, json, oneof, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { changing, openWorld } from './world.ts';
import type { World } from './world.ts';

const statuses = constantFrom(200, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503);
const transaction = record(
  { id: json(), status: json(), amount: json(), idempotency_key: json(), blockchain_ids: json() },
  { requiredKeys: [] },
).map((fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, JSON.parse(text) as unknown])),
);
const bodies = oneof(
  string(),
  json(),
  transaction.map((one) => JSON.stringify({ transactions: [one], pagination: { has_next: false } })),
  transaction.map((one) => JSON.stringify({ transaction: one, ...one })),
);

/** The adapter against an answer out of nothing to its lookups, or to its write. */
function answering(world: World, to: 'GET' | 'POST', status: number, body: string) {
  return changing(world, (answer, { method }) =>
    method === to ? new Response(status === 204 ? null : body, { status }) : answer,
  );
}

test('whatever comes back, a lookup answers or throws a fault, and rules nothing out that tells no key', async () => {
  const world = await openWorld();
  const { input } = await world.withdrawn();
  const check = asyncProperty(statuses, bodies, async (status, body) => {
    const outcome = await world
      .run(() => answering(world, 'GET', status, body).get(input))
      .then(
        (found) => (found === null ? absence(body) : 'found'),
        (error: unknown) => (isProviderError(error) ? error.fault.kind : error),
      );
    expect(['found', 'all told', 'unavailable', 'config', 'throttled', 'invalid', 'declined']).toContain(outcome);
  });
  await holds(check, { numRuns: 300, seed: 1 });
});

/** Whether every transaction of a list tells a key. */
function absence(body: string): 'all told' | 'untold' {
  const { transactions } = JSON.parse(body) as { readonly transactions?: readonly { idempotency_key?: unknown }[] };
  return (transactions ?? []).every(({ idempotency_key: key }) => Boolean(key)) ? 'all told' : 'untold';
}

test('whatever comes back, a withdrawal is refused only for what a 4xx says, and applied only with its amount', async () => {
  const world = await openWorld();
  const check = asyncProperty(statuses, bodies, async (status, body) => {
    const { outcome } = await world.run(() => answering(world, 'POST', status, body).withdraw(world.withdrawal()));
    expect(outcome === 'refused' ? [400, 401, 403, 404, 429] : [status]).toContain(status);
    expect(outcome === 'applied' ? body : 'amount').toContain('amount');
  });
  // Each of them reaches the emulated Prime, which has coins for all.
  await holds(check, { numRuns: 300, seed: 2 });
});

import { expect, test } from 'vitest';
import { provesPayments } from './facts.ts';
import { referencePayments } from '../reference/payment/subject.ts';
import { enterPaymentWorld } from './world.ts';

test('a lookup or an authenticated webhook proves payments; hints do not', async () => {
  const [subject] = referencePayments;
  const manifest = await enterPaymentWorld(subject!, null, async ({ provider }) => provider.manifest);
  const webhook = { replayable: true, covers: 'body' } as const;
  const of = (operations: typeof manifest.operations) => provesPayments({ manifest: { ...manifest, operations } });
  const { get } = manifest.operations;
  expect(of({ get: get! })).toBe(true);
  expect(of({ parseWebhook: { authentication: 'signature', ...webhook } })).toBe(true);
  expect(of({ parseWebhook: { authentication: 'shared-secret', ...webhook } })).toBe(true);
  expect(of({ parseWebhook: { authentication: 'none', ...webhook } })).toEqual({ excludedBy: 'operations.get' });
  expect(of({ get: get!, parseWebhook: { authentication: 'none', ...webhook } })).toBe(true);
});

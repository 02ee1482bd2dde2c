import type { CheckedAddress, Identity, Instant, Verdict } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createVirtualRuntime } from '../virtual/index.ts';
import { defineScreening } from './define-screening.ts';

const runtime = createVirtualRuntime();
const identity: Identity = { name: 'SOK DARA' };
const address = { network: 'bitcoin', text: 'bc1q' } as CheckedAddress;

function verdictOf<Of>(of: Of, validForMs = 1): Verdict<Of> {
  return { id: 'v', of, outcome: 'clear', evidence: [], validUntil: (runtime.clock.now() + validForMs) as Instant };
}

function open(name: () => Promise<Verdict<Identity>>, found: () => Promise<Verdict<CheckedAddress>>) {
  const author = { id: 'acme', screenName: name, screenAddress: found };
  return defineScreening<'screenName' | 'screenAddress'>(author, runtime);
}

test('a fresh verdict about the very subject is given', async () => {
  const service = open(
    async () => verdictOf(identity),
    async () => verdictOf(address),
  );
  await expect(service.screenName(identity)).resolves.toEqual(verdictOf(identity));
  await expect(service.screenAddress(address)).resolves.toEqual(verdictOf(address));
});

test.each([
  ['about somebody else', verdictOf<Identity>({ name: 'SOK DORA' }), verdictOf({ ...address, text: 'bc1p' })],
  ['about another network', verdictOf<Identity>({ name: '' }), verdictOf({ ...address, network: 'testnet' })],
  ['that is stale', verdictOf(identity, 0), verdictOf(address, -1)],
])('a verdict %s is none', async (_what, name, found) => {
  const service = open(
    async () => name,
    async () => found,
  );
  await expect(service.screenName(identity)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  await expect(service.screenAddress(address)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('an error is not "clear"', async () => {
  const fails = () => Promise.reject(new Error('lists are gone'));
  const service = open(fails, fails);
  await expect(service.screenName(identity)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  await expect(service.screenAddress(address)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

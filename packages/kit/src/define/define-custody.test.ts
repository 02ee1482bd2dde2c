import { BTC, money, parseReference, USD } from '@rielrails/core';
import type {
  CheckedAddress,
  Clearance,
  Destination,
  Instant,
  OwnAddress,
  Withdraw,
  Withdrawal,
} from '@rielrails/core';
import { expect, test } from 'vitest';
import { createVirtualRuntime } from '../virtual/index.ts';
import { defineCustody } from './define-custody.ts';

const runtime = createVirtualRuntime();
const reference = parseReference('42');
const address = { network: 'acme', text: 'a1' } as CheckedAddress;
const clearance = {
  reference,
  address,
  maximum: money(BTC, 100n),
  restsOn: { kyc: reference, name: 'n', address: 'a' },
  validUntil: (runtime.clock.now() + 1) as Instant,
} as Clearance;
const withdrawal: Withdraw = {
  reference,
  amount: money(BTC, 100n),
  destination: { type: 'customer', address, clearance },
  binding: 'seal',
};

function open(answer: (input: Withdraw) => Partial<Withdrawal> = () => ({})) {
  const asked: Withdraw[] = [];
  const custody = defineCustody<'bind' | 'parseWebhook'>(
    {
      id: 'acme',
      manifest: {
        assets: [BTC],
        address: { network: 'acme', read: (text) => ({ outcome: 'valid', canonical: text }) },
        withdraw: { repeat: 'replays' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 1 },
      },
      bind: ({ reference: of }) => `seal of ${of}`,
      withdraw: async (input) => {
        asked.push(input);
        return { reference: input.reference, amount: input.amount, status: 'signing', ...answer(input) } as Withdrawal;
      },
      get: async (target) =>
        ({
          reference: target.reference,
          amount: money(BTC, 1n),
          status: 'signing',
          ...answer(withdrawal),
        }) as Withdrawal,
      parseWebhook: () => Promise.reject(new Error('SOK DARA')),
    },
    runtime,
  );
  return { custody, asked };
}

test('a cleared withdrawal is handed on as it is', async () => {
  const { custody, asked } = open();
  await expect(custody.withdraw(withdrawal)).resolves.toMatchObject({
    outcome: 'applied',
    value: { status: 'signing' },
  });
  expect(asked).toEqual([withdrawal]);
});

const cleared = (change: Partial<Clearance>) => ({
  destination: { type: 'customer', address, clearance: { ...clearance, ...change } as Clearance } as const,
});

test.each<[string, Partial<Withdraw>, string]>([
  [
    'a clearance for another reference',
    cleared({ reference: parseReference('43') }),
    'another reference; mint one for this withdrawal',
  ],
  [
    'a clearance for another address',
    cleared({ address: { ...address, text: 'a2' } }),
    'another address; screen the one that is paid',
  ],
  ['a clearance for another network', cleared({ address: { ...address, network: 'b' } }), 'another address'],
  ['a clearance for less', cleared({ maximum: money(BTC, 99n) }), 'allows less than this amount; mint one'],
  ['a clearance in another asset', cleared({ maximum: money(USD, 100n) }), 'allows less'],
  ['a clearance that has ended', cleared({ validUntil: runtime.clock.now() }), 'no longer valid; screen again'],
  ['no seal', { binding: undefined as unknown as string }, 'binding: is missing'],
  ['nothing', { amount: money(BTC, 0n) }, 'above zero'],
  ['less than nothing', { amount: money(BTC, -1n) }, 'above zero'],
  ['an asset that is not held', { amount: money(USD, 1n) }, 'USD is not held'],
  [
    'an address of another network',
    { destination: { type: 'own', address: { network: 'b', text: 'a1' } as OwnAddress } satisfies Destination },
    'another network; ask for one of',
  ],
])('%s lets nothing out', async (_what, change, message) => {
  const { custody, asked } = open();
  const attempt = await custody.withdraw({ ...withdrawal, ...change });
  expect(attempt).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'invalid', message: expect.stringContaining(message) as string },
  });
  expect(asked).toEqual([]);
});

test('to an address of our own no clearance and no seal are needed', async () => {
  const { custody } = open();
  const destination: Destination = { type: 'own', address: address as OwnAddress };
  await expect(custody.withdraw({ reference, amount: money(BTC, 1n), destination })).resolves.toMatchObject({
    outcome: 'applied',
  });
});

test.each([{ reference: parseReference('43') }, { amount: money(BTC, 99n) }])(
  'an echo that differs is in doubt',
  async (echo) => {
    await expect(open(() => echo).custody.withdraw(withdrawal)).resolves.toMatchObject({
      outcome: 'unknown',
      fault: { reason: 'echo-mismatch' },
    });
  },
);

test('a lookup that answers about another withdrawal is no answer', async () => {
  const { custody } = open(() => ({ reference: parseReference('43') }));
  await expect(custody.get({ reference })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a webhook reader never throws', async () => {
  const { custody } = open();
  const [headers, body, receivedAt] = [new Headers(), new Uint8Array(), runtime.clock.now()];
  const outcome = await custody.parseWebhook({ method: 'POST', url: 'https://x', headers, body, receivedAt });
  expect(outcome).toEqual({ outcome: 'rejected', reason: 'malformed', reply: { status: 400 } });
  expect(runtime.entries.at(-1)).toMatchObject({ event: 'webhook-rejected', fields: { error: 'Error' } });
});

test('what was not written is not there', () => {
  const { custody } = open();
  const operations = ['bind', 'bump', 'balance', 'estimateFee', 'depositAddress', 'parseWebhook'];
  expect(operations.filter((name) => name in custody)).toEqual(['bind', 'parseWebhook']);
});

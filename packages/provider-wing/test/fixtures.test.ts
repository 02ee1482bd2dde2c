import { readFileSync } from 'node:fs';
import { parseReference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createWing } from '../src/index.ts';
import { cents, openV2, request } from './world.ts';

fc.configureGlobal({ seed: 20_260_102 });

const { emulator } = openV2({ currency: 'USD' });
const target = { reference: parseReference('42'), handle: 'USD.1500' };

/** The adapter against one answer, whatever it asks. */
function against(status: number, body: string) {
  const runtime = createVirtualRuntime({ fetch: () => Promise.resolve(new Response(body, { status })) });
  return { runtime, provider: createWing(emulator.config, runtime) };
}

function fixture(name: string) {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
  const { httpStatus, body } = JSON.parse(text) as { readonly httpStatus: number; readonly body: unknown };
  return against(httpStatus, JSON.stringify(body));
}

test('inquiry-paid', async () => {
  expect(await fixture('inquiry-paid').provider.get(target)).toMatchObject({
    status: 'paid',
    receipts: [
      {
        transaction: 'ONL000001',
        amount: cents(1500n),
        paidAt: Date.UTC(2026, 0, 2, 3, 4, 5),
        payer: { name: 'Demo Payer' },
      },
    ],
  });
});

test('inquiry-paid-number: an unfamiliar date is no date, and nobody is no payer', async () => {
  expect((await fixture('inquiry-paid-number').provider.get(target))?.receipts).toEqual([
    { transaction: 'ONL000002', amount: cents(3000n) },
  ]);
});

test.each(['inquiry-two-currencies', 'inquiry-without-transaction'])('%s is no answer', async (name) => {
  const { runtime, provider } = fixture(name);
  await expect(runtime.clock.run(() => provider.get(target))).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('authorisation-refused: the code is told, the text is not', async () => {
  const { runtime, provider } = fixture('authorisation-refused');
  const attempt = await provider.create(request(runtime, { amount: cents(1500n) }));
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'declined', providerCode: 'E17' } });
  expect(JSON.stringify(attempt)).not.toContain('Demo Payer');
});

test.each([
  ['a token that is empty', 200, '{"errorCode":"200","token":""}', 'unknown'],
  ['a token that is no text', 200, '{"errorCode":"200","token":{}}', 'unknown'],
  ['no token', 200, '{"errorCode":"200"}', 'unknown'],
  ['a code that is a sentence', 200, '{"errorCode":"Demo Payer is not allowed"}', 'unknown'],
  ['no code', 200, '{}', 'unknown'],
  ['a refusal by a broken server', 500, '{"errorCode":"401"}', 'unknown'],
  ['a page of a gateway', 403, '<html></html>', 'unknown'],
  ['a code with another HTTP status', 400, '{"errorCode":"401"}', 'refused'],
] as const)('a create answered with %s is %s', async (_name, status, body, outcome) => {
  const { runtime, provider } = against(status, body);
  expect(await provider.create(request(runtime, { amount: cents(1500n) }))).toMatchObject({ outcome });
});

propertyTest.prop([fc.jsonValue(), fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 })])(
  'whatever an inquiry answers: a payment as it was told, or no answer, never "unpaid"',
  async (value, transaction, amount) => {
    for (const body of [value, { errorCode: '200', transaction_id: transaction, amount, currency: 'USD' }]) {
      const { runtime, provider } = against(200, JSON.stringify(body));
      const payment = await runtime.clock.run(() => provider.get(target).catch(() => null));
      if (payment)
        expect(payment.status === 'paid' ? payment.receipts.length : payment.status).toBe(
          payment.status === 'paid' ? 1 : 'processing',
        );
    }
  },
);

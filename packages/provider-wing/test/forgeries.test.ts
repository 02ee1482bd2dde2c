import type { Instant, WebhookDelivery } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { sealWithApiKey } from '../src/emulator/cipher.ts';
import { created, openV2, request, riel } from './world.ts';

/** A callback is sealed, not signed: wrong keys and wrong encodings are in `deliveries.test.ts`. */
function sealed(text: string, key: string): WebhookDelivery {
  return {
    method: 'POST',
    url: 'https://shop.example/webhooks/wing',
    headers: new Headers({ 'content-type': 'application/x-www-form-urlencoded' }),
    body: utf8(new URLSearchParams({ contents: sealWithApiKey(text, key) }).toString()),
    receivedAt: 0 as Instant,
  };
}

test('a callback in another order, or with other spaces, points at the same payment', async () => {
  const { provider, emulator } = openV2();
  const fields = { remark: '42', amount: ' KHR 40000.00', transaction_id: 'ONL000000001' };
  const turned = Object.fromEntries(Object.entries(fields).toReversed());
  for (const text of [JSON.stringify(fields), JSON.stringify(turned), JSON.stringify(fields, null, 2)]) {
    expect(await provider.parseWebhook(sealed(text, emulator.config.restApiKey))).toMatchObject({
      outcome: 'accepted',
      trust: 'hint',
      events: [{ type: 'changed', target: { reference: '42' } }],
    });
  }
});

test.each(['39999.00', '40001.00'])('a callback over %s riel changes nothing about what was paid', async (amount) => {
  const { provider, emulator, runtime } = openV2();
  const { target } = await created({ provider }, request(runtime));
  await emulator.payer.pay(target.reference);
  const before = await provider.get(target);
  expect(before).toMatchObject({ receipts: [{ amount: riel(40_000n) }] });
  const claim = JSON.stringify({ remark: target.reference, amount: ` KHR ${amount}`, transaction_id: 'ONL9' });
  const outcome = await provider.parseWebhook(sealed(claim, emulator.config.restApiKey));
  expect(outcome).not.toHaveProperty('events.0.payment');
  expect(await provider.get(target)).toEqual(before);
});

test('the callback of another merchant cannot be opened; its order is none of ours', async () => {
  const [ours, theirs] = [openV2({}, { restApiKey: 'e'.repeat(64) }), openV2()];
  const { target } = await created(theirs, request(theirs.runtime));
  const text = JSON.stringify({ remark: target.reference, amount: ' KHR 40000.00' });
  expect(await ours.provider.parseWebhook(sealed(text, 'f'.repeat(64)))).toMatchObject({ outcome: 'rejected' });
  expect(
    (
      await openV2()
        .provider.get(target)
        .catch(() => null)
    )?.receipts ?? [],
  ).toEqual([]);
});

test('a replay of a year ago has the key of its first delivery, and the payment is what it is', async () => {
  const { provider, emulator, runtime } = openV2();
  const { target } = await created({ provider }, request(runtime));
  await emulator.payer.pay(target.reference);
  const delivery = emulator.webhooks.deliveries().at(-1) as WebhookDelivery;
  const first = await provider.parseWebhook(delivery);
  const before = await provider.get(target);
  await runtime.clock.advance(365 * 86_400_000);
  expect(await provider.parseWebhook({ ...delivery, receivedAt: runtime.clock.now() })).toEqual(first);
  expect((await provider.get(target))?.receipts).toEqual(before?.receipts);
});

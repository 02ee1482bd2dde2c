import { expect, test } from 'vitest';
import { applied, delivery, fixture, openTelegram } from './world.ts';

/** Telegram signs nothing: its updates carry a secret that we chose. Wrong secrets are in `telegram.test.ts`. */
const { emulator, telegram } = openTelegram();
const header = 'x-telegram-bot-api-secret-token';
const { webhookSecret } = emulator.config;
const payment = JSON.stringify(fixture('successful-payment'));
const YEAR_MS = 365 * 86_400_000;

test.each([
  ['base64', Buffer.from(webhookSecret).toString('base64')],
  ['hexadecimal', Buffer.from(webhookSecret).toString('hex')],
  ['a URL’s escapes', webhookSecret.replace(/./, (first) => `%${first.charCodeAt(0).toString(16)}`)],
  ['two of it', `${webhookSecret}, ${webhookSecret}`],
  ['quotes around it', `"${webhookSecret}"`],
  ['a token of a bearer', `Bearer ${webhookSecret}`],
])('the secret as %s: rejected', async (_what, secret) => {
  expect(await telegram.parseWebhook(delivery(payment, { [header]: secret }))).toMatchObject({ reason: 'signature' });
});

test('an update in another order, or written again, is the same event', async () => {
  const plain = await telegram.parseWebhook(delivery(payment, { [header]: webhookSecret }));
  const turned = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .toReversed()
            .map(([name, inner]) => [name, turned(inner)]),
        )
      : value;
  const update: unknown = JSON.parse(payment);
  for (const same of [JSON.stringify(turned(update)), JSON.stringify(update, null, 2)]) {
    expect(await telegram.parseWebhook(delivery(same, { [header]: webhookSecret }))).toEqual(plain);
  }
});

test.each([40_999n, 41_001n])('a total of %i is told as it came, beside what it is for', async (total) => {
  const text = payment.replace('"total_amount":41000', `"total_amount":${total}`);
  expect(await telegram.parseWebhook(delivery(text, { [header]: webhookSecret }))).toMatchObject({
    events: [{ payment: { receipts: [{ amount: { minor: total } }] } }],
  });
});

test('the payment of another bot is rejected for its secret, and one under another payload is not ours', async () => {
  const stranger = { [header]: 'the-secret-of-another-bot-0001' };
  expect(await telegram.parseWebhook(delivery(payment, stranger))).toMatchObject({ reason: 'signature' });
  const foreign = payment.replace('4242424242', 'shop-of-somebody-else');
  expect(await telegram.parseWebhook(delivery(foreign, { [header]: webhookSecret }))).toMatchObject({
    reason: 'not-ours',
  });
});

test('a payment of a year ago has the key and the receipt of its first delivery', async () => {
  const world = openTelegram();
  const { payment: asked } = applied(await world.create());
  await world.emulator.payer.pay(asked.reference);
  const sent = world.emulator.webhooks.deliveries().at(-1) ?? delivery('');
  const before = await world.telegram.parseWebhook(sent);
  await world.runtime.clock.advance(YEAR_MS);
  const again = await world.telegram.parseWebhook({ ...sent, receivedAt: world.runtime.clock.now() });
  expect(again).toMatchObject({ outcome: 'accepted' });
  expect(again).toEqual(before);
  expect(world.emulator.applied.receipts).toHaveLength(1);
});

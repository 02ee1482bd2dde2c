import { can } from '@rielrails/core';
import type { AnyPaymentProvider, Instant, ProviderRef, Reference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { anything, assert, asyncProperty, bigInt, constantFrom, string } from 'fast-check';
import { expect, test } from 'vitest';
import { createApayTelegram } from '../src/telegram/index.ts';
import type { ApayTelegramConfig } from '../src/telegram/index.ts';
import { applied, delivery, fixture, messageOf, openTelegram, rupees, soon } from './world.ts';

const { emulator: fixed, telegram } = openTelegram();
const secret = { 'x-telegram-bot-api-secret-token': fixed.config.webhookSecret };
const question = JSON.stringify(fixture('pre-checkout'));
const payment = JSON.stringify(fixture('successful-payment'));
const read = (body: string, receivedAt = 0) => telegram.parseWebhook(delivery(body, secret, receivedAt));

test('the documented question: amount, and ten seconds from now', async () => {
  expect(await read(question, 1_000)).toEqual({
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: 'approval:4000000000000000001',
    events: [
      {
        type: 'approval-requested',
        target: { reference: '4242424242' },
        approval: '4000000000000000001',
        amount: rupees(41_000n),
        answerBy: 11_000,
      },
    ],
    reply: { status: 200 },
  });
  expect(telegram.manifest.operations.approve.answerWithinMs).toBe(10_000);
});

test('the documented payment: Telegram’s charge id, and nothing about the person', async () => {
  const outcome = await read(payment);
  expect(outcome).toMatchObject({
    dedupeKey: 'payment:7000000001_10001_137394756_1023315216843559869',
    events: [
      {
        type: 'changed',
        payment: {
          status: 'paid',
          requested: rupees(41_000n),
          receipts: [
            {
              transaction: '7000000001_10001_137394756_1023315216843559869',
              amount: rupees(41_000n),
              paidAt: 1_760_000_050_000,
            },
          ],
        },
      },
    ],
  });
  expect(
    JSON.stringify(outcome, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
  ).not.toContain('Dara');
});

test.each([
  ['USD', 2],
  ['VND', 0],
  ['KWD', 2],
  ['JOD', 3],
])('money in %s is told with %i places, whatever is sold now', async (code, scale) => {
  const outcome = await read(payment.replace('INR', code));
  expect(outcome).toMatchObject({
    events: [{ payment: { receipts: [{ amount: { asset: { code, scale }, minor: 41_000n } }] } }],
  });
});

test.each([
  ['no header', {}],
  ['an empty header', { 'x-telegram-bot-api-secret-token': '' }],
  ['another secret', { 'x-telegram-bot-api-secret-token': 'x'.repeat(30) }],
  ['the secret in other letters', { 'x-telegram-bot-api-secret-token': fixed.config.webhookSecret.toUpperCase() }],
  ['the secret and more', { 'x-telegram-bot-api-secret-token': `${fixed.config.webhookSecret}0` }],
])('%s: rejected', async (_what, headers: Record<string, string>) => {
  expect(await telegram.parseWebhook(delivery(payment, headers))).toEqual({
    outcome: 'rejected',
    reason: 'signature',
    reply: { status: 401 },
  });
});

test.each([
  ['a text message', '{"update_id":1,"message":{"date":1760000000,"text":"/start"}}'],
  ['a tap', '{"update_id":1,"callback_query":{"id":"1","data":"x"}}'],
  ['a payment of another invoice', payment.replace('4242424242', 'tip-jar')],
  ['a question about another invoice', question.replace('4242424242', 'order-7')],
])('%s is not ours, and acknowledged', async (_what, body) => {
  expect(await read(body)).toMatchObject({ outcome: 'rejected', reason: 'not-ours', reply: { status: 200 } });
});

test.each([
  ['no charge id', payment.replace('telegram_payment_charge_id', 'charge')],
  ['an empty charge id', payment.replace(/7000000001_[0-9_]+/, '')],
  ['a fraction', payment.replace('"total_amount":41000', '"total_amount":410.5')],
  ['a negative total', payment.replace('"total_amount":41000', '"total_amount":-1')],
  ['a currency of another form', payment.replace('INR', 'inr')],
  ['a question without an id', question.replace('"id":"4000000000000000001"', '"id":4')],
])('%s: malformed, so that Telegram sends it again', async (_what, body) => {
  expect(await read(body)).toMatchObject({ outcome: 'rejected', reason: 'malformed', reply: { status: 400 } });
});

test('any update is answered', async () => {
  await assert(asyncProperty(string(), async (body) => (await read(body)).outcome === 'rejected'));
  await assert(
    asyncProperty(anything(), constantFrom('message', 'pre_checkout_query'), async (value, name) => {
      const outcome = await read(JSON.stringify({ update_id: 1, [name]: value }));
      return outcome.outcome === 'rejected';
    }),
  );
});

test('every total is told to the minor unit', async () => {
  await assert(
    asyncProperty(bigInt({ min: 1n, max: 999_999_999_999n }), async (minor) => {
      const outcome = await read(payment.replace('"total_amount":41000', `"total_amount":${minor}`));
      const event = outcome.outcome === 'accepted' ? outcome.events[0] : undefined;
      return event?.type === 'changed' && event.payment?.receipts[0]?.amount.minor === minor;
    }),
  );
});

test('an invoice is asked for, approved, and paid', async () => {
  const { create, emulator, heard } = openTelegram();
  const { payment, next } = applied(await create());
  expect(next.url).toMatch(/^https:\/\/t\.me\/\$[A-Za-z0-9_-]+$/);
  expect(next).not.toHaveProperty('payableUntil');
  expect(emulator.desk.invoices).toMatchObject([
    {
      payload: payment.reference,
      title: 'BTC Shop',
      description: 'Purchase of bitcoin',
      total: 41_000,
      currency: 'INR',
    },
  ]);
  const charge = await emulator.payer.pay(payment.reference);
  expect(heard.map(({ type }) => type)).toEqual(['approval-requested', 'changed']);
  expect(heard[1]).toMatchObject({ payment: { status: 'paid', receipts: [{ transaction: charge }] } });
});

test('a person pays by clicking', async () => {
  const { create, emulator, heard } = openTelegram();
  const { next } = applied(await create());
  const click = (choice: string) =>
    emulator.fetch(new Request(next.url, { method: 'POST', body: new URLSearchParams({ choice }) }), {});
  expect((await click('')).status).toBe(400);
  expect(await (await click('pay')).text()).toContain('Payment successful');
  expect(heard.at(-1)).toMatchObject({ type: 'changed', payment: { status: 'paid' } });
});

test('the payload is our reference and nothing else', async () => {
  const { create, emulator } = openTelegram();
  applied(await create());
  const text = JSON.stringify(emulator.desk.invoices);
  for (const personal of ['Dara', '85512345678', '10001']) expect(text).not.toContain(personal);
  expect(emulator.desk.invoices[0]?.payload).toMatch(/^\d{1,19}$/);
});

test('a question that is refused charges nobody, and the payer reads why', async () => {
  const world = openTelegram();
  world.decide = 'refuse';
  const { payment } = applied(await world.create());
  await expect(world.emulator.payer.pay(payment.reference)).rejects.toThrow('Sold out');
  expect(world.emulator.applied.receipts).toEqual([]);
});

test('a question without an answer ends after ten seconds, and an answer after that is a conflict', async () => {
  const world = openTelegram();
  world.decide = 'silence';
  const { payment } = applied(await world.create());
  const { clock } = world.runtime;
  const startedAt = clock.now();
  await expect(clock.run(() => world.emulator.payer.pay(payment.reference))).rejects.toThrow('BOT_PRECHECKOUT_TIMEOUT');
  expect(clock.now() - startedAt).toBe(10_000);
  const [event] = world.heard;
  const approval = event?.type === 'approval-requested' ? event.approval : ('' as ProviderRef);
  const late = await world.telegram.approve({ approval, decision: { type: 'accept' } });
  expect(late).toMatchObject({ outcome: 'refused', fault: { kind: 'conflict' } });
  expect(world.emulator.applied.receipts).toEqual([]);
});

test('who leaves after the approval pays nothing, and nothing tells it: the hour is the engine’s', async () => {
  const { create, emulator, heard } = openTelegram();
  const { payment } = applied(await create());
  await emulator.payer.leave(payment.reference);
  expect(heard).toMatchObject([{ type: 'approval-requested', target: { reference: payment.reference } }]);
  expect(emulator.applied.receipts).toEqual([]);
});

test('an old link, paid again and by somebody else, is another receipt on the same reference', async () => {
  const { create, emulator, heard, runtime } = openTelegram();
  const { payment } = applied(await create());
  const charges = [await emulator.payer.pay(payment.reference)];
  await runtime.clock.advance(30 * 86_400_000);
  charges.push((await emulator.payer.payTwice(payment.reference)) ?? '');
  charges.push(await emulator.payer.payForwarded(payment.reference));
  const told = heard.flatMap((event) => (event.type === 'changed' ? (event.payment?.receipts ?? []) : []));
  expect(told.map(({ transaction }) => transaction)).toEqual(charges);
  expect(new Set(charges).size).toBe(3);
  expect(new Set(heard.map(({ target }) => target.reference))).toEqual(new Set([payment.reference]));
});

test('a payment that comes twice, or a year later, has one key', async () => {
  const { create, emulator, telegram } = openTelegram();
  const { payment } = applied(await create());
  emulator.faults.add('duplicate-webhook', { route: 'webhook', times: 2 });
  await emulator.payer.pay(payment.reference);
  const [first = delivery(''), second = delivery('')] = emulator.webhooks.deliveries().slice(-2);
  const outcome = await telegram.parseWebhook(first);
  expect(
    await telegram.parseWebhook({ ...second, receivedAt: (second.receivedAt + 365 * 86_400_000) as Instant }),
  ).toEqual(outcome);
  expect(outcome).toMatchObject({ outcome: 'accepted' });
});

test.each([
  ['timeout-after-apply', 'timeout'],
  ['reset-after-apply', 'reset'],
  ['http-500-after-apply', 'server-error'],
  ['unreadable-200', 'unreadable'],
] as const)('an approval with %s is in doubt, and Telegram’s word tells', async (fault, reason) => {
  const world = openTelegram();
  world.decide = 'silence';
  const { payment } = applied(await world.create());
  const { clock } = world.runtime;
  world.emulator.faults.add(fault, { route: 'answerPreCheckoutQuery' });
  const attempt = await clock.run(async () => {
    const paying = world.emulator.payer.pay(payment.reference);
    while (world.heard.length === 0) await clock.sleep(1);
    const [event] = world.heard;
    const approval = event?.type === 'approval-requested' ? event.approval : ('' as ProviderRef);
    const attempt = await world.telegram.approve({ approval, decision: { type: 'accept' } });
    await paying;
    return attempt;
  });
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason } });
  expect(world.heard.at(-1)).toMatchObject({ type: 'changed', payment: { status: 'paid' } });
});

test.each([
  [400, 'Bad Request: CURRENCY_INVALID', 'invalid'],
  [400, 'Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID', 'invalid'],
  [400, 'Bad Request: PAYMENT_PROVIDER_INVALID', 'config'],
  [400, 'Bad Request: the payload must be encoded in UTF-8', 'invalid'],
  [401, 'Unauthorized', 'config'],
  [404, 'Not Found', 'config'],
  [403, 'Forbidden: bot was blocked by the user', 'invalid'],
  [429, 'Too Many Requests: retry after 7', 'throttled'],
  [500, 'Internal Server Error', 'unknown'],
])('%i %s is %s', async (status, description, kind) => {
  const body = { ok: false, error_code: status, description, parameters: { retry_after: 7 } };
  const runtime = createVirtualRuntime({
    fetch: () => Promise.resolve(Response.json(body, { status, headers: { 'retry-after': '7' } })),
  });
  const attempt = await createApayTelegram(fixed.config, runtime).create({
    reference: '42' as Reference,
    amount: rupees(41_000n),
    accepts: ['telegram-invoice'],
    purpose: 'Purchase of bitcoin',
    expiresAt: soon(runtime),
  });
  const expected = kind === 'throttled' ? { kind, retryAfterMs: 7000 } : { kind };
  expect(attempt).toMatchObject({ outcome: kind === 'unknown' ? 'unknown' : 'refused', fault: expected });
});

test('a long purpose is cut between characters, and an empty one is refused', async () => {
  const { create, emulator } = openTelegram();
  applied(await create({ purpose: `${'ក'.repeat(254)}😀 and more` }));
  expect(emulator.desk.invoices[0]?.description).toBe('ក'.repeat(254));
  expect(await create({ purpose: ' ' })).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(emulator.desk.invoices).toHaveLength(1);
});

test('a refusal without words is refused before it leaves', async () => {
  const { telegram, emulator } = openTelegram();
  const decision = { type: 'refuse', message: ' ' } as const;
  expect(await telegram.approve({ approval: '1' as ProviderRef, decision })).toMatchObject({
    fault: { kind: 'invalid' },
  });
  expect(emulator.exchanges).toEqual([]);
});

test('the bot token stands in the address of the Bot API alone', async () => {
  const { config } = fixed;
  const asked: string[] = [];
  const { emulator } = openTelegram();
  const runtime = createVirtualRuntime({
    fetch: async (request, how) => {
      asked.push(request.url);
      expect(await request.clone().text()).not.toContain(config.botToken);
      expect(JSON.stringify([...request.headers])).not.toContain(config.botToken);
      return emulator.fetch(request, how);
    },
  });
  const request = {
    reference: '42' as Reference,
    amount: rupees(41_000n),
    accepts: ['telegram-invoice'] as const,
    purpose: 'Purchase of bitcoin',
    expiresAt: soon(runtime),
  };
  const provider = createApayTelegram(config, runtime);
  const attempts = [await provider.create(request)];
  emulator.faults.add('reset-after-apply');
  attempts.push(await provider.create(request));
  expect(asked).toEqual(Array(2).fill(`https://api.telegram.org/bot${config.botToken}/createInvoiceLink`));
  const told = JSON.stringify(
    [attempts, runtime.entries, emulator.exchanges, provider.manifest],
    (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value),
  );
  for (const one of [config.botToken, config.providerToken, config.webhookSecret]) expect(told).not.toContain(one);
});

const { providerToken: testToken } = fixed.config;
const liveToken = openTelegram({ environment: 'live' }).emulator.config.providerToken;

test.each([
  ['a test token in live mode', { environment: 'live', providerToken: testToken }, 'providerToken: is of the other'],
  ['a live token in test mode', { environment: 'test', providerToken: liveToken }, 'providerToken: is of the other'],
  ['a token that says neither', { providerToken: '1700000000:emulated' }, 'providerToken: expected :LIVE: or :TEST:'],
  ['riel', { currencies: ['KHR'] }, 'currencies.0'],
  ['dollars in live mode', { environment: 'live', providerToken: liveToken, currencies: ['USD'] }, 'currencies: live'],
  ['no currency', { currencies: [] }, 'currencies'],
  ['a bot token of another form', { botToken: 'bot:token' }, 'botToken'],
  ['a short secret', { webhookSecret: 'short' }, 'webhookSecret'],
  ['a long title', { title: 'x'.repeat(33) }, 'title'],
])('%s is a fault of the configuration', (_what, change, message) => {
  const config = { ...fixed.config, ...change } as ApayTelegramConfig;
  const runtime = createVirtualRuntime();
  expect(() => createApayTelegram(config, runtime)).toThrow(message);
  const told = messageOf(() => createApayTelegram(config, runtime));
  const values = Object.values(change).filter((one) => typeof one === 'string' && one.length > 4);
  expect(values.filter((one) => told.includes(String(one)))).toEqual([]);
});

test('live, with what A-Pay takes', async () => {
  const { create, emulator, heard } = openTelegram({ environment: 'live' });
  const { payment } = applied(await create());
  await emulator.payer.pay(payment.reference);
  expect(heard).toHaveLength(2);
});

test('the secret before the last change is believed as long as it is configured', async () => {
  const config = { ...fixed.config, webhookSecret: 'a-new-secret-of-the-webhook' };
  const runtime = createVirtualRuntime();
  const old = delivery(payment, secret);
  expect(await createApayTelegram(config, runtime).parseWebhook(old)).toMatchObject({ reason: 'signature' });
  const rotated = createApayTelegram({ ...config, previousWebhookSecret: fixed.config.webhookSecret }, runtime);
  expect(await rotated.parseWebhook(old)).toMatchObject({ outcome: 'accepted' });
});

test('there is no lookup: what Telegram tells is all', () => {
  const provider: AnyPaymentProvider = telegram;
  for (const operation of ['get', 'cancel', 'refund', 'complete'] as const)
    expect(can(provider, operation)).toBe(false);
  for (const operation of ['approve', 'parseWebhook'] as const) expect(can(provider, operation)).toBe(true);
  expect(telegram.manifest.assets.map(({ minimum }) => minimum.asset.code)).not.toContain('KHR');
});

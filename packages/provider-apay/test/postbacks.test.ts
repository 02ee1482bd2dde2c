import { Secret } from '@rielrails/kit';
import { anything, assert, asyncProperty, string } from 'fast-check';
import { expect, test } from 'vitest';
import { signTransactions } from '../src/emulator/postback.ts';
import { postbackSignature } from '../src/postback.ts';
import { delivery, fixture, openWorld, riel } from './world.ts';

interface Vector {
  readonly accessKey: string;
  readonly privateKey: string;
  readonly transactions: string;
  readonly signature: string;
}

const vector = fixture('postback') as Vector;
const { accessKey, privateKey } = vector;
const YEAR_MS = 365 * 86_400_000;

/** A world whose webhook has the vector's keys. */
const world = openWorld({}, { accessKey, privateKey });
const { apay } = world;

/** A signed body, as somebody who holds the keys writes it. */
function signed(
  transactions: string,
  change: { readonly accessKey?: string; readonly signature?: string } = {},
): string {
  const signature = signTransactions(transactions, accessKey, privateKey);
  const proof = {
    access_key: accessKey,
    signature,
    ...(change.signature === undefined ? {} : { signature: change.signature }),
  };
  return `{"access_key":"${change.accessKey ?? proof.access_key}","signature":"${proof.signature}","transactions":${transactions}}`;
}

const one = '[{"order_id":"7fa13dbc3b79e05e","status":"Success","amount":41000,"custom_transaction_id":"42/40000"}]';
const read = (body: string, receivedAt = 0) => apay.parseWebhook(delivery(body, {}, receivedAt));

test('the vector, read twice', () => {
  const keys = { accessKey: new Secret(accessKey), privateKey: new Secret(privateKey) };
  expect(postbackSignature(vector.transactions, keys)).toBe(vector.signature);
  expect(signTransactions(vector.transactions, accessKey, privateKey)).toBe(vector.signature);
});

test('names the deposit and its order id, and nothing that happened to it', async () => {
  expect(await read(signed(one))).toMatchObject({
    outcome: 'accepted',
    trust: 'verified',
    events: [{ type: 'changed', target: { reference: '42', handle: '7fa13dbc3b79e05e' } }],
    reply: { status: 200, body: '{"status":"OK"}' },
  });
});

test.each([
  ['escaped slashes around the signed list', signed(one).replaceAll('42/40000', String.raw`42\/40000`)],
  ['spaces around the signed list', signed(one).replaceAll('":', '" : ').replaceAll(',"', ', "')],
  ['fields beside it', signed(one).replace('{', '{"amount":1,"status":"Failed",')],
  ['a year later', signed(one)],
])('%s mean the same', async (_what, body) => {
  expect(await read(body, YEAR_MS)).toEqual(await read(signed(one)));
});

test.each([
  ['one riel more', signed(one).replace('41000', '41001')],
  ['another reference', signed(one).replace('42/40000', '43/40000')],
  [
    'the members in another order',
    signed(one).replace('"status":"Success","amount":41000', '"amount":41000,"status":"Success"'),
  ],
  ['the amount as a text', signed(one).replace('41000', '"41000"')],
  ['the amount with decimals', signed(one).replace('41000', '41000.00')],
  ['upper-case hexadecimal', signed(one, { signature: signTransactions(one, accessKey, privateKey).toUpperCase() })],
  [
    'base64',
    signed(one, { signature: Buffer.from(signTransactions(one, accessKey, privateKey), 'hex').toString('base64') }),
  ],
  ['an empty signature', signed(one, { signature: '' })],
  ['another private key', signed(one, { signature: signTransactions(one, accessKey, 'c'.repeat(32)) })],
  [
    'another merchant, rightly signed by itself',
    signed(one, { accessKey: 'c'.repeat(32), signature: signTransactions(one, 'c'.repeat(32), 'd'.repeat(32)) }),
  ],
  ['the access key of another merchant', signed(one, { accessKey: 'c'.repeat(32) })],
  ['no signature', `{"access_key":"${accessKey}","transactions":${one}}`],
  ['a number for a signature', `{"access_key":"${accessKey}","signature":1,"transactions":${one}}`],
  ['no transactions', `{"access_key":"${accessKey}","signature":"${signTransactions(one, accessKey, privateKey)}"}`],
])('%s: rejected', async (_what, body) => {
  expect(await read(body)).toEqual({ outcome: 'rejected', reason: 'signature', reply: { status: 502 } });
});

test.each([
  ['nothing of ours', '[{"order_id":"7fa13dbc3b79e05e","custom_transaction_id":"ord/42"}]', 'not-ours'],
  ['no name at all', '[{"order_id":"7fa13dbc3b79e05e"}]', 'not-ours'],
  ['an empty list', '[]', 'malformed'],
  ['no list', '{"order_id":"7fa13dbc3b79e05e"}', 'malformed'],
  ['an order id of another form', '[{"order_id":"../withdraw","custom_transaction_id":"42/40000"}]', 'malformed'],
])('signed, with %s', async (_what, transactions, reason) => {
  expect(await read(signed(transactions))).toMatchObject({ outcome: 'rejected', reason });
});

test('what is not ours is acknowledged, or it would come again for ever', async () => {
  const outcome = await read(signed('[{"order_id":"7fa13dbc3b79e05e"}]'));
  expect(outcome.reply).toMatchObject({ status: 200, body: '{"status":"OK"}' });
});

test('a GET is no postback', async () => {
  expect(await apay.parseWebhook({ ...delivery(signed(one)), method: 'GET' })).toMatchObject({ reason: 'malformed' });
});

test('several deposits in one postback, a payout among them', async () => {
  const { emulator, apay, created } = openWorld();
  const deposits = [await created(), await created()];
  for (const { reference } of deposits) await emulator.payer.pay(reference);
  await emulator.dashboard.withdraw(riel(50_000n), 'refund of an order');
  expect(await apay.parseWebhook(emulator.webhooks.deliveries().at(-1) ?? delivery(''))).toMatchObject({
    reason: 'not-ours',
  });
  await emulator.dashboard.sendTogether(deposits.map(({ reference }) => reference));
  const outcome = await apay.parseWebhook(emulator.webhooks.deliveries().at(-1) ?? delivery(''));
  expect(outcome).toMatchObject({
    events: deposits.map(({ reference, handle }) => ({ target: { reference, handle } })),
  });
});

test('the keys before the last change are believed as long as they are configured', async () => {
  const { emulator, created, config } = openWorld();
  const { reference } = await created();
  await emulator.payer.pay(reference);
  const [sent = delivery('')] = emulator.webhooks.deliveries();
  const keys = { accessKey: 'e'.repeat(32), privateKey: 'f'.repeat(32) };
  const { accessKey, privateKey } = config;
  const rotated = openWorld({}, { ...keys, previousWebhook: { accessKey, privateKey } });
  expect(await rotated.apay.parseWebhook(sent)).toMatchObject({ outcome: 'accepted' });
  expect(await openWorld({}, keys).apay.parseWebhook(sent)).toMatchObject({ reason: 'signature' });
});

test('a replay of a year ago changes nothing: the deposit is looked up, and is what it is', async () => {
  const { emulator, apay, created, runtime } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference);
  const [sent = delivery('')] = emulator.webhooks.deliveries();
  const before = await apay.get(target);
  await runtime.clock.advance(YEAR_MS);
  const again = await apay.parseWebhook({ ...sent, receivedAt: runtime.clock.now() });
  expect(again).toEqual(await apay.parseWebhook(sent));
  expect(again).not.toHaveProperty('events.0.payment');
  expect(await apay.get(target)).toEqual(before);
});

test('any body is answered', async () => {
  await assert(asyncProperty(string(), async (body) => (await read(body)).outcome === 'rejected'));
  await assert(
    asyncProperty(anything(), async (transactions) => {
      const text = JSON.stringify(transactions) ?? 'null';
      const outcome = await read(signed(text));
      return outcome.outcome === 'rejected' && outcome.reply.status >= 200;
    }),
  );
});

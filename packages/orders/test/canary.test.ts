import { KHR, money } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { cambodianPolicy, readPolicy } from '../src/index.ts';
import type { DueDiligence } from '../src/index.ts';
import { encode } from '../src/store/codec.ts';
import { hits, keepErrors, keepSpans, logsOf, rowsOf, viewsOf } from './canaries.ts';
import type { Place, Spans } from './canaries.ts';
import { ask } from './database.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const DATA_KEY = 'canary-data-key-0123456789-0123456789';
const NAME = 'SOK CANARYDARA';
const PAYER = 'CANARYDARA SOK';
const STRANGER = 'CHAN CANARYVANNA';
const BORN = '1971-03-19';
const DOCUMENT = 'CANARY010203';
const ACCOUNT = 'canary-account-4711';
const PHONE = '+85512345678';
const BOT_TOKEN = ['7000000001', 'AAcanary-bot-token-canary-bot-token'].join(':');

/** Everything that can be looked for is looked for, and holds nobody. */
const cambodia = readPolicy(readFileSync(cambodianPolicy, 'utf8'));
const dueDiligence: DueDiligence = {
  ...cambodia,
  newAddress: null,
  rules: cambodia.rules.map((rule) => ({ ...rule, action: 'case' })),
};

let world: TestWorld;
let spans: Spans;
const { places: thrown, failing } = keepErrors();
beforeAll(async () => {
  spans = keepSpans();
  world = await createTestWorld({ dataKey: new Secret(DATA_KEY), documentOf: () => DOCUMENT, dueDiligence });
});
afterAll(async () => {
  spans.end();
  await world.end();
});

/** What nobody but its owner and the provider may ever read. */
const secrets = (): readonly string[] => [
  DATA_KEY,
  BOT_TOKEN,
  world.payway.config.apiKey,
  world.binance.config.apiKey,
  world.binance.config.secret,
  world.sumsub.config.appToken,
  world.sumsub.config.secretKey,
  ...world.sumsub.config.webhookSecrets,
  new URL(world.url.reveal()).password,
];
const names: readonly string[] = ['CANARYDARA', 'CANARYVANNA', BORN, DOCUMENT, ACCOUNT, PHONE, 'CANARYENTRY'];

/** A purchase in which everything goes wrong that can, and others that are turned away. */
async function live(): Promise<void> {
  const { buyer, admin } = world.orders;
  world.payway.faults.add('timeout-after-apply', { route: 'generate-qr' });
  world.payway.faults.add('unreadable-200', { route: 'check-transaction', times: 2 });
  world.binance.faults.add('reset-after-apply', { route: 'new-order' });
  world.coins.fault = 'lost-after';
  const view = await world.during(world.confirmed('canary-1', { name: NAME }));
  await world.payway.payer.pay(world.payway.applied.payments.at(-1)?.reference ?? '', { name: PAYER });
  world.screening.address = 'error';
  await world.pass(60_000);
  world.screening.address = 'clear';
  await world.pass(300_000);
  world.coins.mine(8);
  await world.pass(300_000);
  expect(await buyer.view(chatRef('canary-1'), view.id)).toMatchObject({ state: 'DELIVERED' });

  const quoted = await world.quoted('canary-3', { name: NAME });
  world.screening.name = 'error';
  await failing(world.confirm('canary-3', quoted.id));
  world.screening.name = 'clear';
  await failing(buyer.giveAddress(chatRef('canary-3'), quoted.id, `${ADDRESS}#${NAME}`));
  await failing(buyer.giveAddress(chatRef('canary-1'), view.id, ADDRESS));
  await failing(buyer.cancel(chatRef(NAME), view.id));
  await failing(admin.refundTaskDone(view.id, view.id, NAME, 'owner'));
  await failing(admin.hold(view.id, 'review', NAME));
  await failing(buyer.quote(chatRef('canary-3'), { want: { type: 'spend', amount: money(KHR, 0n) }, payIn: KHR }));
  world.sumsub.faults.add('http-500-after-apply', { times: 3 });
  await failing(world.during(buyer.verify(chatRef('canary-4'))));
  await failing(world.another({ dataKey: new Secret('canary-data-key') }));
  await world.orders.handle(
    new Request('https://shop.example/webhooks/payway', { method: 'POST', body: JSON.stringify({ name: NAME }) }),
  );
}

/** A front end's message that fails in its handler, with an error that quotes it. */
async function failInTheQueue(): Promise<void> {
  const { inbox } = world.orders;
  inbox.handle('telegram', () => Promise.reject(new TypeError(`bot ${BOT_TOKEN} met ${NAME}`)));
  await world.during(world.orders.start());
  const body = new TextEncoder().encode(JSON.stringify({ from: NAME }));
  await inbox.put([
    { source: 'telegram', key: '1', lane: 'canary-1', trust: 'verified', headers: {}, body, targets: [] },
  ]);
  await expect
    .poll(() => ask(world.url, `select output from queue.job where name = 'inbox' and output is not null`))
    .not.toEqual([]);
}

test('no secret and no name stands in any log, span, error, job or answer, nor unsealed in the database', async () => {
  await live();
  await failInTheQueue();
  const { admin } = world.orders;
  const [logs, traced] = [logsOf(world), spans.places()];
  const answers: Place[] = [
    ['admin.orders', encode(await admin.orders('all'))],
    ['admin.balances', encode(await admin.balances())],
    ['admin.proposals', encode(await admin.proposals())],
    ['admin.queue', encode(await admin.queue())],
    ['health', encode(await world.orders.health())],
  ];
  for (const { id } of await admin.orders('all')) answers.push(['admin.order', encode(await admin.order(id))]);
  answers.push(...viewsOf(world));
  const queued = await rowsOf(world.url, 'queue');
  const tables = await rowsOf(world.url, 'public');
  for (const found of [logs, traced, answers, thrown, queued, tables]) expect(found.length).toBeGreaterThan(4);

  expect(hits([...secrets(), ...names, ADDRESS], [...logs, ...traced, ...thrown, ...queued])).toEqual([]);
  expect(hits([...secrets(), ...names], answers)).toEqual([]);
  expect(hits(secrets(), tables)).toEqual([]);
  expect(hits(names, tables)).toEqual([]);
}, 40_000);

test('neither does the name or account of whoever paid, the evidence, nor what people note in a case', async () => {
  const cash = await createTestWorld({ cash: {}, documentOf: () => DOCUMENT, dueDiligence });
  for (const [chat, payer] of [
    ['canary-5', PAYER],
    ['canary-6', STRANGER],
  ] as const) {
    const view = await cash.confirmed(chat, { name: NAME });
    cash.cash.pay(cash.cash.asked.at(-1) ?? '', { name: payer, account: ACCOUNT });
    await cash.pass(30_000);
    const { order } = await cash.orders.admin.order(view.id);
    expect(order.holdReasons).toEqual(payer === STRANGER ? ['payer-mismatch'] : []);
  }
  const { admin } = cash.orders;
  for (const { id } of await admin.cases()) {
    await admin.noteCase(id, `${NAME}, ${DOCUMENT}, called ${PHONE}`, 'owner');
    await admin.decideCase(id, 'suspicious', `paid by ${STRANGER}`, 'owner');
  }
  const quoted = await cash.quoted('canary-7', { name: NAME });
  cash.screening.name = 'review';
  cash.screening.evidence = [{ source: 'list', entry: 'CANARYENTRY', explanation: `is ${NAME}` }];
  await cash.confirm('canary-7', quoted.id);
  const [screened] = (await admin.cases()).filter(({ rule }) => rule === 'name-review');
  expect((await admin.caseFile(screened?.id ?? '', 'owner')).written[0]?.text).toContain('CANARYENTRY');
  await admin.report('suspicious', '2026-01-02', '2026-01-02', 'owner');
  // What anybody may see who has no duty of compliance.
  const seen: Place[] = [
    ['admin.cases', encode(await admin.cases('all'))],
    ['admin.orders', encode(await admin.orders('all'))],
    ['admin.proposals', encode(await admin.proposals())],
  ];
  for (const { id } of await admin.orders('all')) seen.push(['admin.order', encode(await admin.order(id))]);
  expect(hits(names, seen)).toEqual([]);
  const places: Place[] = [
    ...logsOf(cash),
    ...(await rowsOf(cash.url, 'queue')),
    ...(await rowsOf(cash.url, 'public')),
  ];
  await cash.end();
  expect(places.length).toBeGreaterThan(50);
  expect(hits(names, places)).toEqual([]);
});

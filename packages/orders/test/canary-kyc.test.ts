/** What somebody tells a verifier, or our own people, is planted everywhere it can come in, and looked for everywhere it must not be. */

import { KHR, money } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { hmac, toHex } from '@rielrails/kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Reviews } from '../src/admin/index.ts';
import { hits, keepErrors, keepSpans, logsOf, rowsOf, viewsOf } from './canaries.ts';
import type { Place, Spans } from './canaries.ts';
import { ask } from './database.ts';
import { openOperatorsDoor } from './operators-door.ts';
import { createReviewedWorld } from './world/reviewed.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const NAME = 'SOK CANARYDARA';
const TYPED = 'Chan Canarybopha';
const KHMER = 'កាណារីដារ៉ា';
const BORN = '1971-03-19';
const NUMBER = 'CANARY010203';
const PHONE = '+85512345678';
const STREET = 'Canarystreet 271';
/** A picture whose bytes can be recognised. */
const PICTURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Buffer.from('CANARYPICTURE')]);
const planted: readonly string[] = [
  'CANARY',
  'Canary',
  KHMER,
  Buffer.from(KHMER).toString('latin1'),
  BORN,
  PHONE,
  PHONE.slice(4),
  Buffer.from(PICTURE).toString('base64').slice(0, 24),
];

let spans: Spans;
beforeAll(() => {
  spans = keepSpans();
});
afterAll(() => spans.end());
beforeEach(() => spans.forget());

/** Everything that is kept, said or shown to whoever has no duty of compliance. */
async function everywhere(world: TestWorld, reviews?: Reviews) {
  const schemas = await ask<{ name: string }>(
    world.url,
    `select nspname as name from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema'`,
  );
  const dump = (await Promise.all(schemas.map(({ name }) => rowsOf(world.url, name)))).flat();
  return {
    dump,
    logs: logsOf(world),
    traced: spans.places(),
    shown: viewsOf(world),
    pages: await pagesOf(world, reviews),
  };
}

/** Every page, and every answer of the operators' door, as somebody without the duty gets it. */
async function pagesOf(world: TestWorld, reviews?: Reviews): Promise<Place[]> {
  const { orders, runtime } = world;
  const door = openOperatorsDoor({ orders, ...(reviews ? { reviews } : {}) }, runtime);
  const cases = await (reviews?.cases() ?? []);
  const numbers = (await orders.admin.orders('all')).map(({ number }) => number);
  const paths = [
    '/orders?filter=all',
    '/proposals',
    '/money',
    '/engine',
    '/reviews',
    '/cases',
    ...numbers.map((number) => `/orders/${number}`),
    ...cases.flatMap(({ reference }) => ['', '/front', '/selfie'].map((rest) => `/reviews/${reference}${rest}`)),
  ];
  const commands = [
    'orders?filter=all',
    'proposals',
    'queue',
    'reviews',
    ...cases.map((one) => `review?review=${one.reference}`),
  ];
  const open = await door.signIn('vanna');
  const [pages, answers] = await Promise.all([
    Promise.all(paths.map(open)),
    Promise.all(commands.map((command) => door.ask('vanna', command))),
  ]);
  const told = async (response: Response, where: string): Promise<Place> => [where, await response.text()];
  return Promise.all([
    ...pages.map((page, index) => told(page, paths[index] ?? '')),
    ...answers.map((answer, index) => told(answer, commands[index] ?? '')),
  ]);
}

async function expectNothingOf(world: TestWorld, reviews?: Reviews) {
  const { dump, logs, traced, shown, pages } = await everywhere(world, reviews);
  for (const places of [dump, logs, traced, pages]) expect(places.length).toBeGreaterThan(4);
  // What is looked for would be found: the place of the person, of what came in and of the queue is there.
  const kept = ['public.person', 'public.inbox', 'queue.queue'];
  expect(dump.map(([where]) => where)).toEqual(expect.arrayContaining(kept));
  expect(hits(planted, [...dump, ...logs, ...traced, ...shown, ...pages])).toEqual([]);
}

test.each(['sumsub', 'onfido'] as const)(
  '%s: who somebody is, their document, phone and address stand nowhere, whatever a webhook says of them',
  async (kyc) => {
    const world = await createTestWorld({ kyc, cash: {}, documentOf: () => NUMBER });
    const { buyer } = world.orders;
    await world.confirmed('canary-1', { name: NAME });
    expect((await buyer.limits(chatRef('canary-1'))).verification.status).toBe('approved');

    // A provider may tell more than it documents.
    await buyer.verify(chatRef('canary-2'));
    const reference = world.verifier.applied.cases.at(-1)?.reference ?? '';
    const answer = await world.orders.handle(tellingWebhook(world, kyc, reference));
    expect(answer.status).toBe(200);
    const forged = tellingWebhook(world, kyc, reference, 'another-secret-of-somebody-else');
    expect((await world.orders.handle(forged)).status).toBe(401);
    await world.orders.idle();
    const [stored] = await ask<{ count: number }>(
      world.url,
      `select count(*)::int as count from inbox where source = $1`,
      [kyc],
    );
    expect(stored?.count).toBeGreaterThan(1);

    await world.verifier.desk.reject(reference as Reference, 'final', `${NAME} ${NUMBER}`);
    await world.pass(60_000);
    await buyer.exportPerson(chatRef('canary-1'));
    await expectNothingOf(world);
    await world.end();
  },
);

/** A delivery that tells everything about somebody, signed as the provider signs. */
function tellingWebhook(world: TestWorld, kyc: 'sumsub' | 'onfido', reference: string, secret?: string): Request {
  const person = { firstName: NAME, dob: BORN, number: NUMBER, phone: PHONE, street: STREET, name: KHMER };
  const [ours = ''] = kyc === 'sumsub' ? world.sumsub.config.webhookSecrets : world.onfido.config.webhookTokens;
  const body =
    kyc === 'sumsub'
      ? JSON.stringify({ type: 'applicantReviewed', externalUserId: reference, applicantId: 'a1', info: person })
      : JSON.stringify({
          payload: {
            resource_type: 'workflow_run',
            action: 'workflow_run.completed',
            object: { id: '6d20b2a9-5a5b-4a39-8d5a-3a8e9a1f2b3c', status: 'approved' },
            resource: { tags: [`kyc-${reference}`], output: person },
          },
        });
  const digest = toHex(hmac('sha256', secret ?? ours, body));
  const header = kyc === 'sumsub' ? 'x-payload-digest' : 'x-sha2-signature';
  return new Request(`https://shop.example/webhooks/${kyc}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [header]: digest },
    body,
  });
}

test('our own people: what is handed in, read off and decided stands nowhere, and is shown to nobody without the duty', async () => {
  const { world, kyc, begun, handedIn, heard, end } = await createReviewedWorld({ cash: {} });
  const { desk } = kyc;
  const { places: errors, failing } = keepErrors();
  const submit = async (chat: string, changes: Parameters<typeof handedIn>[1] = {}) => {
    const { reference } = await begun(chat);
    const told = { name: TYPED, khmerName: KHMER, born: BORN, front: PICTURE, back: PICTURE, selfie: PICTURE };
    return { reference, answer: await handedIn(reference, { ...told, ...changes }) };
  };
  const identity = { name: NAME, born: BORN, country: 'KH', documentNumber: NUMBER, documentExpires: null };
  const versionOf = async (reference: Reference) => (await desk.line(reference)).version;
  const decide = async (reference: Reference, decision: Parameters<typeof desk.decide>[2]) =>
    desk.decide(reference, await versionOf(reference), decision, 'sokha');

  // One is approved, one is proposed and waits, one is refused, one asked again, and one form is not taken.
  const approved = await submit('canary-3');
  const outcome = await decide(approved.reference, { to: 'approved', identity });
  if (outcome.outcome === 'proposed') await desk.confirm(approved.reference, outcome.proposal.hash, 'dara');
  await heard();
  const wish = { want: { type: 'spend', amount: money(KHR, 41_000n) }, payIn: KHR } as const;
  const { id } = await world.orders.buyer.quote(chatRef('canary-3'), wish);
  await world.orders.buyer.giveAddress(chatRef('canary-3'), id, ADDRESS);
  await world.confirm('canary-3', id);
  const waiting = await submit('canary-4');
  await decide(waiting.reference, { to: 'approved', identity });
  await decide((await submit('canary-5')).reference, { to: 'rejected', reasons: ['other'] });
  await decide((await submit('canary-6')).reference, { to: 'retry', reasons: ['data-mismatch'] });
  expect((await submit('canary-7', { country: `${PHONE} ${STREET}` })).answer.status).toBe(422);
  await heard();
  expect((await world.orders.buyer.limits(chatRef('canary-3'))).verification.status).toBe('approved');
  expect((await desk.file(waiting.reference, 'dara')).statement?.name).toBe(TYPED);
  expect((await desk.document(waiting.reference, 'front', 'dara')).bytes).toEqual(PICTURE);
  await failing(decide(waiting.reference, { to: 'approved', identity: { ...identity, born: `${BORN} ${PHONE}` } }));
  await failing(
    decide(waiting.reference, { to: 'approved', identity: { ...identity, documentNumber: `${NUMBER}/${STREET}` } }),
  );
  await failing(desk.file(waiting.reference, `<${NAME}>`));
  await failing(desk.confirm(waiting.reference, NUMBER, 'dara'));
  await world.pass(60_000);

  expect(errors.length).toBe(4);
  expect(hits(planted, errors)).toEqual([]);
  const { dump } = await everywhere(world);
  expect(dump.map(([where]) => where)).toEqual(
    expect.arrayContaining(['kyc_manual.document', 'kyc_manual.verification', 'kyc_manual.access']),
  );
  await expectNothingOf(world, desk);

  // The search itself: unsealed, each of them would have been found.
  await ask(world.url, 'update kyc_manual.document set sealed = $1 where reference = $2', [PICTURE, waiting.reference]);
  await ask(world.url, 'update kyc_manual.verification set statement = $1, level = $2 where reference = $3', [
    Buffer.from(KHMER),
    PHONE,
    waiting.reference,
  ]);
  const found = hits(planted, await rowsOf(world.url, 'kyc_manual'));
  expect(found.map((one) => one.split(':')[0])).toEqual(
    expect.arrayContaining(['kyc_manual.document', 'kyc_manual.verification']),
  );
  expect(found).toHaveLength(4);
  await end();
}, 30_000);

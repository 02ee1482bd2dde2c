import { parseReference } from '@rielrails/core';
import type { KycCase, KycProvider } from '@rielrails/core';
import type { FaultName } from '@rielrails/kit/emulator';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createSumsubEmulator } from '../src/emulator/index.ts';
import type { SumsubEmulator, SumsubEmulatorOptions } from '../src/emulator/index.ts';
import { createSumsub } from '../src/index.ts';

const reference = parseReference('7421905561083');
const digests = ['HMAC_SHA1_HEX', 'HMAC_SHA256_HEX', 'HMAC_SHA512_HEX'] as const;

interface World {
  readonly emulator: SumsubEmulator;
  readonly sumsub: KycProvider<'parseWebhook'>;
}

async function setUp(options?: SumsubEmulatorOptions, seed = 1): Promise<World> {
  const { clock, random } = createVirtualRuntime({ seed });
  const emulator = createSumsubEmulator({ clock, random }, options);
  const runtime = { ...createVirtualRuntime({ fetch: emulator.fetch }), clock };
  const webhookDigest = options?.webhookDigest;
  const sumsub = createSumsub({ ...emulator.config, ...(webhookDigest ? { webhookDigest } : {}) }, runtime);
  await sumsub.start({ reference, person: 'person-17', level: 'basic-kyc-level', language: 'km' });
  return { emulator, sumsub };
}

/** What a receiver makes of deliveries: each key counts once, and the truth is read back. */
async function receive({ emulator, sumsub }: World, order: (count: number) => readonly number[] = inOrder) {
  const deliveries = emulator.webhooks.deliveries();
  const keys = new Set<string>();
  let rejected = 0;
  let last: KycCase | null = null;
  for (const index of order(deliveries.length)) {
    const delivery = deliveries[index];
    const outcome = delivery && (await sumsub.parseWebhook(delivery));
    if (outcome?.outcome !== 'accepted') rejected += 1;
    else if (!keys.has(outcome.dedupeKey)) {
      keys.add(outcome.dedupeKey);
      for (const { target } of outcome.events) last = await sumsub.get(target);
    }
  }
  return { events: keys.size, rejected, last };
}

const inOrder = (count: number) => Array.from({ length: count }, (_, index) => index);

test.each(digests.flatMap((webhookDigest) => [true, false].map((named) => [webhookDigest, named] as const)))(
  'webhooks with %s (named: %s) are heard',
  async (webhookDigest, webhookNamesDigest) => {
    const world = await setUp({ webhookDigest, webhookNamesDigest });
    await world.emulator.desk.approve(reference);
    expect(await receive(world)).toMatchObject({ events: 3, rejected: 0, last: { status: 'approved' } });
  },
);

test.each<[FaultName, { readonly events: number; readonly rejected: number }]>([
  ['duplicate-webhook', { events: 5, rejected: 0 }],
  ['reordered-webhooks', { events: 5, rejected: 0 }],
  ['dropped-webhook', { events: 4, rejected: 0 }],
  ['late-webhook', { events: 5, rejected: 0 }],
  ['forged-webhook', { events: 5, rejected: 1 }],
])('under %s the truth is what is believed', async (fault, expected) => {
  const world = await setUp();
  await world.emulator.desk.approve(reference);
  world.emulator.faults.add(fault, { route: 'webhook' });
  await world.emulator.desk.reject(reference, 'final');
  await world.emulator.webhooks.flush();
  expect(await receive(world)).toMatchObject({ ...expected, last: { status: 'revoked' } });
});

property.prop([fc.array(fc.nat(), { minLength: 1, maxLength: 12 })], { seed: 11, numRuns: 40 })(
  'reviews that come in any order, any number of times, end in the truth',
  async (picks) => {
    const world = await setUp();
    await world.emulator.desk.reject(reference, 'retry');
    await world.emulator.desk.approve(reference);
    await world.emulator.desk.revoke(reference);
    const received = await receive(world, (count) => picks.map((pick) => pick % count));
    expect(received).toMatchObject({ rejected: 0, last: { status: 'revoked' } });
  },
);

test('an old GREEN that is played again approves nobody', async () => {
  const world = await setUp();
  await world.emulator.desk.approve(reference);
  const green = world.emulator.webhooks.sent.length - 1;
  await world.emulator.desk.revoke(reference);
  expect(await receive(world, () => [green])).toMatchObject({ events: 1, last: { status: 'revoked' } });
});

test('a GREEN that somebody else signed, or nobody, is not read at all', async () => {
  const [ours, theirs] = [await setUp(), await setUp({}, 2)];
  await theirs.emulator.desk.approve(reference);
  const green = theirs.emulator.webhooks.deliveries().at(-1);
  if (!green) throw new Error('nothing was sent');
  const refused = { outcome: 'rejected', reason: 'signature' };
  expect(await theirs.sumsub.parseWebhook(green)).toMatchObject({ outcome: 'accepted' });
  expect(await ours.sumsub.parseWebhook(green)).toMatchObject(refused);
  expect(await theirs.sumsub.parseWebhook({ ...green, headers: new Headers() })).toMatchObject(refused);
});

test('every change of an applicant is told, each under its own key', async () => {
  const world = await setUp({ levels: ['basic-kyc-level', 'other'] });
  const { desk, dashboard } = world.emulator;
  await desk.approve(reference);
  await dashboard.hold(reference);
  await dashboard.reset(reference);
  await dashboard.moveToLevel(reference, 'other');
  await dashboard.deactivate(reference);
  await dashboard.activate(reference);
  await dashboard.remove(reference);
  const types = world.emulator.webhooks.sent.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  expect(types).toEqual([
    'applicantCreated',
    'applicantPending',
    'applicantReviewed',
    'applicantOnHold',
    'applicantReset',
    'applicantLevelChanged',
    'applicantDeactivated',
    'applicantActivated',
    'applicantDeleted',
  ]);
  expect(await receive(world)).toMatchObject({ events: types.length, rejected: 0 });
});

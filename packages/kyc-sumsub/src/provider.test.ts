import { parseReference } from '@rielrails/core';
import type { KycProvider, StartKyc } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createSumsubEmulator } from './emulator/index.ts';
import type { SumsubEmulator, SumsubEmulatorOptions } from './emulator/index.ts';
import { createSumsub } from './provider.ts';

const input: StartKyc = {
  reference: parseReference('7421905561083'),
  person: 'person-17',
  level: 'basic-kyc-level',
  language: 'km-KH',
};
const target = { reference: input.reference };

interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: SumsubEmulator;
  readonly sumsub: KycProvider<'parseWebhook'>;
}

function setUp(options?: SumsubEmulatorOptions): World {
  const { clock, random } = createVirtualRuntime();
  const emulator = createSumsubEmulator({ clock, random }, options);
  const runtime = { ...createVirtualRuntime({ fetch: emulator.fetch }), clock };
  return { runtime, emulator, sumsub: createSumsub(emulator.config, runtime) };
}

async function setUpApproved(): Promise<World> {
  const world = setUp();
  await world.sumsub.start(input);
  await world.emulator.desk.approve(input.reference, { name: 'Chan Sopheap', born: '1985-12-31', country: 'KH' });
  return world;
}

test('a start opens a case and gives a link that knows its end', async () => {
  const { sumsub, emulator, runtime } = setUp();
  const attempt = await sumsub.start(input);
  expect(attempt).toEqual({
    outcome: 'applied',
    value: {
      case: { reference: input.reference, status: 'pending' },
      url: expect.stringMatching(/^http:\/\/sumsub\.localhost\/websdk\/p\/sbx_[0-9a-f]{20}$/),
      linkExpiresAt: runtime.clock.now() + 1_800_000,
    },
  });
  expect(emulator.applied.cases).toMatchObject([{ reference: input.reference }]);
  expect(await sumsub.get(target)).toEqual({ reference: input.reference, status: 'pending' });
});

test('a second start under the same reference finds the case and gives another link', async () => {
  const { sumsub, emulator } = await setUpApproved();
  const again = await sumsub.start(input);
  expect(again).toMatchObject({ outcome: 'applied', value: { case: { status: 'approved' } } });
  expect(emulator.applied.cases).toHaveLength(1);
});

test.each([{ person: 'person-18' }, { level: 'another-level' }])(
  'a reference that was used for %o is unknown',
  async (other) => {
    const { sumsub } = setUp({ levels: ['basic-kyc-level', 'another-level'] });
    await sumsub.start({ ...input, ...other });
    expect(await sumsub.start(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
  },
);

test('an open case without a link is unknown, and a second start completes it', async () => {
  const { sumsub, emulator } = setUp();
  emulator.faults.add('throttled', { route: 'websdk-link' });
  expect(await sumsub.start(input)).toMatchObject({ outcome: 'unknown' });
  emulator.faults.add('refused-connection', { route: 'websdk-link' });
  expect(await sumsub.start(input)).toMatchObject({ outcome: 'unknown' });
  expect(await sumsub.get(target)).toMatchObject({ status: 'pending' });
  expect(await sumsub.start(input)).toMatchObject({ outcome: 'applied' });
});

test('an unknown level is refused', async () => {
  const { sumsub, emulator } = setUp();
  const attempt = await sumsub.start({ ...input, level: 'a level & more' });
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'not-found', providerCode: 'http-404' } });
  expect(emulator.applied.cases).toMatchObject([]);
});

test.each([
  [{ person: '' }, 'person'],
  [{ person: 'Sok Dara' }, 'person'],
  [{ level: '' }, 'level'],
  [{ level: 'a\nb' }, 'level'],
  [{ language: 'khmer' }, 'language'],
])('input %o is refused before the wire', async (wrong, field) => {
  const { sumsub, emulator } = setUp();
  const attempt = await sumsub.start({ ...input, ...wrong });
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(attempt.outcome === 'refused' && attempt.fault.message).toMatch(`sumsub ${field}:`);
  expect(emulator.exchanges).toEqual([]);
});

test('an approval carries the verified identity and its end', async () => {
  const { sumsub, runtime } = await setUpApproved();
  expect(await sumsub.get(target)).toEqual({
    reference: input.reference,
    status: 'approved',
    until: runtime.clock.now() + 365 * 86_400_000,
    identity: { name: 'Chan Sopheap', born: '1985-12-31', countries: ['KH'] },
  });
});

test('a rejection says whether the person may try again, in words meant for the person', async () => {
  const { sumsub, emulator } = setUp();
  await sumsub.start(input);
  await emulator.desk.reject(input.reference, 'retry', 'The picture is blurred.');
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'retry', reasons: ['The picture is blurred.'] });
  await emulator.desk.reject(input.reference, 'final', 'We could not verify you.');
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'rejected', reasons: ['We could not verify you.'] });
  await expect(emulator.desk.approve(input.reference)).rejects.toThrow('for good');
});

test('an approval that is taken back is revoked', async () => {
  const { sumsub, emulator } = await setUpApproved();
  await emulator.desk.revoke(input.reference);
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'revoked' });
});

test('an unfamiliar status word is pending, and is logged once', async () => {
  const { sumsub, emulator, runtime } = await setUpApproved();
  emulator.faults.add('unknown-status-word', { route: 'get-applicant', times: 2 });
  expect(await sumsub.get(target)).toMatchObject({ status: 'pending' });
  expect(await sumsub.get(target)).toMatchObject({ status: 'pending' });
  expect(await sumsub.get(target)).toMatchObject({ status: 'approved' });
  expect(runtime.entries.filter(({ event }) => event === 'unfamiliar-word')).toHaveLength(1);
});

test('nobody is approved while Sumsub does not answer', async () => {
  const { sumsub, emulator, runtime } = await setUpApproved();
  for (const fault of ['http-503', 'unreadable-200', 'refused-connection', 'timeout-before'] as const) {
    emulator.faults.add(fault, { route: 'get-applicant', times: 3 });
    await expect(runtime.clock.run(() => sumsub.get(target))).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  }
});

test('every try of a read is signed afresh', async () => {
  const { sumsub, emulator, runtime } = await setUpApproved();
  emulator.faults.add('throttled', { route: 'get-applicant' });
  const slow = { ...runtime.clock, sleep: () => runtime.clock.advance(120_000) };
  const patient = createSumsub(emulator.config, { ...runtime, clock: { ...slow, sleep: sleepOnce(slow.sleep) } });
  expect(await patient.get(target)).toMatchObject({ status: 'approved' });
  expect(await sumsub.get(target)).toMatchObject({ status: 'approved' });
});

/** Back-off sleeps take two minutes; the limits of a call never fire. */
function sleepOnce(sleep: () => Promise<void>): (ms: number) => Promise<void> {
  return (ms) => (ms < 1000 ? sleep() : new Promise(() => {}));
}

test('a stranger is nobody', async () => {
  const { sumsub } = setUp();
  expect(await sumsub.get(target)).toBeNull();
});

test.each([
  [{ appToken: 'abc' }, 'appToken'],
  [{ secretKey: '' }, 'secretKey'],
  [{ webhookSecrets: [] }, 'webhookSecrets'],
  [{ webhookSecrets: [''] }, 'webhookSecrets.0'],
  [{ webhookDigest: 'MD5' as 'HMAC_SHA1_HEX' }, 'webhookDigest'],
  [{ linkValidForMs: 1 }, 'linkValidForMs'],
  [{ baseUrl: 'ftp://x' }, 'baseUrl'],
  [{ surprise: true }, 'surprise'],
])('a configuration with %o does not construct', (wrong, field) => {
  const { emulator } = setUp();
  expect(() => createSumsub({ ...emulator.config, ...wrong })).toThrow(field);
});

test('wrong keys are a config fault', async () => {
  const { emulator, runtime } = setUp();
  const stranger = createSumsub({ ...emulator.config, secretKey: 'another-key-of-enough-length' }, runtime);
  await expect(stranger.get(target)).rejects.toMatchObject({
    fault: { kind: 'config', providerCode: 'app-token-signature-mismatch' },
  });
});

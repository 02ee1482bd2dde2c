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

async function setUpApproved(options?: SumsubEmulatorOptions): Promise<World> {
  const world = setUp(options);
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
      handle: expect.stringMatching(/^[0-9a-f]{24}@\d{13}$/),
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

test('a rejection says whether the person may try again, in codes that a front end has words for', async () => {
  const { sumsub, emulator } = setUp();
  await sumsub.start(input);
  await emulator.desk.reject(input.reference, 'retry', 'Blurred: call me.');
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'retry', reasons: ['document-unreadable'] });
  await emulator.desk.reject(input.reference, 'final', 'Forged: on a list.');
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'rejected', reasons: ['other'] });
  await expect(emulator.desk.approve(input.reference)).rejects.toThrow('for good');
});

test('an approval that is taken back is revoked', async () => {
  const { sumsub, emulator } = await setUpApproved();
  await emulator.desk.revoke(input.reference);
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'revoked' });
});

test('papers that are asked for again after an approval are a retry, and may be approved again', async () => {
  const { sumsub, emulator } = await setUpApproved();
  await emulator.desk.reject(input.reference, 'retry');
  expect(await sumsub.get(target)).toMatchObject({ status: 'retry' });
  await emulator.desk.approve(input.reference);
  expect(await sumsub.get(target)).toMatchObject({ status: 'approved' });
});

test('a review that was put on hold is pending', async () => {
  const { sumsub, emulator } = await setUpApproved();
  await emulator.dashboard.hold(input.reference);
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'pending' });
});

test('an approval that was reset has to be earned again', async () => {
  const { sumsub, emulator } = await setUpApproved();
  await emulator.dashboard.reset(input.reference);
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'retry', reasons: ['unfinished'] });
  await emulator.desk.approve(input.reference);
  expect(await sumsub.get(target)).toMatchObject({ status: 'approved' });
});

test('a reset that left no trace is pending', async () => {
  const { sumsub, emulator } = await setUpApproved({ resetForgetsHistory: true });
  await emulator.dashboard.reset(input.reference);
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'pending' });
});

test('an approval at another level is none at the one that was asked for', async () => {
  const { sumsub, emulator } = setUp({ levels: ['basic-kyc-level', 'selfie-only'] });
  await sumsub.start(input);
  await emulator.dashboard.moveToLevel(input.reference, 'selfie-only');
  await emulator.desk.approve(input.reference);
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'pending' });
  await emulator.dashboard.moveToLevel(input.reference, 'basic-kyc-level');
  await emulator.desk.approve(input.reference);
  expect(await sumsub.get(target)).toMatchObject({ status: 'approved' });
});

test('an inactive applicant is revoked, until somebody makes it active again', async () => {
  const { sumsub, emulator } = await setUpApproved();
  await emulator.dashboard.deactivate(input.reference);
  expect(await sumsub.get(target)).toEqual({ ...target, status: 'revoked' });
  await emulator.dashboard.activate(input.reference);
  expect(await sumsub.get(target)).toMatchObject({ status: 'approved' });
});

test('an applicant that was deleted for good is revoked for whoever knew of it, after five minutes', async () => {
  const { sumsub, emulator, runtime } = setUp();
  const started = await sumsub.start(input);
  const known = { ...target, handle: started.outcome === 'applied' ? (started.value.handle ?? '') : '' };
  await emulator.dashboard.remove(input.reference);
  expect(await sumsub.get(known)).toBeNull();
  await runtime.clock.advance(300_001);
  expect(await sumsub.get(known)).toEqual({ ...target, status: 'revoked' });
  expect(await sumsub.get(target)).toBeNull();
  expect(await sumsub.get({ ...target, handle: 'of-another-provider' })).toBeNull();
});

test('an approval ends with the document', async () => {
  const { sumsub, runtime } = setUp();
  const started = await sumsub.start(input);
  const url = started.outcome === 'applied' ? started.value.url : '';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = 'name=Chan+Sopheap&born=1985-12-31&validUntil=2026-03-01';
  await runtime.fetch(new Request(`${url}/approve`, { method: 'POST', headers, body }), {});
  expect(await sumsub.get(target)).toMatchObject({ status: 'approved', until: Date.UTC(2026, 2, 1, 23, 59, 59) });
});

test.each([
  ['km', 'lang="km"', 'ការពិនិត្យអត្តសញ្ញាណ'],
  ['km-Khmr-KH', 'lang="km"', 'ការពិនិត្យអត្តសញ្ញាណ'],
  ['en', 'lang="en"', 'Identity check'],
  ['fr', 'lang="en"', 'Identity check'],
])('the page of a %s link', async (language, ...said) => {
  const { sumsub, runtime } = setUp();
  const started = await sumsub.start({ ...input, language });
  const url = started.outcome === 'applied' ? started.value.url : '';
  const page = await (await runtime.fetch(new Request(url), {})).text();
  for (const one of said) expect(page).toContain(one);
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

import { parseReference } from '@rielrails/core';
import type { Fetch } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { createOnfido } from '../src/index.ts';
import type { OnfidoConfig } from '../src/index.ts';
import { applied, DAY_MS, firstOf, input, openWorld, reference, targetOf } from './world.ts';
import type { World } from './world.ts';

const target = { reference };

async function openStarted(...options: Parameters<typeof openWorld>): Promise<World & { readonly url: string }> {
  const world = openWorld(...options);
  return { ...world, url: applied(await world.onfido.start(input)).url };
}

async function openApproved(...options: Parameters<typeof openWorld>): Promise<World & { readonly url: string }> {
  const world = await openStarted(...options);
  await world.emulator.desk.approve(reference, { name: 'Chan Sopheap', born: '1985-12-31', country: 'KH' });
  return world;
}

test('a start makes an applicant without a name and a run with a link that ends', async () => {
  const { onfido, emulator, runtime, call, runs } = openWorld();
  const started = await onfido.start(input);
  const linkExpiresAt = Math.floor((runtime.clock.now() + DAY_MS) / 1000) * 1000;
  expect(started).toEqual({
    outcome: 'applied',
    value: {
      case: { reference, status: 'pending' },
      url: expect.stringMatching(/^http:\/\/onfido\.localhost\/l\/[0-9a-f-]{36}$/),
      linkExpiresAt,
      handle: expect.stringMatching(/^[0-9a-f-]{36}@\d+$/),
    },
  });
  expect(emulator.applied.cases).toEqual([{ reference, status: 'awaiting_input' }]);
  const run = firstOf(await runs());
  expect(run).toMatchObject({
    tags: ['kyc-7421905561083'],
    customer_user_id: 'person-17',
    link: { language: 'en_US' },
  });
  const applicant = await call('GET', `/applicants/${run.applicant_id}`);
  expect(applicant.body).toMatchObject({ first_name: 'Unverified', last_name: 'Customer', dob: null });
  expect(await onfido.get(target)).toEqual({ reference, status: 'pending' });
});

test.each([
  ['en', 'en_US'],
  ['de-CH', 'de_DE'],
  ['pt-BR', 'pt_PT'],
  ['km-Khmr-KH', 'en_US'],
])('the page of %s speaks %s', async (language, expected) => {
  const { onfido, runs } = openWorld();
  await onfido.start({ ...input, language });
  const run = firstOf(await runs());
  expect(run.link.language).toBe(expected);
});

test('a second start gives the open run again', async () => {
  const { onfido, runs } = openWorld();
  const first = applied(await onfido.start(input));
  const second = applied(await onfido.start(input));
  expect(second.url).toBe(first.url);
  expect(await runs()).toHaveLength(1);
});

test('a link that ran out costs another run of the same applicant', async () => {
  const { onfido, runtime, runs } = openWorld();
  const first = applied(await onfido.start(input));
  await runtime.clock.advance(DAY_MS);
  const second = applied(await onfido.start(input));
  expect(second.url).not.toBe(first.url);
  expect(second.linkExpiresAt).toBeGreaterThan(runtime.clock.now());
  const both = await runs();
  expect(new Set(both.map((run) => run.applicant_id)).size).toBe(1);
  expect(both).toHaveLength(2);
});

test.each([{ person: 'person-18' }, { level: 'other' }])(
  'a reference that was used for %o is unknown',
  async (other) => {
    const { onfido } = openWorld({ levels: ['basic', 'other'] });
    await onfido.start({ ...input, ...other });
    expect(await onfido.start(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
  },
);

test.each([
  [{ person: '' }, 'person'],
  [{ person: 'Sok Dara' }, 'person'],
  [{ level: 'none' }, 'level'],
  [{ language: 'k' }, 'language'],
])('input %o is refused before the wire', async (wrong, field) => {
  const { onfido, emulator } = openWorld();
  const attempt = await onfido.start({ ...input, ...wrong });
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(attempt.outcome === 'refused' && attempt.fault.message).toMatch(`onfido ${field}:`);
  expect(emulator.exchanges).toEqual([]);
});

test('an approval carries the verified identity, and ends a year after its run was made', async () => {
  const { onfido, runtime } = await openApproved();
  const approved = {
    reference,
    status: 'approved',
    until: runtime.clock.now() + 365 * DAY_MS,
    identity: { name: 'Chan Sopheap', born: '1985-12-31', countries: ['KH'] },
  };
  expect(await onfido.get(target)).toEqual(approved);
  await runtime.clock.advance(30 * DAY_MS);
  expect(await onfido.get(target)).toEqual(approved);
});

test('an approval ends with the document', async () => {
  const { onfido, press, url } = await openStarted();
  expect(await press(`${url}/approve`, 'name=Chan+Sopheap&born=1985-12-31&validUntil=2026-03-01')).toBe(303);
  expect(await onfido.get(target)).toMatchObject({ status: 'approved', until: Date.UTC(2026, 2, 1, 23, 59, 59) });
});

test('an approval without the document report is none', async () => {
  const { onfido } = await openApproved({}, { documentOutput: 'passport' });
  await expect(onfido.get(target)).rejects.toMatchObject({
    fault: { kind: 'unavailable', message: expect.stringContaining('documentOutput') },
  });
});

test('papers that nobody can read may be shown again, on another run', async () => {
  const { onfido, emulator, url } = await openStarted();
  await emulator.desk.reject(reference, 'retry');
  const retry = { reference, status: 'retry', reasons: ['document-unreadable'] };
  expect(await onfido.get(target)).toEqual(retry);
  const again = applied(await onfido.start(input));
  expect(again).toMatchObject({ case: retry });
  expect(again.url).not.toBe(url);
  expect(applied(await onfido.start(input)).url).toBe(again.url);
  await emulator.desk.approve(reference);
  expect(await onfido.get(target)).toMatchObject({ status: 'approved' });
});

test('a forgery is final: there is no other run, and nothing is told', async () => {
  const { onfido, emulator, url, runs } = await openStarted();
  await emulator.desk.reject(reference, 'final');
  const rejected = { reference, status: 'rejected', reasons: ['other'] };
  expect(await onfido.get(target)).toEqual(rejected);
  expect(applied(await onfido.start(input))).toMatchObject({ case: rejected, url });
  expect(await runs()).toHaveLength(1);
});

test('the workflow may name reasons after which somebody may try again', async () => {
  const { onfido, emulator } = await openStarted({}, { retryReasons: ['Document report'] });
  await emulator.desk.reject(reference, 'final');
  expect(await onfido.get(target)).toEqual({ reference, status: 'retry', reasons: ['other'] });
});

test.each([
  ['abandon', 'unfinished'],
  ['fail', 'other'],
] as const)('%s is neither an approval nor the end: the person may try again', async (what, reason) => {
  const { onfido, emulator, url } = await openStarted();
  await emulator.dashboard[what](reference);
  expect(await onfido.get(target)).toEqual({ reference, status: 'retry', reasons: [reason] });
  expect(applied(await onfido.start(input)).url).not.toBe(url);
});

test('what waits for a person of the shop is pending, and no other run is made', async () => {
  const { onfido, emulator, url } = await openStarted();
  await emulator.dashboard.review(reference);
  expect(await onfido.get(target)).toEqual({ reference, status: 'pending' });
  expect(applied(await onfido.start(input)).url).toBe(url);
});

test('a run that was approved and is declined afterwards is no approval any more', async () => {
  const { onfido, emulator } = await openApproved();
  await emulator.dashboard.decide(reference, 'declined');
  expect(await onfido.get(target)).toMatchObject({ status: 'rejected' });
});

test('a later run that is declined revokes', async () => {
  const { onfido, emulator } = await openApproved();
  await emulator.desk.revoke(reference);
  expect(await onfido.get(target)).toEqual({ reference, status: 'revoked' });
  await expect(emulator.desk.revoke(reference)).rejects.toThrow('not approved');
});

test('a later run that came to nothing, or waits, leaves an approval as it was', async () => {
  const { onfido, emulator, runtime, call, runs } = await openApproved();
  const { applicant_id, workflow_id, tags } = firstOf(await runs());
  await call('POST', '/workflow_runs', {
    applicant_id,
    workflow_id,
    tags,
    link: { expires_at: '2026-01-03T00:00:00Z' },
  });
  expect(await onfido.get(target)).toMatchObject({ status: 'approved' });
  await runtime.clock.advance(2 * DAY_MS);
  expect(applied(await onfido.start(input))).toMatchObject({ case: { status: 'approved' } });
  expect(await runs()).toHaveLength(2);
  await emulator.dashboard.abandon(reference);
  expect(await onfido.get(target)).toMatchObject({ status: 'approved' });
  expect(applied(await onfido.start(input))).toMatchObject({ case: { status: 'approved' } });
});

test('a run of a workflow that is none of ours approves nobody, and may decline', async () => {
  // The same seed makes the same ids: this account has another workflow, which its shop does not name.
  const levels = ['basic', 'other'];
  const { basic = '', other = '' } = openWorld({ levels }).emulator.config.workflows;
  const { onfido, emulator, call, runs } = await openStarted({ levels }, { workflows: { basic } });
  const { applicant_id, tags } = firstOf(await runs());
  await call('POST', '/workflow_runs', { applicant_id, workflow_id: other, tags });
  await emulator.desk.approve(reference);
  expect(await onfido.get(target)).toEqual({ reference, status: 'pending' });
  await emulator.dashboard.decide(reference, 'declined');
  expect(await onfido.get(target)).toMatchObject({ status: 'rejected' });
});

test('an approval ends when its applicant is deleted, unless that is taken back', async () => {
  const { onfido, runtime, call, runs } = await openApproved();
  const { applicant_id } = firstOf(await runs());
  const approved = await onfido.get(target);
  await call('DELETE', `/applicants/${applicant_id}`);
  expect(await onfido.get(target)).toMatchObject({ status: 'approved', until: runtime.clock.now() + 20 * DAY_MS });
  await call('POST', `/applicants/${applicant_id}/restore`);
  expect(await onfido.get(target)).toEqual(approved);
});

test('an approval whose applicant is gone is revoked', async () => {
  const { emulator, runtime } = await openApproved();
  const gone = { error: { type: 'resource_not_found', message: 'Gone' } };
  const fetch: Fetch = async (request, how) =>
    request.url.includes('/applicants/') ? Response.json(gone, { status: 404 }) : emulator.fetch(request, how);
  const onfido = createOnfido(emulator.config, { ...runtime, fetch });
  expect(await onfido.get(target)).toEqual({ reference, status: 'revoked' });
});

test('what was deleted for good is revoked for whoever knew of it, after five minutes', async () => {
  const { onfido, emulator, runtime } = openWorld();
  const known = targetOf(applied(await onfido.start(input)));
  await emulator.desk.approve(reference);
  await emulator.dashboard.purge(reference);
  expect(await onfido.get(known)).toBeNull();
  await runtime.clock.advance(300_001);
  expect(await onfido.get(known)).toEqual({ reference, status: 'revoked' });
  expect(await onfido.get(target)).toBeNull();
  expect(await onfido.get({ reference, handle: 'of-another-provider' })).toBeNull();
});

test('a run that the list does not tell yet is read by its handle', async () => {
  const { onfido, emulator, runtime } = await openApproved();
  const { handle = '' } = targetOf(applied(await onfido.start(input)));
  const isList = (url: string) => new URL(url).pathname.endsWith('/workflow_runs');
  const fetch: Fetch = async (request, how) => (isList(request.url) ? Response.json([]) : emulator.fetch(request, how));
  const behind = createOnfido(emulator.config, { ...runtime, fetch });
  expect(await behind.get({ reference, handle })).toMatchObject({ status: 'approved' });
  expect(await behind.get({ reference: parseReference('1'), handle })).toBeNull();
});

test('nobody is approved while Onfido does not answer', async () => {
  const { onfido, emulator, runtime } = await openApproved();
  for (const route of ['list-workflow-runs', 'get-applicant']) {
    for (const fault of ['http-503', 'unreadable-200', 'refused-connection', 'timeout-before'] as const) {
      emulator.faults.add(fault, { route, times: 3 });
      await expect(runtime.clock.run(() => onfido.get(target))).rejects.toMatchObject({
        fault: { kind: 'unavailable' },
      });
    }
  }
});

test('an unfamiliar status word is pending, and is logged once', async () => {
  const { onfido, emulator, runtime } = await openApproved();
  for (let time = 0; time < 2; time += 1) {
    emulator.faults.add('unknown-status-word', { route: 'list-workflow-runs' });
    expect(await onfido.get(target)).toEqual({ reference, status: 'pending' });
  }
  expect(runtime.entries.filter(({ event }) => event === 'unfamiliar-word')).toHaveLength(1);
  expect(await onfido.get(target)).toMatchObject({ status: 'approved' });
});

test('an applicant whose run was refused is no case, and the next start makes one', async () => {
  const { onfido, emulator, runtime, runs } = openWorld();
  emulator.faults.add('throttled', { route: 'create-workflow-run' });
  expect(await onfido.start(input)).toMatchObject({ outcome: 'refused', fault: { kind: 'throttled' } });
  expect(await onfido.get(target)).toBeNull();
  emulator.faults.add('timeout-after-apply', { route: 'create-applicant' });
  expect(await runtime.clock.run(() => onfido.start(input))).toMatchObject({ outcome: 'unknown' });
  expect(applied(await onfido.start(input)).case.status).toBe('pending');
  expect(await runs()).toHaveLength(1);
});

test.each([
  [{ apiToken: 'abc' }, 'apiToken'],
  [{ apiToken: '' }, 'apiToken'],
  [{ webhookTokens: [] }, 'webhookTokens'],
  [{ webhookTokens: [''] }, 'webhookTokens.0'],
  [{ workflows: {} }, 'workflows'],
  [{ workflows: { basic: 'not-a-uuid' } }, 'workflows.basic'],
  [{ linkValidForMs: 1 }, 'linkValidForMs'],
  [{ region: 'asia' as 'eu' }, 'region'],
  [{ baseUrl: 'https://x.example/' }, 'baseUrl'],
  [{ surprise: true }, 'surprise'],
])('a configuration with %o does not construct', (wrong, field) => {
  expect(() => openWorld({}, wrong as Partial<OnfidoConfig>)).toThrow(field);
});

test.each([
  ['eu', 'https://api.eu.onfido.com/v3.6/workflow_runs'],
  ['us', 'https://api.us.onfido.com/v3.6/workflow_runs'],
  ['ca', 'https://api.ca.onfido.com/v3.6/workflow_runs'],
] as const)('an account in %s is asked there', async (region, expected) => {
  const { emulator, runtime } = openWorld();
  const { apiToken, webhookTokens, workflows } = emulator.config;
  const asked: string[] = [];
  const fetch: Fetch = async (request) => {
    asked.push(request.url.split('?')[0] ?? '');
    return Response.json([]);
  };
  const onfido = createOnfido({ apiToken, webhookTokens, workflows, region }, { ...runtime, fetch });
  expect(await onfido.get(target)).toBeNull();
  expect(asked).toEqual([expected]);
});

test('a wrong token is a config fault', async () => {
  const { onfido } = openWorld({}, { apiToken: 'api_sandbox.another-token-of-some-length' });
  await expect(onfido.get(target)).rejects.toMatchObject({
    fault: { kind: 'config', providerCode: 'authorization_error' },
  });
});

test('what Onfido says is wrong with a request is told by its fields', async () => {
  const { onfido } = openWorld({}, { workflows: { basic: '00000000-0000-4000-8000-000000000000' } });
  expect(await onfido.start(input)).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'invalid', message: expect.stringContaining('(workflow_id)') },
  });
});

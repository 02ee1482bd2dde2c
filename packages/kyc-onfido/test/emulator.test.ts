import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createOnfidoEmulator } from '../src/emulator/index.ts';
import { createOnfido } from '../src/index.ts';
import { input, openWorld, reference } from './world.ts';
import type { World } from './world.ts';

const names = { first_name: 'Test', last_name: 'Applicant' };

async function openRun(...options: Parameters<typeof openWorld>) {
  const world = openWorld(...options);
  const applicant = (await world.call('POST', '/applicants', names)).body;
  const wish = { applicant_id: applicant.id, workflow_id: world.emulator.config.workflows['basic'] };
  const run = (await world.call('POST', '/workflow_runs', { ...wish, tags: ['kyc-7421905561083'] })).body;
  return { ...world, applicant, wish, run };
}

function open({ emulator }: World, url: string): Promise<Response> {
  return emulator.fetch(new Request(url), {});
}

test.each(['', 'Token', 'Bearer abc', 'token token=abc', 'Token token=api_sandbox.of-somebody-else'])(
  'the authorization "%s" is refused',
  async (authorization) => {
    const { emulator } = openWorld();
    const request = new Request(`${emulator.config.baseUrl}/ping`, { headers: { authorization } });
    const response = await emulator.fetch(request, {});
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { type: 'authorization_error' } });
  },
);

test.each([
  [{}, { first_name: ["can't be blank"], last_name: ["can't be blank"] }],
  [{ ...names, first_name: 'a{b}' }, { first_name: [expect.anything()] }],
  [{ ...names, last_name: 7 }, { last_name: [expect.anything()] }],
  [{ ...names, email: 'nobody' }, { email: [expect.anything()] }],
  [{ ...names, dob: '31/01/1990' }, { dob: [expect.anything()] }],
  [{ ...names, address: { country: 'KH' } }, { address: [expect.anything()] }],
  [{ ...names, surprise: 1 }, { surprise: ['is not known'] }],
])('an applicant with %o is refused by its fields', async (body, fields) => {
  const { call } = openWorld();
  expect(await call('POST', '/applicants', body)).toEqual({
    status: 422,
    body: { error: { type: 'validation_error', message: expect.any(String), fields } },
  });
});

test.each([
  [{ applicant_id: '' }, 'applicant_id'],
  [{ applicant_id: '00000000-0000-4000-8000-000000000000' }, 'applicant_id'],
  [{ workflow_id: 'basic' }, 'workflow_id'],
  [{ workflow_id: '00000000-0000-4000-8000-000000000000' }, 'workflow_id'],
  [{ tags: [''] }, 'tags'],
  [{ tags: ['x'.repeat(129)] }, 'tags'],
  [{ tags: Array.from({ length: 31 }, (_, index) => String(index)) }, 'tags'],
  [{ tags: 'kyc-1' }, 'tags'],
  [{ custom_data: [] }, 'custom_data'],
  [{ link: [] }, 'link'],
  [{ link: { lang: 'en_US' } }, 'link'],
  [{ link: { language: 'km_KH' } }, 'link.language'],
  [{ link: { expires_at: '2020-01-01T00:00:00Z' } }, 'link.expires_at'],
  [{ link: { completed_redirect_url: 'javascript:alert(1)' } }, 'link.completed_redirect_url'],
])('a run with %o is refused by its fields', async (change, field) => {
  const { call, wish } = await openRun();
  const answer = await call('POST', '/workflow_runs', { ...wish, ...change });
  expect(answer.status).toBe(422);
  expect(Object.keys(answer.body.error.fields)).toEqual([field]);
});

test.each([
  ['GET', '/applicants/nobody', undefined, 404],
  ['GET', '/workflow_runs/nothing', undefined, 404],
  ['GET', '/workflow_runs?page=0', undefined, 422],
  ['GET', '/workflow_runs?sort=up', undefined, 422],
  ['GET', '/checks', undefined, 422],
  ['GET', '/checks/nothing', undefined, 404],
  ['GET', '/reports/nothing', undefined, 404],
  ['POST', '/checks', { report_names: ['document'] }, 422],
  ['POST', '/webhooks', { url: 'http://shop.example' }, 422],
  ['POST', '/webhooks', { url: 'https://shop.example', events: ['everything'] }, 422],
  ['POST', '/applicants', 'a text', 400],
  ['GET', '/nothing', undefined, 404],
  ['DELETE', '/ping', undefined, 405],
] as const)('%s %s with %o is refused', async (method, path, body, status) => {
  const { call } = openWorld();
  const answer = await call(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body.error.type).toMatch(/^[a-z_]+$/);
});

test('runs are listed newest first, in pages, and filtered', async () => {
  const { call, runs, wish, run, runtime } = await openRun({ pageSize: 2 });
  await runtime.clock.advance(60_000);
  const ids: string[] = [run.id];
  for (const tag of ['a', 'b']) ids.unshift((await call('POST', '/workflow_runs', { ...wish, tags: [tag] })).body.id);
  const list = async (query: string) => (await runs(`?${query}`)).map(({ id }) => id);
  expect(await list('')).toEqual(ids.slice(0, 2));
  expect(await list('page=2')).toEqual(ids.slice(2));
  expect(await list('page=3')).toEqual([]);
  expect(await list('sort=asc&page=1')).toEqual(ids.toReversed().slice(0, 2));
  expect(await list('tags=b,none')).toEqual(ids.slice(0, 1));
  expect(await list(`applicant_id=${wish.applicant_id}&created_at_lt=2026-01-02T03:04:30Z`)).toEqual([run.id]);
  expect(await list('created_at_gt=2026-01-02T03:04:30Z&status=approved')).toEqual([]);
  expect(await list('created_at_gt=2026-01-02T03:04:30Z&status=approved,awaiting_input')).toEqual(ids.slice(0, 2));
});

test('an applicant who waits for deletion gets no run', async () => {
  const { call, wish } = await openRun();
  expect((await call('DELETE', `/applicants/${wish.applicant_id}`)).status).toBe(204);
  expect((await call('POST', '/workflow_runs', wish)).status).toBe(422);
});

test('400 requests pass in a minute', async () => {
  const { call, runtime } = openWorld();
  const answers = await Promise.all(Array.from({ length: 402 }, () => call('GET', '/ping')));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  expect(answers.at(-1)?.body.error.type).toBe('rate_limit');
  await runtime.clock.advance(60_001);
  expect((await call('GET', '/ping')).status).toBe(200);
});

test('the hosted page plays the person, once', async () => {
  const world = await openRun();
  const { url } = world.run.link;
  const page = await (await open(world, url)).text();
  expect(page).toContain('SANDBOX – PLAY MONEY');
  expect(page).toContain('awaiting_input');
  expect(await world.press(`${url}/approve`, 'name=Chan+Sopheap&born=1985-12-31')).toBe(303);
  const ended = (await world.call('GET', `/workflow_runs/${world.run.id}`)).body;
  expect(ended).toMatchObject({
    status: 'approved',
    output: { doc: { properties: { first_name: 'Chan', last_name: 'Sopheap', issuing_country: 'KHM' } } },
  });
  expect(await world.press(`${url}/reject`)).toBe(409);
  expect(await (await open(world, url)).text()).toContain('nothing more to do');
  expect((await open(world, `${url}x`)).status).toBe(404);
});

test('a link ends when it was told to, and goes on where it was told to', async () => {
  const world = await openRun();
  const link = {
    expires_at: '2026-01-02T04:00:00Z',
    completed_redirect_url: 'https://shop.example/done',
    expired_redirect_url: 'https://shop.example/late',
    language: 'fr_FR',
  };
  const urlOf = async (wish: object) =>
    (await world.call('POST', '/workflow_runs', { ...world.wish, link: wish })).body.link.url;
  const [whole, plain] = [await urlOf(link), await urlOf({ expires_at: link.expires_at })];
  expect(await (await open(world, whole)).text()).toContain('fr_FR');
  const form = new Request(`${whole}/retry`, { method: 'POST', body: '' });
  expect((await world.emulator.fetch(form, {})).headers.get('location')).toBe(link.completed_redirect_url);
  await world.runtime.clock.advance(3_600_000);
  expect((await open(world, whole)).headers.get('location')).toBe(link.expired_redirect_url);
  expect((await open(world, plain)).status).toBe(410);
  expect(await world.press(`${plain}/approve`)).toBe(410);
});

test('a page may load nothing and send its forms to nobody else', async () => {
  const world = await openRun();
  const policy = (await open(world, world.run.link.url)).headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'self'");
});

test('a webhook that nobody took is sent again, five times at most', async () => {
  const runtime = createVirtualRuntime();
  const deliver = () => Promise.resolve(new Response(null, { status: 500 }));
  const emulator = createOnfidoEmulator({ ...runtime, deliver });
  await createOnfido(emulator.config, { ...runtime, fetch: emulator.fetch }).start(input);
  await emulator.desk.approve(reference);
  expect(emulator.webhooks.sent).toHaveLength(1);
  await runtime.clock.advance(30_000);
  expect(emulator.webhooks.sent).toHaveLength(2);
  await runtime.clock.advance(48 * 3_600_000);
  expect(emulator.webhooks.sent).toHaveLength(6);
  expect(new Set(emulator.webhooks.sent.map(({ body }) => body)).size).toBe(1);
});

test('a webhook is told only what it wants to hear, and only while it is enabled', async () => {
  const { call, emulator, run } = await openRun();
  const { body: webhook } = await call('POST', '/webhooks', { url: 'https://shop.example/a', environments: ['live'] });
  await call('POST', '/webhooks', { url: 'https://shop.example/b', events: ['check.completed'] });
  const { body: third } = await call('POST', '/webhooks', { url: 'https://shop.example/c' });
  await call('PUT', `/webhooks/${third.id}`, { enabled: false });
  await emulator.desk.approve(reference);
  expect(emulator.webhooks.sent.map(({ url }) => url)).toEqual(['http://rielrails.localhost/webhooks/onfido']);
  expect(JSON.parse(emulator.webhooks.sent[0]?.body ?? '')).toMatchObject({
    payload: { resource_type: 'workflow_run', object: { id: run.id, status: 'approved' } },
  });
  expect(webhook).toMatchObject({ environments: ['live'], payload_version: 3 });
});

test('the desk acts only where there is something to act on', async () => {
  const { emulator } = await openRun();
  await expect(emulator.desk.approve('99' as typeof reference)).rejects.toThrow('no case');
  await emulator.desk.approve(reference);
  await expect(emulator.desk.reject(reference, 'final')).rejects.toThrow('waits for nobody');
});

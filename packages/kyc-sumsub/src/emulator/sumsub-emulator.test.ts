import { parseReference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { signatureOf } from './access.ts';
import type { SumsubEmulatorOptions } from './account.ts';
import { createSumsubEmulator } from './sumsub-emulator.ts';
import type { SumsubEmulator } from './sumsub-emulator.ts';

const encoder = new TextEncoder();

interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: SumsubEmulator;
  /** Sends a signed request; `changed` replaces headers after signing. */
  call(method: string, path: string, body?: unknown, changed?: Readonly<Record<string, string>>): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

function setUp(options?: SumsubEmulatorOptions): World {
  const runtime = createVirtualRuntime();
  const emulator = createSumsubEmulator(runtime, options);
  return {
    runtime,
    emulator,
    async call(method, path, value, changed) {
      const body = value === undefined ? '' : JSON.stringify(value);
      const seconds = String(Math.floor(runtime.clock.now() / 1000));
      const headers = {
        'x-app-token': emulator.config.appToken,
        'x-app-access-ts': seconds,
        'x-app-access-sig': signatureOf(emulator.config.secretKey, seconds, method, path, encoder.encode(body)),
        'content-type': 'application/json',
        ...changed,
      };
      const request = new Request(emulator.config.baseUrl + path, { method, headers, ...(body ? { body } : {}) });
      const response = await emulator.fetch(request, {});
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    },
  };
}

const create = '/resources/applicants?levelName=basic-kyc-level';
const status = '/resources/applicants/-;externalUserId=1001/status';

async function setUpApplicant(options?: SumsubEmulatorOptions): Promise<World & { readonly id: string }> {
  const world = setUp(options);
  const { body } = await world.call('POST', create, { externalUserId: '1001' });
  return { ...world, id: String(body['id']) };
}

test.each([
  ['no token', { 'x-app-token': '' }, 'app-token-invalid-format'],
  ['a token of no world', { 'x-app-token': 'abc.def' }, 'app-token-invalid-format'],
  ["another client's token", { 'x-app-token': 'sbx:abc.def' }, 'app-token-private-part-mismatch'],
  ['no time', { 'x-app-access-ts': '' }, undefined],
  ['milliseconds', { 'x-app-access-ts': '1767323045000' }, undefined],
  ['a time 61 seconds ago', { 'x-app-access-ts': '1767322984' }, undefined],
  ['a time in 61 seconds', { 'x-app-access-ts': '1767323106' }, undefined],
  ['a time 59 seconds ago, not the signed one', { 'x-app-access-ts': '1767322986' }, 'app-token-signature-mismatch'],
  ['no signature', { 'x-app-access-sig': '' }, 'app-token-signature-mismatch'],
  ['a signature in capitals', { 'x-app-access-sig': 'A'.repeat(64) }, 'app-token-signature-mismatch'],
])('%s is refused', async (_what, changed, errorName) => {
  const { call } = setUp();
  const answer = await call('GET', '/resources/status/api', undefined, changed);
  expect(answer.status).toBe(401);
  expect(answer.body).toMatchObject({ code: 401, correlationId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(answer.body['errorName']).toBe(errorName);
});

test('the signature covers path, query and every byte of the body', async () => {
  const { emulator, runtime } = setUp();
  const { appToken, secretKey, baseUrl } = emulator.config;
  const seconds = String(Math.floor(runtime.clock.now() / 1000));
  const send = async (path: string, body: string) => {
    const signature = signatureOf(secretKey, seconds, 'POST', create, encoder.encode('{"externalUserId":"1001"}'));
    const headers = { 'x-app-token': appToken, 'x-app-access-ts': seconds, 'x-app-access-sig': signature };
    const init = { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } };
    return (await emulator.fetch(new Request(baseUrl + path, init), {})).status;
  };
  expect(await send(create, '{"externalUserId": "1001"}')).toBe(401);
  expect(await send(`${create}&x=1`, '{"externalUserId":"1001"}')).toBe(401);
  expect(await send(create, '{"externalUserId":"1001"}')).toBe(201);
});

test('an applicant is made once', async () => {
  const { call, id, emulator } = await setUpApplicant();
  const again = await call('POST', create, { externalUserId: '1001' });
  expect(again).toMatchObject({
    status: 409,
    body: { code: 409, description: `Applicant with external user id '1001' already exists: ${id}` },
  });
  expect(emulator.applied.cases).toMatchObject([{ reference: '1001' }]);
  const [byTheirs, byOurs] = await Promise.all([
    call('GET', `/resources/applicants/${id}/one`),
    call('GET', '/resources/applicants/-;externalUserId=1001/one'),
  ]);
  expect(byTheirs.status).toBe(200);
  expect(byTheirs.body).toEqual(byOurs.body);
});

test.each([
  ['POST', '/resources/applicants?levelName=Basic-KYC-level', { externalUserId: '1' }, 404],
  ['POST', '/resources/applicants', { externalUserId: '1' }, 400],
  ['POST', create, {}, 400],
  ['POST', create, { externalUserId: '1', surprise: 1 }, 400],
  ['POST', create, { externalUserId: '1', metadata: [{ value: 'x' }] }, 400],
  ['POST', create, [], 400],
  ['POST', '/resources/accessTokens/sdk', { userId: '1', levelName: 'none' }, 404],
  ['POST', '/resources/accessTokens/sdk', { levelName: 'basic-kyc-level' }, 400],
  ['POST', '/resources/sdkIntegrations/levels/-/websdkLink', { userId: '1', levelName: 'none' }, 404],
  [
    'POST',
    '/resources/sdkIntegrations/levels/-/websdkLink',
    { userId: '1', levelName: 'basic-kyc-level', ttlInSecs: '9' },
    400,
  ],
  [
    'POST',
    '/resources/sdkIntegrations/levels/-/websdkLink',
    { userId: '1', levelName: 'basic-kyc-level', ttlInSecs: 0 },
    400,
  ],
  ['GET', '/resources/applicants/-;externalUserId=2/one', undefined, 404],
  ['GET', '/resources/applicants/65d34febc2b0cd19e02aa9ff/one', undefined, 404],
  ['GET', '/resources/nothing', undefined, 404],
  ['POST', '/resources/status/api', undefined, 405],
] as const)('%s %s with %o is refused', async (method, path, body, expected) => {
  const { call } = setUp();
  expect(await call(method, path, body)).toMatchObject({ status: expected, body: { code: expected } });
});

test('links and tokens exist in both forms', async () => {
  const { call } = setUp();
  const query = 'levelName=basic-kyc-level&userId=1001&ttlInSecs=600';
  const wish = { levelName: 'basic-kyc-level', userId: '1001', ttlInSecs: 600 };
  const token = { status: 200, body: { token: expect.stringMatching(/^_act-sbx-[0-9a-f]{32}$/), userId: '1001' } };
  const link = { status: 200, body: { url: expect.stringMatching(/\/websdk\/p\/sbx_[0-9a-f]{20}$/) } };
  expect(await call('POST', '/resources/accessTokens/sdk', wish)).toEqual(token);
  expect(await call('POST', `/resources/accessTokens?${query}`)).toEqual(token);
  expect(await call('POST', '/resources/sdkIntegrations/levels/-/websdkLink?lang=km', wish)).toEqual(link);
  const old = '/resources/sdkIntegrations/levels/basic-kyc-level/websdkLink?ttlInSecs=600&externalUserId=1001&lang=km';
  expect(await call('POST', old)).toEqual(link);
});

test('a sandbox client may give verdicts, and each is told', async () => {
  const { call, id, emulator } = await setUpApplicant();
  const complete = `/resources/applicants/${id}/status/testCompleted`;
  expect(await call('POST', complete, { reviewAnswer: 'GREEN' })).toMatchObject({ status: 400 });
  expect(await call('POST', complete, { reviewAnswer: 'RED', rejectLabels: [] })).toMatchObject({ status: 400 });
  const retry = { reviewAnswer: 'RED', rejectLabels: ['SCREENSHOTS'], reviewRejectType: 'RETRY' };
  expect(await call('POST', complete, retry)).toEqual({ status: 200, body: { ok: 1 } });
  expect((await call('GET', status)).body).toMatchObject({ reviewStatus: 'completed', reviewResult: retry });
  expect(await call('POST', `/resources/applicants/${id}/status/pending`)).toEqual({ status: 200, body: { ok: 1 } });
  expect((await call('GET', status)).body).toMatchObject({ reviewStatus: 'pending' });
  expect(await call('POST', complete, { reviewAnswer: 'GREEN', rejectLabels: [] })).toMatchObject({ status: 200 });
  const history = await call('GET', `/resources/applicants/${id}/review/history?levelName=basic-kyc-level`);
  expect(history.body).toMatchObject({
    items: [{ reviewResult: { reviewAnswer: 'GREEN' } }, { reviewResult: { reviewRejectType: 'RETRY' } }],
    totalItems: 2,
  });
  const types = emulator.webhooks.sent.map(({ body }) => (JSON.parse(body) as { readonly type: string }).type);
  expect(types).toEqual(['applicantCreated', 'applicantReviewed', 'applicantPending', 'applicantReviewed']);
});

test('a production client may not', async () => {
  const { call, id } = await setUpApplicant({ environment: 'prd' });
  const verdict = { reviewAnswer: 'GREEN', rejectLabels: [] };
  expect(await call('POST', `/resources/applicants/${id}/status/testCompleted`, verdict)).toMatchObject({
    status: 403,
  });
  expect((await call('GET', status)).body).toMatchObject({ reviewStatus: 'init' });
});

test('a final rejection closes the case', async () => {
  const { call, id, emulator } = await setUpApplicant();
  await emulator.desk.reject(parseReference('1001'), 'final');
  expect(await call('POST', `/resources/applicants/${id}/status/pending`)).toMatchObject({ status: 409 });
  await expect(emulator.desk.revoke(parseReference('1001'))).rejects.toThrow('not approved');
  await expect(emulator.desk.approve(parseReference('1002'))).rejects.toThrow('no case');
});

test('an applicant is reset, moved and set inactive, but not while it is checked', async () => {
  const { call, id } = await setUpApplicant({ levels: ['basic-kyc-level', 'other'] });
  const changes = [
    ['POST', `/resources/applicants/${id}/reset`],
    ['POST', `/resources/applicants/${id}/moveToLevel?name=other`],
    ['PATCH', `/resources/applicants/${id}/presence/deactivated`],
  ] as const;
  expect((await call('POST', `/resources/applicants/${id}/status/pending`)).status).toBe(200);
  for (const [method, path] of changes) expect((await call(method, path)).status).toBe(409);
  await call('POST', `/resources/applicants/${id}/status/testCompleted`, { reviewAnswer: 'GREEN', rejectLabels: [] });
  for (const [method, path] of changes) expect((await call(method, path)).status).toBe(200);
  const one = await call('GET', `/resources/applicants/${id}/one`);
  expect(one.body).toMatchObject({ deleted: true, review: { reviewStatus: 'init', levelName: 'other' } });
  expect((await call('POST', `/resources/applicants/${id}/status/pending`)).status).toBe(409);
  const active = await call('PATCH', `/resources/applicants/${id}/presence/activated`);
  expect(active.body).not.toHaveProperty('deleted');
  expect((await call('POST', `/resources/applicants/${id}/moveToLevel?name=none`)).status).toBe(404);
  expect((await call('POST', '/resources/applicants/nobody/reset')).status).toBe(404);
});

test('webhooks are signed over their bytes and dated in its two forms', async () => {
  const { emulator, call } = await setUpApplicant({ webhookDigest: 'HMAC_SHA512_HEX' });
  const [sent] = emulator.webhooks.sent;
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({
    type: 'applicantCreated',
    externalUserId: '1001',
    reviewStatus: 'init',
    sandboxMode: true,
    createdAt: '2026-01-02 03:04:05+0000',
    createdAtMs: '2026-01-02 03:04:05.000',
  });
  expect(sent?.headers['x-payload-digest-alg']).toBe('HMAC_SHA512_HEX');
  const [secret] = emulator.config.webhookSecrets;
  const path = `/resources/inspectionCallbacks/testDigest?secretKey=${secret}&digestAlg=HMAC_SHA512_HEX`;
  const { body } = await call('POST', path, JSON.parse(sent?.body ?? ''));
  expect(sent?.headers['x-payload-digest']).toBe(body['digest']);
});

test('an old webhook does not name its digest', async () => {
  const { emulator } = await setUpApplicant({ webhookDigest: 'HMAC_SHA1_HEX', webhookNamesDigest: false });
  expect(Object.keys(emulator.webhooks.sent[0]?.headers ?? {})).toEqual(['content-type', 'x-payload-digest']);
});

test('a webhook that nobody took is sent again, four times at most', async () => {
  const runtime = createVirtualRuntime();
  const replies = [500, 503, 200, 404, 404, 404, 404, 404];
  const deliver = () => Promise.resolve(new Response(null, { status: replies.shift() ?? 200 }));
  const emulator = createSumsubEmulator({ ...runtime, deliver });
  const url = `${emulator.config.baseUrl}${create}`;
  const open = async (externalUserId: string) => {
    const body = JSON.stringify({ externalUserId });
    const seconds = String(Math.floor(runtime.clock.now() / 1000));
    const { appToken, secretKey } = emulator.config;
    const signature = signatureOf(secretKey, seconds, 'POST', create, encoder.encode(body));
    const headers = { 'x-app-token': appToken, 'x-app-access-ts': seconds, 'x-app-access-sig': signature };
    const init = { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } };
    expect((await emulator.fetch(new Request(url, init), {})).status).toBe(201);
  };
  await open('1001');
  expect(emulator.webhooks.sent).toHaveLength(1);
  await runtime.clock.advance(5 * 60_000);
  expect(emulator.webhooks.sent).toHaveLength(2);
  await runtime.clock.advance(48 * 3_600_000);
  expect(emulator.webhooks.sent.map((sent) => sent.status)).toEqual([500, 503, 200]);
  await open('1002');
  await runtime.clock.advance(48 * 3_600_000);
  expect(emulator.webhooks.sent.slice(3).map((sent) => sent.status)).toEqual([404, 404, 404, 404, 404]);
});

test('300 reads and 50 writes pass in five seconds', async () => {
  const { call, runtime } = setUp();
  const statuses = async (method: string, path: string, times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, () => call(method, path)));
    return answers.filter((answer) => answer.status === 429).length;
  };
  const write = '/resources/accessTokens?userId=1001&levelName=basic-kyc-level';
  expect(await statuses('GET', '/resources/status/api', 301)).toBe(1);
  expect(await statuses('POST', write, 52)).toBe(2);
  await runtime.clock.advance(5001);
  expect(await statuses('GET', '/resources/status/api', 1)).toBe(0);
});

test('the hosted page plays person and reviewer', async () => {
  const { emulator, call, runtime } = setUp();
  const wish = { levelName: 'basic-kyc-level', userId: '1001', ttlInSecs: 60 };
  const { body } = await call('POST', '/resources/sdkIntegrations/levels/-/websdkLink', wish);
  const url = String(body['url']);
  const open = async (path: string, form?: string) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const init = form === undefined ? {} : { method: 'POST', body: form, headers };
    const response = await emulator.fetch(new Request(url + path, init), {});
    return { status: response.status, text: await response.text() };
  };
  expect((await open('')).text).toContain('SANDBOX – PLAY MONEY');
  expect((await open('/retry', '')).status).toBe(303);
  expect((await open('')).text).toContain('completed (RED RETRY)');
  expect((await open('/approve', 'name=Chan+Sopheap&born=1985-12-31')).status).toBe(303);
  expect((await call('GET', '/resources/applicants/-;externalUserId=1001/one')).body).toMatchObject({
    info: { firstName: 'Chan', lastName: 'Sopheap', dob: '1985-12-31', country: 'KHM' },
    review: { reviewResult: { reviewAnswer: 'GREEN' } },
  });
  expect((await open('')).text).toContain('completed (GREEN)');
  await open('/reject', '');
  expect((await open('')).text).toContain('This check is closed.');
  expect((await open('/approve', '')).status).toBe(409);
  await runtime.clock.advance(60_000);
  expect((await open('')).status).toBe(410);
  expect((await open('x')).status).toBe(404);
});

test('what a page shows is escaped', async () => {
  const { emulator, call } = setUp({ levels: ['<b>"&'] });
  const wish = { levelName: '<b>"&', userId: '1001' };
  const { body } = await call('POST', '/resources/sdkIntegrations/levels/-/websdkLink', wish);
  const response = await emulator.fetch(new Request(String(body['url'])), {});
  expect(await response.text()).toContain('<b>&#60;b&#62;&#34;&#38;</b>');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

import { Configuration, DefaultApi, WebhookEventVerifier } from '@onfido/api';
import type { WorkflowRun } from '@onfido/api';
import type { Fetch, Runtime } from '@rielrails/kit';
import { silentLog, systemRuntime } from '@rielrails/kit';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOnfidoEmulator } from '../src/emulator/index.ts';
import type { OnfidoEmulator } from '../src/emulator/index.ts';
import { createOnfido } from '../src/index.ts';
import { applied, input, reference, targetOf } from './world.ts';

/*
 * The vendor's own client against the emulator, over HTTP: two readings of one wire, neither of which is ours.
 */

let handle: Fetch = () => Promise.reject(new Error('not ready'));
let runtime: Runtime;
let emulator: OnfidoEmulator;
let client: DefaultApi;

const server = createServer((incoming, outgoing) => {
  void (async () => {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = await buffer(incoming);
    const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const request = new Request(`http://${headers.host}${url}`, {
      method,
      headers: sent,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const response = await handle(request, {});
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
  })();
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  runtime = systemRuntime({ loopbackPorts: [port], log: silentLog });
  emulator = createOnfidoEmulator(runtime, { baseUrl: `http://127.0.0.1:${port}/v3.6`, pageSize: 2 });
  handle = emulator.fetch;
  client = clientWith(emulator.config.apiToken);
});

afterAll(() => void server.close());

function clientWith(apiToken: string): DefaultApi {
  return new DefaultApi(new Configuration({ apiToken, basePath: emulator.config.baseUrl, formDataCtor: FormData }));
}

/** How the official client was refused. */
async function refusalOf(work: () => Promise<unknown>): Promise<{ readonly status: number; readonly data: unknown }> {
  const error = (await work().then(
    () => null,
    (thrown: unknown) => thrown,
  )) as { readonly response: { readonly status: number; readonly data: unknown } };
  return { status: error.response.status, data: error.response.data };
}

test('it pings', async () => {
  expect((await client.ping()).status).toBe(200);
});

test('it finds what the adapter began, and the adapter finds what it ended', async () => {
  const onfido = createOnfido(emulator.config, runtime);
  const started = applied(await onfido.start(input));
  const { data: runs } = await client.listWorkflowRuns(1, undefined, undefined, undefined, 'desc', undefined, [
    'kyc-7421905561083',
  ]);
  expect(runs).toHaveLength(1);
  const { data: run } = await client.findWorkflowRun(String(runs[0]?.id));
  expect(run).toEqual(runs[0]);
  expect(run).toMatchObject({
    status: 'awaiting_input',
    workflow_id: String(emulator.config.workflows['basic']),
    customer_user_id: 'person-17',
    tags: ['kyc-7421905561083'],
    link: { url: started.url, language: 'en_US' },
  } satisfies Partial<WorkflowRun>);
  expect(Date.parse(run.link?.expires_at ?? '')).toBe(started.linkExpiresAt);

  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const shown = new Request(`${started.url}/approve`, { ...form, body: 'name=Chan+Sopheap&born=1985-12-31' });
  expect((await runtime.fetch(shown, {})).status).toBe(303);
  const target = targetOf(started);
  expect(await onfido.get(target)).toMatchObject({ status: 'approved', identity: { name: 'Chan Sopheap' } });
  const ended = (await client.findWorkflowRun(run.id)).data;
  expect(ended).toMatchObject({ status: 'approved', output: { doc: { result: 'clear' } } });

  expect((await client.deleteApplicant(run.applicant_id)).status).toBe(204);
  const { delete_at } = (await client.findApplicant(run.applicant_id)).data;
  expect(await onfido.get(target)).toMatchObject({ status: 'approved', until: Date.parse(delete_at ?? '') });
  expect((await client.restoreApplicant(run.applicant_id)).status).toBe(204);
});

test('a run that it makes with our tag is a case of ours', async () => {
  const { data: applicant } = await client.createApplicant({ first_name: 'Test', last_name: 'Applicant' });
  const workflow_id = String(emulator.config.workflows['basic']);
  const tags = ['kyc-42', 'vip'];
  const made = await client.createWorkflowRun({ applicant_id: applicant.id, workflow_id, tags });
  expect(made.status).toBe(201);
  const onfido = createOnfido(emulator.config, runtime);
  const target = { reference: '42' as typeof reference };
  expect(await onfido.get(target)).toEqual({ reference: '42', status: 'pending' });

  const { data: tasks } = await client.listTasks(made.data.id);
  const profile = tasks.find(({ id }) => id?.includes('profile'))?.id ?? '';
  const data = { first_name: 'Lyric', last_name: 'Kihn' };
  expect((await client.completeTask(made.data.id, profile, { data })).status).toBe(200);
  expect((await client.findTask(made.data.id, profile)).data).toMatchObject({
    task_def_id: 'profile_data',
    output: data,
  });
  await emulator.desk.reject(target.reference, 'final');
  expect(await onfido.get(target)).toMatchObject({ status: 'rejected' });
  const check = (await client.listTasks(made.data.id)).data.find(({ id }) => id?.startsWith('document_check'));
  expect((await client.findTask(made.data.id, String(check?.id))).data.output).toMatchObject({
    sub_result: 'suspected',
  });
});

test('it verifies the deliveries of the webhook that it registered', async () => {
  const { data: webhook, status } = await client.createWebhook({
    url: 'https://shop.example/onfido',
    events: ['workflow_run.completed'],
  });
  expect(status).toBe(201);
  await createOnfido(emulator.config, runtime).start({ ...input, reference: '43' as typeof reference });
  await emulator.desk.approve('43' as typeof reference);
  const sent = emulator.webhooks.sent.findLast(({ url }) => url === webhook.url);
  const verifier = new WebhookEventVerifier(String(webhook.token));
  const read = verifier.readPayload(sent?.body ?? '', sent?.headers['x-sha2-signature'] ?? '');
  expect(read.payload).toMatchObject({
    resource_type: 'workflow_run',
    action: 'workflow_run.completed',
    object: { status: 'approved' },
    resource: { tags: ['kyc-43'], status: 'approved' },
  });
  expect(() => verifier.readPayload(`${sent?.body} `, sent?.headers['x-sha2-signature'] ?? '')).toThrow(
    'Invalid signature',
  );

  // And the adapter, once it is told the token, takes what the client takes.
  const told = createOnfido({ ...emulator.config, webhookTokens: [String(webhook.token)] }, runtime);
  const index = emulator.webhooks.sent.findLastIndex(({ url }) => url === webhook.url);
  const delivery = emulator.webhooks.deliveries()[index];
  expect(delivery && (await told.parseWebhook(delivery))).toMatchObject({ outcome: 'accepted', trust: 'verified' });

  expect((await client.listWebhooks()).data.webhooks).toHaveLength(2);
  expect((await client.updateWebhook(webhook.id, { enabled: false })).data).toMatchObject({ enabled: false });
  expect((await client.findWebhook(webhook.id)).data.enabled).toBe(false);
  expect((await client.deleteWebhook(webhook.id)).status).toBe(204);
});

test('checks and reports end as they are asked to', async () => {
  const { data: applicant } = await client.createApplicant({ first_name: 'Test', last_name: 'Applicant' });
  const names = ['document', 'facial_similarity_photo'] as const;
  const made = await client.createCheck({
    applicant_id: applicant.id,
    report_names: [...names],
    consider: ['facial_similarity_photo'],
    sub_result: 'caution',
  });
  expect(made).toMatchObject({ status: 201, data: { status: 'in_progress', result: null } });
  await expect.poll(async () => (await client.findCheck(made.data.id)).data.status).toBe('complete');
  expect((await client.findCheck(made.data.id)).data.result).toBe('consider');
  const { data } = await client.listReports(made.data.id);
  expect(data.reports).toMatchObject([
    { name: 'document', result: 'consider', sub_result: 'caution' },
    { name: 'facial_similarity_photo', result: 'consider', sub_result: null },
  ]);
  expect((await client.listChecks(applicant.id)).data.checks).toHaveLength(1);
});

test('applicants are listed in pages, and changed', async () => {
  const { data: applicant } = await client.createApplicant({
    first_name: 'Another',
    last_name: 'One',
    dob: '1990-01-31',
  });
  expect((await client.updateApplicant(applicant.id, { first_name: 'Test2' })).data.first_name).toBe('Test2');
  expect((await client.findApplicant(applicant.id)).data).toMatchObject({ first_name: 'Test2', sandbox: true });
  const [newest] = (await client.listApplicants(1, 1, false)).data.applicants;
  expect(newest?.id).toBe(applicant.id);
  await client.deleteApplicant(applicant.id);
  const shown = (await client.listApplicants(1, 100, false)).data.applicants;
  const all = (await client.listApplicants(1, 100, true)).data.applicants;
  expect([shown, all].map((list) => list.some(({ id }) => id === applicant.id))).toEqual([false, true]);
});

test('it is refused as its own tests expect', async () => {
  expect(await refusalOf(() => client.findApplicant('invalid-applicant-id'))).toMatchObject({
    status: 404,
    data: {
      error: {
        type: 'resource_not_found',
        message: 'Could not find the following resource: Applicant with id=invalid-applicant-id',
      },
    },
  });
  expect(await refusalOf(() => client.createApplicant({ first_name: '', last_name: 'x=y' }))).toMatchObject({
    status: 422,
    data: {
      error: { type: 'validation_error', fields: { first_name: ["can't be blank"], last_name: [expect.anything()] } },
    },
  });
  expect(await refusalOf(() => clientWith('api_sandbox.of-somebody-else').ping())).toMatchObject({
    status: 401,
    data: { error: { type: 'authorization_error' } },
  });
});

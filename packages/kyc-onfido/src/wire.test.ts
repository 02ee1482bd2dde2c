import type { Instant } from '@rielrails/core';
import { parseJson, silentLog } from '@rielrails/kit';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createStageReader } from './case.ts';
import { explain, readDeletion, readRun, readRuns } from './wire.ts';

// The shape of onfido-node, test/test-examples.ts, with a link.
const run = {
  id: '0b7a3c3e-4f0e-4d1c-9a55-0d3f1c6b7a10',
  applicant_id: '1b7a3c3e-4f0e-4d1c-9a55-0d3f1c6b7a10',
  workflow_id: '2b7a3c3e-4f0e-4d1c-9a55-0d3f1c6b7a10',
  workflow_version_id: 1,
  dashboard_url: 'https://dashboard.onfido.com/results/uuid',
  status: 'awaiting_input',
  output: null,
  reasons: null,
  error: null,
  link: { url: 'https://eu.onfido.app/l/0b7a3c3e', expires_at: '2022-06-29T15:39:42Z', language: null },
  created_at: '2022-06-28T15:39:42Z',
  updated_at: '2022-06-28T15:39:42Z',
  tags: [],
};
const text = (value: unknown) => parseJson(JSON.stringify(value));

test('a run is read', () => {
  expect(readRun(text(run))).toEqual({
    id: run.id,
    applicantId: run.applicant_id,
    workflowId: run.workflow_id,
    customerUserId: null,
    tags: [],
    status: 'awaiting_input',
    output: {},
    reasons: [],
    link: { url: run.link.url, expiresAt: Date.UTC(2022, 5, 29, 15, 39, 42) },
    createdAt: Date.UTC(2022, 5, 28, 15, 39, 42),
  });
});

test('a run with an offset, without a link, and with an empty one', () => {
  expect(readRun(text({ ...run, created_at: '2022-06-28T17:39:42.500+02:00', link: null }))).toMatchObject({
    createdAt: Date.UTC(2022, 5, 28, 15, 39, 42, 500),
    link: null,
  });
  expect(readRun(text({ ...run, link: { url: null, expires_at: null } })).link).toBeNull();
  expect(readRun(text({ ...run, link: { url: 'javascript:alert(1)' } })).link).toBeNull();
});

test.each([
  [{ id: 7 }, 'id'],
  [{ id: '../webhooks' }, 'id'],
  [{ applicant_id: undefined }, 'applicant_id'],
  [{ status: null }, 'status'],
  [{ created_at: 'yesterday' }, 'created_at'],
  [{ tags: 'kyc-1' }, 'tags'],
])('a run with %o is not read', (change, field) => {
  expect(() => readRun(text({ ...run, ...change }))).toThrow(field);
});

property.prop([fc.jsonValue()], { seed: 23 })('nothing but a list of runs is read as one', (value) => {
  try {
    expect(readRuns(text(value))).toEqual([]);
    expect(value).toEqual([]);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
});

property.prop([fc.string({ maxLength: 100 })], { seed: 29 })('no word but "approved" is an approval', (status) => {
  const stage = createStageReader(silentLog)({ ...readRun(text(run)), status, createdAt: 0 as Instant });
  expect(stage === 'approved').toBe(status === 'approved');
});

test('an applicant ends when a day is set for it', () => {
  const applicant = { id: run.applicant_id };
  expect(readDeletion(text(applicant))).toBe(Infinity);
  expect(readDeletion(text({ ...applicant, delete_at: null }))).toBe(Infinity);
  expect(readDeletion(text({ ...applicant, delete_at: '2026-01-01T00:00:00Z' }))).toBe(Date.UTC(2026, 0, 1));
  expect(() => readDeletion(text({ ...applicant, delete_at: 'soon' }))).toThrow('delete_at');
});

const said = (type: string, fields?: object) => JSON.stringify({ error: { type, message: 'Sok Dara', fields } });

test.each([
  [401, said('authorization_error'), 'config'],
  [401, said('expired_token'), 'config'],
  [403, said('user_authorization_error'), 'config'],
  [404, said('resource_not_found'), 'not-found'],
  [410, said('gone'), 'not-found'],
  [400, said('bad_request'), 'invalid'],
  [422, said('validation_error', { email: ['Sok Dara'] }), 'invalid'],
  [422, said('a_word_of_tomorrow'), 'invalid'],
  [429, said('rate_limit'), 'throttled'],
  [429, 'slow down', 'throttled'],
] as const)('%i %s is %s', (status, body, kind) => {
  const fault = explain(status, body)?.fault;
  expect(fault?.kind).toBe(kind);
  expect(JSON.stringify(fault)).not.toContain('Sok Dara');
});

test.each([
  [200, said('validation_error')],
  [500, said('internal_server_error')],
  [404, '<html>not found</html>'],
  [409, said('conflict_of_tomorrow')],
  [418, '{}'],
])('%i %s explains nothing', (status, body) => {
  expect(explain(status, body)).toBeNull();
});

test('fields that break a rule are named, strange ones are not', () => {
  const fields = { first_name: ['is bad'], '<b>': ['x'], __proto__: ['y'] };
  expect(explain(422, said('validation_error', fields))?.fault.message).toBe(
    'onfido api: the request breaks a rule (first_name)',
  );
});

import type { Instant, ProviderError } from '@rielrails/core';
import { faultOfCode, member, tryJson } from '@rielrails/kit';
import type { CodeTable, Json } from '@rielrails/kit';
import { z } from 'zod';
import { ONFIDO } from './config.ts';

/** One walk through a workflow. `@onfido/api` 6.2.0, "WorkflowRun". */
export interface Run {
  readonly id: string;
  readonly applicantId: string;
  readonly workflowId: string;
  /** The pseudonym of the person, where whoever made the run gave it. */
  readonly customerUserId: string | null;
  readonly tags: readonly string[];
  readonly status: string;
  /** What the workflow was set up to put out, by the names that its maker chose. */
  readonly output: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];
  readonly link: { readonly url: string; readonly expiresAt: Instant | null } | null;
  readonly createdAt: Instant;
}

const text = z.string().max(1000);
const id = z.string().regex(/^[0-9a-f-]{36}$/);
const moment = z.iso.datetime({ offset: true }).transform((written) => Date.parse(written) as Instant);

const runSchema = z
  .object({
    id,
    applicant_id: id,
    workflow_id: id,
    customer_user_id: text.nullish(),
    tags: z.array(text).max(100).nullish(),
    status: z.string().max(100),
    output: z.record(z.string(), z.unknown()).nullish(),
    reasons: z.array(text).max(1000).nullish(),
    link: z
      .object({ url: z.url({ protocol: /^https?$/ }).max(2000), expires_at: moment.nullish() })
      .nullish()
      // A run that nobody is to visit has an empty link.
      .catch(null),
    created_at: moment,
  })
  .transform((run): Run => ({
    id: run.id,
    applicantId: run.applicant_id,
    workflowId: run.workflow_id,
    customerUserId: run.customer_user_id ?? null,
    tags: run.tags ?? [],
    status: run.status,
    output: run.output ?? {},
    reasons: run.reasons ?? [],
    link: run.link ? { url: run.link.url, expiresAt: run.link.expires_at ?? null } : null,
    createdAt: run.created_at,
  }));

const runsSchema = z.array(runSchema).max(1000);
const applicantSchema = z.object({ id, delete_at: moment.nullish() });

/** Reads a workflow run. Throws when the answer is another. */
export function readRun(answer: Json): Run {
  return runSchema.parse(answer);
}

/** Reads one page of workflow runs. */
export function readRuns(answer: Json): readonly Run[] {
  return runsSchema.parse(answer);
}

/** Reads the id of an applicant. */
export function readApplicantId(answer: Json): string {
  return applicantSchema.parse(answer).id;
}

/** When an applicant will be deleted. `Infinity`: nobody asked for that. */
export function readDeletion(answer: Json): Instant {
  return applicantSchema.parse(answer).delete_at ?? (Infinity as Instant);
}

/** Types, then statuses: the first that is listed decides. "Errors"; `@onfido/api` 6.2.0, "ModelError". */
const meanings: CodeTable = {
  authorization_error: ['config', 'the token is not accepted'],
  user_authorization_error: ['config', 'the token may not do this'],
  expired_token: ['config', 'the token has expired'],
  validation_error: ['invalid', 'the request breaks a rule'],
  bad_request: ['invalid', 'the request breaks a rule'],
  resource_not_found: ['not-found', 'there is no such object'],
  rate_limit: ['throttled', 'too many requests'],
  'http-400': ['invalid', 'the request breaks a rule'],
  'http-401': ['config', 'the token is not accepted'],
  'http-403': ['config', 'the token may not do this'],
  'http-404': ['not-found', 'there is no such object'],
  'http-410': ['not-found', 'the object was deleted'],
  'http-422': ['invalid', 'the request breaks a rule'],
  'http-429': ['throttled', 'too many requests'],
};

/**
 * What an error of Onfido means. Its message is not passed on: it may repeat what was sent. Field names are.
 *
 * A body that is not Onfido's error object explains nothing, but for 429: somebody in between wrote it.
 */
export function explain(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const error = member(tryJson(body), 'error');
  const type = member(error, 'type');
  if (typeof type !== 'string' && status !== 429) return null;
  const fields = member(error, 'fields');
  const names = typeof fields === 'object' && fields !== null ? Object.keys(fields) : [];
  const known = names.filter((name) => /^[a-z_.]{1,40}$/.test(name)).slice(0, 10);
  const detail = known.length === 0 ? '' : ` (${known.join(', ')})`;
  for (const code of [type, `http-${status}`]) {
    const fault = typeof code === 'string' ? faultOfCode(ONFIDO, 'api', code, meanings, detail) : null;
    if (fault) return fault;
  }
  return null;
}

import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { Account, Endpoint } from './account.ts';
import { invalidFields, notFound, Refusal } from './answers.ts';
import type { BookedRun } from './book.ts';
import { isObject, readFields } from './body.ts';
import type { Fields, JsonObject } from './body.ts';
import { readPage } from './paging.ts';

const FIELDS = ['applicant_id', 'workflow_id', 'tags', 'customer_user_id', 'link', 'custom_data'];
const LINK_FIELDS = ['completed_redirect_url', 'expired_redirect_url', 'expires_at', 'language'];
const LANGUAGES = ['en_US', 'de_DE', 'es_ES', 'fr_FR', 'it_IT', 'pt_PT', 'nl_NL'];
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Everything about workflow runs and their tasks. */
export function runEndpoints(account: Account): readonly Endpoint[] {
  const { book, views } = account;
  const one = ({ params }: EmulatedRequest) => account.run(params['run'] ?? '');
  const documented = { provenance: 'documented' } as const;
  const shown = (run: BookedRun, { fault }: EmulatedRequest) => ({
    ...views.run(run),
    ...(fault === 'unknown-status-word' ? { status: 'under_the_microscope' } : {}),
  });

  function taskOf(run: BookedRun, { params }: EmulatedRequest): string {
    const id = params['task'] ?? '';
    if (!tasksOf(run).includes(id)) throw notFound('Task', id);
    return id;
  }

  return [
    {
      ...documented,
      name: 'create-workflow-run',
      method: 'POST',
      path: '/workflow_runs',
      cites: 'Create a Workflow Run. Assumed: 422 for an applicant or a workflow that does not exist',
      handle(request) {
        const run = readNewRun(request, account);
        book.runs.push(run);
        return jsonResponse(shown(run, request), 201);
      },
    },
    {
      ...documented,
      name: 'list-workflow-runs',
      method: 'GET',
      path: '/workflow_runs',
      cites: 'List Workflow Runs. Assumed: any of the tags, by when they were made',
      handle(request) {
        const runs = readPage(request, listed(request, account), account.pageSize);
        return jsonResponse(runs.map((run) => shown(run, request)));
      },
    },
    {
      ...documented,
      name: 'get-workflow-run',
      method: 'GET',
      path: '/workflow_runs/:run',
      cites: 'Retrieve Workflow Run',
      handle: (request) => jsonResponse(shown(one(request), request)),
    },
    {
      ...documented,
      name: 'list-tasks',
      method: 'GET',
      path: '/workflow_runs/:run/tasks',
      cites: 'List Tasks. Assumed: the tasks of this workflow',
      handle: (request) => jsonResponse(tasksOf(one(request)).map((task) => views.task(one(request), task))),
    },
    {
      ...documented,
      name: 'get-task',
      method: 'GET',
      path: '/workflow_runs/:run/tasks/:task',
      cites: 'Retrieve Task',
      handle(request) {
        const run = one(request);
        const task = taskOf(run, request);
        const output = task.startsWith('document_check') ? (run.output?.['doc'] ?? null) : run.profile;
        return jsonResponse({ ...views.task(run, task), input: {}, output });
      },
    },
    {
      ...documented,
      name: 'complete-task',
      method: 'POST',
      path: '/workflow_runs/:run/tasks/:task/complete',
      cites: 'Complete Task',
      handle(request) {
        const run = one(request);
        const task = taskOf(run, request);
        const fields = readFields(request, ['data']);
        const { data } = fields.body;
        if (!isObject(data)) fields.complain('data', "can't be blank");
        fields.finish();
        if (!task.startsWith('profile_data') || run.profile !== null || run.status !== 'awaiting_input')
          throw new Refusal(422, 'validation_error', 'This task does not wait for data');
        run.profile = data as JsonObject;
        return jsonResponse({});
      },
    },
  ];
}

/** The tasks that were begun: what the person types in, and, once papers were shown, the look at them. */
function tasksOf({ id, output }: BookedRun): readonly string[] {
  const suffix = id.slice(0, 5);
  return ['start', `profile_data_${suffix}`, ...(output ? [`document_check_${suffix}`] : [])];
}

function readNewRun(request: EmulatedRequest, { book, config, clock }: Account): BookedRun {
  const fields = readFields(request, FIELDS);
  const applicantId = fields.need('applicant_id', UUID);
  const workflowId = fields.need('workflow_id', UUID);
  const applicant = book.applicants.find(({ id, deleteAt }) => id === applicantId && deleteAt === null);
  if (applicantId && !applicant) fields.complain('applicant_id', 'does not exist');
  if (workflowId && !Object.values(config.workflows).includes(workflowId))
    fields.complain('workflow_id', 'does not exist');
  const tags = fields.list('tags', (tag) => /^[^]{1,128}$/.test(tag), 'needs texts of 1 to 128 characters');
  if (tags.length > 30) fields.complain('tags', 'has more than 30 items');
  const customerUserId = fields.text('customer_user_id', /^[^]{1,256}$/);
  if (fields.body['custom_data'] !== undefined && !isObject(fields.body['custom_data']))
    fields.complain('custom_data', 'has to be an object');
  const link = readLink(fields, clock.now());
  fields.finish();
  return {
    id: book.uuid(),
    applicantId,
    workflowId,
    customerUserId,
    tags,
    link,
    createdAt: book.now(),
    updatedAt: book.now(),
    status: 'awaiting_input',
    output: null,
    reasons: null,
    error: null,
    profile: null,
    person: null,
  };
}

/** "WorkflowRunLink". Assumed: an end that is past is refused. */
function readLink(fields: Fields, now: number): BookedRun['link'] {
  const link = fields.body['link'] ?? {};
  const wish = isObject(link) ? link : {};
  const at = (name: string) => (typeof wish[name] === 'string' ? wish[name] : null);
  const isKnown = isObject(link) && Object.keys(link).every((name) => LINK_FIELDS.includes(name));
  if (!isKnown) fields.complain('link', 'has a field that is not known');
  const [expiresAt, language] = [at('expires_at'), at('language')];
  if (expiresAt !== null && !(/^\d{4}-\d{2}-\d{2}T/.test(expiresAt) && Date.parse(expiresAt) > now))
    fields.complain('link.expires_at', 'has to be a moment to come');
  if (language !== null && !LANGUAGES.includes(language)) fields.complain('link.language', 'is not offered');
  const [completedRedirectUrl, expiredRedirectUrl] = [at('completed_redirect_url'), at('expired_redirect_url')];
  for (const [name, url] of [
    ['link.completed_redirect_url', completedRedirectUrl],
    ['link.expired_redirect_url', expiredRedirectUrl],
  ] as const) {
    if (url !== null && !/^https?:\/\//.test(url)) fields.complain(name, 'has to be a URL');
  }
  return { completedRedirectUrl, expiredRedirectUrl, expiresAt, language };
}

function listed(
  { url: { searchParams: query } }: EmulatedRequest,
  { book, filtersByTag }: Account,
): readonly BookedRun[] {
  const sort = query.get('sort') ?? 'desc';
  if (sort !== 'desc' && sort !== 'asc') throw invalidFields({ sort: ['is neither desc nor asc'] });
  const statuses = query.get('status')?.split(',');
  const tags = filtersByTag ? query.get('tags')?.split(',') : undefined;
  const [applicant, after, before] = [
    query.get('applicant_id'),
    query.get('created_at_gt'),
    query.get('created_at_lt'),
  ];
  const found = book.runs.filter(
    (run) =>
      (!statuses || statuses.includes(run.status)) &&
      (!tags || tags.some((tag) => run.tags?.includes(tag))) &&
      (applicant === null || applicant === run.applicantId) &&
      (after === null || Date.parse(run.createdAt) > Date.parse(after)) &&
      (before === null || Date.parse(run.createdAt) < Date.parse(before)),
  );
  return sort === 'asc' ? found : found.toReversed();
}

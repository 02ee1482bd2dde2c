import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { Account, Endpoint } from './account.ts';
import { invalidFields, notFound } from './answers.ts';
import type { BookedCheck, BookedReport } from './book.ts';
import { readFields } from './body.ts';

const FIELDS = [
  'applicant_id',
  'report_names',
  'document_ids',
  'applicant_provides_data',
  'asynchronous',
  'tags',
  'webhook_ids',
  'consider',
  'sub_result',
];
const REPORTS = [
  'document',
  'facial_similarity_photo',
  'facial_similarity_photo_fully_auto',
  'facial_similarity_video',
];
const SUB_RESULTS = ['clear', 'rejected', 'suspected', 'caution'];
/** Nobody says how long a check takes in the sandbox. */
const TAKES_MS = 1000;

/** Checks and their reports: the way before workflows. The adapter does not go it. */
export function checkEndpoints(account: Account): readonly Endpoint[] {
  const { book, views, clock } = account;
  const documented = { provenance: 'documented' } as const;

  function find({ params }: EmulatedRequest): BookedCheck {
    const id = params['check'] ?? '';
    const check = book.checks.find((one) => one.id === id);
    if (!check) throw notFound('Check', id);
    return check;
  }

  async function complete(check: BookedCheck): Promise<void> {
    check.status = 'complete';
    const at = { status: 'complete', completed_at_iso8601: book.now() };
    for (const { id } of check.reports) {
      const href = `${account.config.baseUrl}/reports/${id}`;
      await account.tell({ action: 'report.completed', object: { id, ...at, href } });
    }
    const href = `${account.config.baseUrl}/checks/${check.id}`;
    await account.tell({ action: 'check.completed', object: { id: check.id, ...at, href } });
  }

  return [
    {
      ...documented,
      name: 'create-check',
      method: 'POST',
      path: '/checks',
      cites: 'Create Check; Sandbox testing: `consider` and `sub_result`. Assumed: it takes a second',
      handle(request) {
        const check = readNewCheck(request, account);
        book.checks.push(check);
        void clock.sleep(TAKES_MS).then(() => complete(check));
        return jsonResponse(views.check(check), 201);
      },
    },
    {
      ...documented,
      name: 'list-checks',
      method: 'GET',
      path: '/checks',
      cites: 'List Checks',
      handle(request) {
        const applicant = needed(request, 'applicant_id');
        const found = book.checks.filter(({ applicantId }) => applicantId === applicant);
        return jsonResponse({ checks: found.map((check) => views.check(check)) });
      },
    },
    {
      ...documented,
      name: 'get-check',
      method: 'GET',
      path: '/checks/:check',
      cites: 'Retrieve Check',
      handle: (request) => jsonResponse(views.check(find(request))),
    },
    {
      ...documented,
      name: 'list-reports',
      method: 'GET',
      path: '/reports',
      cites: 'List Reports',
      handle(request) {
        const id = needed(request, 'check_id');
        const check = book.checks.find((one) => one.id === id);
        if (!check) throw notFound('Check', id);
        return jsonResponse({ reports: check.reports.map((report) => views.report(check, report)) });
      },
    },
    {
      ...documented,
      name: 'get-report',
      method: 'GET',
      path: '/reports/:report',
      cites: 'Retrieve Report',
      handle({ params }) {
        const id = params['report'] ?? '';
        for (const check of book.checks) {
          const report = check.reports.find((one) => one.id === id);
          if (report) return jsonResponse(views.report(check, report));
        }
        throw notFound('Report', id);
      },
    },
  ];
}

function needed({ url }: EmulatedRequest, name: string): string {
  const value = url.searchParams.get(name);
  if (!value) throw invalidFields({ [name]: ["can't be blank"] });
  return value;
}

function readNewCheck(request: EmulatedRequest, { book }: Account): BookedCheck {
  const fields = readFields(request, FIELDS);
  const applicantId = fields.need('applicant_id');
  if (applicantId && !book.applicants.some(({ id }) => id === applicantId))
    fields.complain('applicant_id', 'does not exist');
  const names = fields.list('report_names', (name) => REPORTS.includes(name), 'has a report that is not played here');
  if (names.length === 0) fields.complain('report_names', "can't be blank");
  const consider = fields.list('consider', (name) => names.includes(name), 'names a report that is not asked for');
  const subResult = fields.text('sub_result');
  if (subResult !== null && !SUB_RESULTS.includes(subResult)) fields.complain('sub_result', 'is not offered');
  const tags = fields.list('tags', () => true, 'needs texts');
  fields.finish();
  const reportOf = (name: string): BookedReport => {
    const told = name === 'document' ? subResult : null;
    const isBad = consider.includes(name) || (told !== null && told !== 'clear');
    return {
      id: book.uuid(),
      name,
      result: isBad ? 'consider' : 'clear',
      subResult: name === 'document' ? (told ?? (isBad ? 'suspected' : 'clear')) : null,
    };
  };
  return {
    id: book.uuid(),
    applicantId,
    tags,
    createdAt: book.now(),
    reports: names.map(reportOf),
    status: 'in_progress',
  };
}

import type { BookedApplicant, BookedCheck, BookedReport, BookedRun, BookedWebhook } from './book.ts';
import { documentReport, faceReport, someone } from './reports.ts';

/** How an account's objects are written. `origin` is where its pages are. */
export interface Views {
  applicant(applicant: BookedApplicant): Record<string, unknown>;
  run(run: BookedRun): Record<string, unknown>;
  /** A task in a list; by itself it has `input` and `output` too. */
  task(run: BookedRun, id: string): Record<string, unknown>;
  check(check: BookedCheck): Record<string, unknown>;
  report(check: BookedCheck, report: BookedReport): Record<string, unknown>;
  webhook(webhook: BookedWebhook): Record<string, unknown>;
}

/** Makes the views. Shapes of `@onfido/api` 6.2.0 and of the examples in its tests. */
export function createViews(origin: string): Views {
  return {
    applicant: ({ id, createdAt, deleteAt, given }) => ({
      email: null,
      dob: null,
      phone_number: null,
      id_numbers: [],
      ...given,
      id,
      created_at: createdAt,
      delete_at: deleteAt,
      href: `/v3.6/applicants/${id}`,
      sandbox: true,
    }),
    run: (run) => ({
      id: run.id,
      applicant_id: run.applicantId,
      workflow_id: run.workflowId,
      workflow_version_id: 1,
      customer_user_id: run.customerUserId,
      tags: run.tags,
      dashboard_url: `https://dashboard.onfido.com/results/${run.id}`,
      status: run.status,
      output: run.output,
      reasons: run.reasons,
      error: run.error,
      sdk_token: null,
      link: {
        url: `${origin}/l/${run.id}`,
        completed_redirect_url: run.link.completedRedirectUrl,
        expired_redirect_url: run.link.expiredRedirectUrl,
        expires_at: run.link.expiresAt,
        language: run.link.language,
      },
      created_at: run.createdAt,
      updated_at: run.updatedAt,
    }),
    task: ({ id: run, createdAt, updatedAt }, id) => ({
      id,
      task_def_id: id === 'start' ? 'start' : id.replace(/_[0-9a-f]{5}$/, ''),
      task_def_version: null,
      workflow_run_id: run,
      created_at: createdAt,
      updated_at: updatedAt,
    }),
    check: ({ id, applicantId, tags, createdAt, reports, status }) => ({
      id,
      report_ids: reports.map((report) => report.id),
      created_at: createdAt,
      href: `/v3.6/checks/${id}`,
      applicant_id: applicantId,
      applicant_provides_data: false,
      sandbox: true,
      status,
      tags,
      result: status === 'complete' ? resultOf(reports) : null,
      form_uri: null,
      redirect_uri: null,
      results_uri: `https://dashboard.onfido.com/checks/${id}`,
      privacy_notices_read_consent_given: null,
      paused: false,
      version: '3.6',
    }),
    report(check, { id, name, result, subResult }) {
      const shared = {
        id,
        name,
        check_id: check.id,
        created_at: check.createdAt,
        href: `/v3.6/reports/${id}`,
        documents: [],
      };
      if (check.status !== 'complete') return { ...shared, status: 'awaiting_data', result: null, sub_result: null };
      const isDocument = name.startsWith('document');
      const content = isDocument ? documentReport(result === 'clear' ? 'clear' : 'forged', someone) : faceReport();
      return { ...shared, ...content, status: 'complete', result, sub_result: isDocument ? subResult : null };
    },
    webhook: ({ id, url, enabled, events, environments, token }) => ({
      id,
      url,
      enabled,
      events,
      environments,
      token,
      href: `/v3.6/webhooks/${id}`,
      payload_version: 3,
    }),
  };
}

/** A check is as good as its worst report. */
export function resultOf(reports: readonly BookedReport[]): 'clear' | 'consider' {
  return reports.every(({ result }) => result === 'clear') ? 'clear' : 'consider';
}

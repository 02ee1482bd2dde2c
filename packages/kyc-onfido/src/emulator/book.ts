import { toHex } from '@rielrails/kit';
import type { Clock, Json, Random } from '@rielrails/kit';
import type { EmulatedPerson } from './options.ts';

/** Somebody to be verified. */
export interface BookedApplicant {
  readonly id: string;
  readonly createdAt: string;
  /** As given: names, and whatever else there was. */
  given: Readonly<Record<string, Json>>;
  /** When it will be deleted, once somebody asked for that. */
  deleteAt: string | null;
}

/** The words of a workflow run. `@onfido/api` 6.2.0, "WorkflowRunStatus". */
export type RunStatus = 'processing' | 'awaiting_input' | 'approved' | 'declined' | 'review' | 'abandoned' | 'error';

/** One walk through a workflow. */
export interface BookedRun {
  readonly id: string;
  readonly applicantId: string;
  readonly workflowId: string;
  readonly customerUserId: string | null;
  readonly tags: readonly string[] | null;
  readonly link: {
    readonly completedRedirectUrl: string | null;
    readonly expiredRedirectUrl: string | null;
    readonly expiresAt: string | null;
    readonly language: string | null;
  };
  readonly createdAt: string;
  updatedAt: string;
  status: RunStatus;
  output: Readonly<Record<string, unknown>> | null;
  reasons: readonly string[] | null;
  error: { readonly type: string; readonly message: string } | null;
  /** What the person typed in, once they did. */
  profile: Readonly<Record<string, Json>> | null;
  person: EmulatedPerson | null;
}

/** A check and its reports: the way before workflows. */
export interface BookedCheck {
  readonly id: string;
  readonly applicantId: string;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly reports: readonly BookedReport[];
  status: 'in_progress' | 'complete';
}

/** One report of a check. */
export interface BookedReport {
  readonly id: string;
  readonly name: string;
  readonly result: 'clear' | 'consider';
  readonly subResult: string | null;
}

/** Where events are sent. */
export interface BookedWebhook {
  readonly id: string;
  readonly token: string;
  url: string;
  enabled: boolean;
  events: readonly string[] | null;
  environments: readonly string[];
}

/** Everything that an account holds. */
export interface Book {
  readonly applicants: BookedApplicant[];
  readonly runs: BookedRun[];
  readonly checks: BookedCheck[];
  readonly webhooks: BookedWebhook[];
  /** A fresh UUID. */
  uuid(): string;
  /** `2026-01-31T08:01:02Z`. */
  now(): string;
}

/** Opens an empty book. */
export function createBook(clock: Clock, random: Random): Book {
  return {
    applicants: [],
    runs: [],
    checks: [],
    webhooks: [],
    uuid() {
      const hex = toHex(random.bytes(16));
      const parts = [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `8${hex.slice(17, 20)}`,
        hex.slice(20),
      ];
      return parts.join('-');
    },
    now: () => writtenAt(clock.now()),
  };
}

/** `2026-01-31T08:01:02Z`. */
export function writtenAt(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

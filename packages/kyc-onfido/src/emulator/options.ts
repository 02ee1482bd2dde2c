import type { Reference } from '@rielrails/core';
import type { KycEmulator } from '@rielrails/kit/emulator';

/** What an adapter needs to talk to the emulated Onfido. */
export interface OnfidoEmulatorConfig {
  readonly apiToken: string;
  readonly webhookTokens: readonly string[];
  readonly workflows: Readonly<Record<string, string>>;
  readonly baseUrl: string;
}

/** How the emulated account is set up. */
export interface OnfidoEmulatorOptions {
  /** Where it is reached. Default: `http://onfido.localhost/v3.6`, for requests that are handed over in-process. */
  readonly baseUrl?: string;
  /** The workflows that exist, each under a name of the shop's. Default: `basic`. */
  readonly levels?: readonly string[];
  /** Where the webhook that is registered from the start goes. Default: `http://rielrails.localhost/webhooks/onfido`. */
  readonly webhookUrl?: string;
  /** What that webhook is told. Default: `workflow_run.completed`. */
  readonly webhookEvents?: readonly string[];
  /** Default: 400, the limit in production. */
  readonly requestsPerMinute?: number;
  /** How many workflow runs a page lists; no document says. Default: 20. */
  readonly pageSize?: number;
  /** Whether a list of workflow runs heeds `tags`, which older clients lack. Default: true. */
  readonly filtersByTag?: boolean;
}

/** Who is found in the documents. `country` is ISO 3166-1 alpha-2. */
export interface EmulatedPerson {
  readonly name: string;
  readonly born?: string;
  readonly country?: string;
  /** The last day of the document: `YYYY-MM-DD`. */
  readonly validUntil?: string;
}

/** Onfido on this machine. */
export interface OnfidoEmulator extends KycEmulator<OnfidoEmulatorConfig> {
  readonly applied: {
    /** The workflow runs, by the reference in their tags: the first number there. */
    readonly cases: readonly {
      readonly reference: string;
      /** The newest run's word. */
      readonly status: string;
    }[];
  };
  /** What else may happen at Onfido, to the newest run of a case. */
  readonly dashboard: {
    /** The person shows good papers, and the workflow wants a person of the shop's to decide. */
    review(reference: Reference): Promise<void>;
    /** That person decides. Assumed: the run then has that word, and is told anew. */
    decide(reference: Reference, status: 'approved' | 'declined'): Promise<void>;
    /** The person never came. */
    abandon(reference: Reference): Promise<void>;
    /** The workflow breaks. */
    fail(reference: Reference): Promise<void>;
    /** The applicant and its runs are deleted for good, as happens some time after `DELETE /applicants/ID`. */
    purge(reference: Reference): Promise<void>;
  };
}

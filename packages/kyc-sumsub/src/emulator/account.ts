import { toHex } from '@rielrails/kit';
import type { Clock, Random } from '@rielrails/kit';
import type { EmulatorContext, OutgoingWebhook } from '@rielrails/kit/emulator';
import { createGuard } from './access.ts';
import type { Guard } from './access.ts';
import { createApplicants } from './applicants.ts';
import type { Applicants, EmulatedApplicant, EmulatedPerson, NewApplicant, ReviewResult } from './applicants.ts';
import { createRefuse } from './errors.ts';
import type { Refuse } from './errors.ts';
import { createNotice } from './notices.ts';
import type { NoticeType, WebhookDigest } from './notices.ts';

/** What an adapter needs to talk to the emulated Sumsub. */
export interface SumsubEmulatorConfig {
  readonly appToken: string;
  readonly secretKey: string;
  readonly webhookSecrets: readonly string[];
  readonly baseUrl: string;
}

/** How the emulated account is set up. */
export interface SumsubEmulatorOptions {
  /** Where it is reached. Default: `http://sumsub.localhost`, for requests that are handed over in-process. */
  readonly baseUrl?: string;
  /** The world of the app token. Default: `sbx`. */
  readonly environment?: 'sbx' | 'prd';
  /** The levels that exist. Default: `basic-kyc-level`. */
  readonly levels?: readonly string[];
  /** Where webhooks go. Default: `http://rielrails.localhost/webhooks/sumsub`. */
  readonly webhookUrl?: string;
  /** Default: `HMAC_SHA256_HEX`. */
  readonly webhookDigest?: WebhookDigest;
  /** Whether webhooks name their digest; old ones do not. Default: true. */
  readonly webhookNamesDigest?: boolean;
  /** Whether a reset empties the review history too; no document says. Default: false. */
  readonly resetForgetsHistory?: boolean;
}

/** A hosted link. */
interface Link {
  readonly externalUserId: string;
  readonly levelName: string;
  readonly lang: string;
  readonly openUntilMs: number;
}

/** One client's account: its keys, levels, links and applicants. Every change of an applicant sends its webhook. */
export interface Account {
  readonly config: SumsubEmulatorConfig;
  readonly environment: 'sbx' | 'prd';
  readonly levels: ReadonlySet<string>;
  readonly links: Map<string, Link>;
  readonly applicants: Pick<Applicants, 'all' | 'byId' | 'byExternalUserId'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly refuse: Refuse;
  readonly guard: Guard;
  /** Makes an applicant. */
  open(applicant: NewApplicant): Promise<EmulatedApplicant>;
  /** The person hands in documents. Throws RangeError when the case is closed for good, or waits for a verdict. */
  submit(applicant: EmulatedApplicant, person?: EmulatedPerson): Promise<void>;
  /** The reviewer decides, whatever came before. */
  decide(applicant: EmulatedApplicant, result: ReviewResult): Promise<void>;
  /** Hands in documents where none wait, then decides. */
  review(applicant: EmulatedApplicant, result: ReviewResult, person?: EmulatedPerson): Promise<void>;
  /** Somebody at the dashboard, or the client, changes an applicant; its webhook follows. */
  change(type: NoticeType, applicant: EmulatedApplicant, work: (applicants: Applicants) => void): Promise<void>;
}

/** Makes an account without applicants. */
export function createAccount(
  { clock, random }: EmulatorContext,
  options: SumsubEmulatorOptions,
  send: (webhook: OutgoingWebhook) => Promise<void>,
): Account {
  const environment = options.environment ?? 'sbx';
  const secret = toHex(random.bytes(12));
  const config: SumsubEmulatorConfig = {
    appToken: `${environment}:${toHex(random.bytes(12))}.${toHex(random.bytes(16))}`,
    secretKey: toHex(random.bytes(16)),
    webhookSecrets: [secret],
    baseUrl: options.baseUrl ?? 'http://sumsub.localhost',
  };
  const notices = {
    url: options.webhookUrl ?? 'http://rielrails.localhost/webhooks/sumsub',
    secret,
    digest: options.webhookDigest ?? 'HMAC_SHA256_HEX',
    namesDigest: options.webhookNamesDigest ?? true,
    sandbox: environment === 'sbx',
    clock,
    random,
  };
  const applicants = createApplicants(clock, random, options.resetForgetsHistory ?? false);
  const refuse = createRefuse(random);
  const account: Account = {
    config,
    environment,
    levels: new Set(options.levels ?? ['basic-kyc-level']),
    links: new Map(),
    applicants,
    clock,
    random,
    refuse,
    guard: createGuard(config, clock, refuse),
    async open(given) {
      const applicant = applicants.add(given);
      await send(createNotice('applicantCreated', applicant, notices));
      return applicant;
    },
    submit: (applicant, person) =>
      account.change('applicantPending', applicant, (all) => all.submit(applicant, person)),
    decide: (applicant, result) =>
      account.change('applicantReviewed', applicant, (all) => all.decide(applicant, result)),
    async review(applicant, result, person) {
      if (applicant.reviewStatus !== 'pending') await account.submit(applicant, person);
      else if (person) applicant.person = person;
      await account.decide(applicant, result);
    },
    async change(type, applicant, work) {
      work(applicants);
      await send(createNotice(type, applicant, notices));
    },
  };
  return account;
}

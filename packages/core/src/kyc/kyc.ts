import type { Attempt } from '../attempt.ts';
import type { NonEmpty } from '../brand.ts';
import type { CallContext, Target } from '../call.ts';
import type { Instant, Reference } from '../reference.ts';
import type { Identity } from '../screening/screening.ts';
import type { LookupTerms, Repeat } from '../terms.ts';
import type { WebhookDelivery, WebhookOutcome } from '../webhook.ts';
import type { KycReason } from './reason.ts';

/** The state of somebody's verification. `retry` may be tried again by the person; `rejected` may not. */
export type KycCase = { readonly reference: Reference } & (
  | { readonly status: 'pending' }
  | {
      readonly status: 'approved';
      readonly until: Instant;
      readonly identity: Identity;
      /**
       * Whatever is the same each time this human is verified, such as the number of their document with its country. Absent
       * where the provider tells nothing of the kind: a name and a day of birth are not enough. Personal; never shown.
       */
      readonly subject?: string;
    }
  | { readonly status: 'retry' | 'rejected'; readonly reasons: NonEmpty<KycReason> }
  | { readonly status: 'revoked' }
);

/** A case in one particular state. */
export type KycCaseIn<S extends KycCase['status']> = Extract<KycCase, { readonly status: S }>;

/** Begins a verification. `person` is our pseudonym, stable for one person; `language` is BCP 47. */
export interface StartKyc {
  readonly reference: Reference;
  readonly person: string;
  readonly level: string;
  readonly language: string;
}

/** A case that was opened, and the link at which the person does the rest. */
export interface StartedKyc {
  readonly case: KycCase;
  readonly url: string;
  readonly linkExpiresAt: Instant;
  readonly handle?: string;
}

/** What a KYC webhook may say: that a case changed. The case itself is then read back. */
export interface KycEvent {
  readonly type: 'changed';
  readonly target: Target;
}

/** What a KYC provider may be able to do. */
export interface KycOperations {
  /** Verifies and reads a delivery. No I/O inside; never throws for bad input. */
  parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<KycEvent>>;
}

/** A verifier of identity by a hosted link. No document passes through us. */
export type KycProvider<Ops extends keyof KycOperations = never> = {
  readonly spec: 'kyc/1';
  readonly id: string;
  readonly manifest: { readonly start: { readonly repeat: Repeat }; readonly get: LookupTerms };
  /** Opens a case, or another link to it. */
  start(input: StartKyc, context?: CallContext): Promise<Attempt<StartedKyc>>;
  /** Asks for the truth. Safe to repeat. */
  get(target: Target, context?: CallContext): Promise<KycCase | null>;
} & Pick<KycOperations, Ops>;

/** Any KYC provider: what an engine holds. */
export type AnyKycProvider = KycProvider & Partial<KycOperations>;

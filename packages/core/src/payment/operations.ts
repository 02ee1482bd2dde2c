import type { Attempt } from '../attempt.ts';
import type { CallContext, Target } from '../call.ts';
import type { Money } from '../money.ts';
import type { Payment, PaymentEvent } from './payment.ts';
import type { ProviderRef, Reference } from '../reference.ts';
import type { WebhookDelivery, WebhookOutcome } from '../webhook.ts';

/** What a provider may be able to do with a payment. Present or absent; nothing here exists only to throw. */
export interface PaymentOperations {
  /**
   * Asks for the truth. `null`: the provider does not know it (see `LookupTerms` for what that proves). Safe to
   * repeat.
   */
  get(target: Target, context?: CallContext): Promise<Payment | null>;
  /** Ends a request that was not paid. `conflict` when it was. */
  cancel(target: Target, context?: CallContext): Promise<Attempt<Payment>>;
  /** Sends one receipt's money back, whole or in part, under a reference of its own. */
  refund(input: RefundPayment, context?: CallContext): Promise<Attempt<Payment>>;
  /** Hands in what the payer's side produced: the form's token, or the bank's reference. */
  complete(input: CompletePayment, context?: CallContext): Promise<Attempt<Payment>>;
  /** Answers a request for approval, in time. */
  approve(input: ApprovePayment, context?: CallContext): Promise<Attempt<void>>;
  /** Verifies and reads a delivery. No I/O inside; never throws for bad input. */
  parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<PaymentEvent>>;
}

/** A refund. `destination` only where `RefundTerms.needs` says so. */
export interface RefundPayment {
  readonly target: Target;
  readonly reference: Reference;
  readonly receipt: ProviderRef;
  readonly amount: Money;
  readonly destination?: string;
}

/** What the payer's side produced. */
export interface CompletePayment {
  readonly target: Target;
  readonly token: string;
}

/** The answer to a request for approval. `message` is shown to the payer. */
export interface ApprovePayment {
  readonly approval: ProviderRef;
  readonly decision: { readonly type: 'accept' } | { readonly type: 'refuse'; readonly message: string };
}

/** The name of an operation that a payment provider may have. */
export type PaymentOperation = keyof PaymentOperations;

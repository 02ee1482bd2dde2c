import { constructionClauses } from '../construction.ts';
import type { Clause } from '../suite.ts';
import { completionClauses } from './completion.ts';
import { createClauses } from './create.ts';
import { doubtClauses } from './doubt.ts';
import type { PaymentFacts } from './facts.ts';
import { paymentJourney } from './journey.ts';
import { lookupClauses } from './lookup.ts';
import { receiptClauses } from './receipts.ts';
import { refundClauses } from './refund.ts';
import { hintClause, paymentWebhookClauses } from './webhook.ts';
import type { PaymentWorld } from './world.ts';

/** A promise of a payment provider, described in `docs/spec/payment.md`. */
export type PaymentClause = Clause<PaymentFacts, PaymentWorld>;

/** Every promise of a payment provider, in the order of `docs/spec/payment.md`. */
export const paymentClauses: readonly PaymentClause[] = [
  ...createClauses,
  ...doubtClauses,
  ...lookupClauses,
  ...receiptClauses,
  ...refundClauses,
  ...paymentWebhookClauses,
  ...constructionClauses<PaymentFacts, PaymentWorld>(['PAY-61', 'PAY-62', 'PAY-63'], paymentJourney),
  hintClause,
  ...completionClauses,
];

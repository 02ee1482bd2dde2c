import type { Clause } from '../suite.ts';
import { createClauses } from './create.ts';
import { doubtClauses } from './doubt.ts';
import type { PaymentFacts } from './facts.ts';
import { lookupClauses } from './lookup.ts';
import { receiptClauses } from './receipts.ts';
import { refundClauses } from './refund.ts';
import { webhookClauses } from './webhook.ts';
import { secretClauses } from './secrets.ts';
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
  ...webhookClauses,
  ...secretClauses,
];

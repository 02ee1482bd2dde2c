import type { PaymentSubject } from '../subject.ts';
import type { Suite } from '../suite.ts';
import { paymentClauses } from './clauses.ts';
import { scoutPayment } from './facts.ts';
import type { PaymentFacts } from './facts.ts';
import { paymentMutants } from './mutants.ts';
import { enterPaymentWorld } from './world.ts';
import type { PaymentWorld } from './world.ts';

/** Everything that is asked of a payment provider. */
export const paymentSuite: Suite<PaymentSubject, PaymentFacts, PaymentWorld> = {
  clauses: paymentClauses,
  mutants: paymentMutants,
  scout: scoutPayment,
  enter: enterPaymentWorld,
};

import type { Mutant } from '../suite.ts';
import type { PaymentSubject } from '../subject.ts';

/** Payment providers that each break one promise. */
export const paymentMutants: readonly Mutant<PaymentSubject>[] = [];

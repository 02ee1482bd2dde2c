import { createVocabulary } from '@rielrails/kit';
import type { Log, Vocabulary } from '@rielrails/kit';
import { PAYWAY } from './config.ts';

/**
 * What PayWay's two words for a status, `payment_status_code` and `payment_status`, mean together.
 *
 * `open` is also the final state of what expired or was closed. A pre-authorisation is nothing that this package asks
 * for: it is no money yet.
 */
export type PaywayState = 'open' | 'paid' | 'declined' | 'cancelled' | 'processing';

/** From "Check transaction". A code with another word than its own is unfamiliar: `processing`. */
const words: Readonly<Record<string, PaywayState>> = {
  '0 APPROVED': 'paid',
  '0 PRE-AUTH': 'processing',
  '2 PENDING': 'open',
  '3 DECLINED': 'declined',
  // Whole or in part: the refunded amount tells which.
  '4 REFUNDED': 'paid',
  '7 CANCELLED': 'cancelled',
};

/** Builds the vocabulary of `${payment_status_code} ${payment_status}`. */
export function createStatusWords(log: Log): Vocabulary<PaywayState> {
  return createVocabulary({ provider: PAYWAY, words, otherwise: 'processing', log });
}

import { digest, toHex } from '@rielrails/kit';
import type { Language, OrderQuote } from './order/order.ts';
import { encodeCanonically } from './store/codec.ts';

/** The operator's terms, in every language in which the shop sells. */
export type Terms = Readonly<Record<Language, string>>;

/**
 * The hash of exactly what a buyer agrees to: the text in its language, and every line of the quote.
 *
 * A front end shows both and hands the hash back at confirmation.
 */
export function termsHash(terms: Terms, language: Language, quote: OrderQuote): string {
  return toHex(digest('sha256', `${language}\n${terms[language]}\n${encodeCanonically(quote)}`));
}

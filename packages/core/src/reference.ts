import type { Brand } from './brand.ts';

/**
 * Our own name for one write: random, 1 to 19 decimal digits, at most 2^63 − 1.
 *
 * Stored before the call leaves; the thread by which an unknown outcome is looked up. Never a sequence: a restored
 * backup must not issue an old number again. Make one with {@link parseReference} from random digits.
 */
export type Reference = Brand<string, 'Reference'>;

/** A provider's name for one of its objects: opaque, compared only for equality. */
export type ProviderRef = Brand<string, 'ProviderRef'>;

/** A moment in Unix milliseconds. */
export type Instant = Brand<number, 'Instant'>;

/**
 * Reads a reference.
 *
 * @throws RangeError when the text is not 1–19 decimal digits without a leading zero, or exceeds 2^63 − 1.
 */
export function parseReference(text: string): Reference {
  if (!/^[1-9][0-9]{0,18}$/.test(text) || BigInt(text) > 0x7fff_ffff_ffff_ffffn) {
    throw new RangeError('reference: expected 1 to 19 decimal digits, no leading zero, at most 2^63 - 1');
  }
  return text as Reference;
}

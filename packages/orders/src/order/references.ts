import { digest, hmac, toHex } from '@rielrails/kit';
import { parseReference } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import type { EffectKind } from './order.ts';

/**
 * The reference of an order's `seq`-th write of a kind: 63 bits derived from the order's random seed.
 *
 * Derived and not drawn, so that after a restore from an older backup every reference that the order may have used
 * since can be named and looked up. Unpredictable without the seed, and never a sequence.
 */
export function effectReference(seed: string, kind: EffectKind, seq: number): Reference {
  return derived(seed, `${kind}:${seq}`);
}

/** The case that a rule opens about an order: one, however often it finds something. */
export function caseReference(seed: string, rule: string): Reference {
  return derived(seed, `case:${rule}`);
}

function derived(seed: string, name: string): Reference {
  const bytes = hmac('sha256', seed, name);
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0) & 0x7fff_ffff_ffff_ffffn;
  return parseReference((value === 0n ? 1n : value).toString());
}

const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** A short number for people, without letters that look alike. */
export function orderNumber(id: Reference): string {
  const bytes = digest('sha256', `order-number:${id}`);
  return [...bytes.subarray(0, 7)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

/** A hash by which a stored request is recognised again. */
export function requestHash(text: string): string {
  return toHex(digest('sha256', text)).slice(0, 32);
}

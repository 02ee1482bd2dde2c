import type { Instant } from '@rielrails/core';
import { decodeKhqr } from './decode.ts';
import { KhqrError } from './error.ts';
import type { Khqr } from './khqr.ts';

/** Whether a KHQR can be paid. */
export type KhqrVerdict =
  | { readonly outcome: 'valid'; readonly khqr: Khqr }
  /** `error.rule` is `expired` for one that was good until its time ran out. */
  | { readonly outcome: 'invalid'; readonly error: KhqrError };

/**
 * Whether a bank would take this KHQR at a moment: readable, of this country, with an amount and a future expiry where it
 * is dynamic.
 *
 * Never throws for any text.
 */
export function verifyKhqr(text: string, options: { readonly now: Instant }): KhqrVerdict {
  try {
    const khqr = decodeKhqr(text);
    checkPayable(khqr, text.length, options.now);
    return { outcome: 'valid', khqr };
  } catch (error) {
    if (error instanceof KhqrError) return { outcome: 'invalid', error };
    throw error;
  }
}

function checkPayable(khqr: Khqr, end: number, now: Instant): void {
  const { initiation, amount, createdAt, expiresAt } = khqr;
  if (khqr.country !== 'KH') throw new KhqrError('58', 'country', null, 'expected KH');
  if (initiation === 'dynamic' && !amount) throw new KhqrError('54', 'amount-missing', end, 'a dynamic QR needs it');
  if (!amount && initiation !== 'dynamic') return;
  if (expiresAt === undefined) throw new KhqrError('99.01', 'expiry-missing', end, 'an amount needs an expiry');
  if (createdAt !== undefined && expiresAt <= createdAt)
    throw new KhqrError('99.01', 'expiry-order', null, 'ends before it begins');
  if (expiresAt < now) throw new KhqrError('99.01', 'expired', null, 'its time ran out');
}

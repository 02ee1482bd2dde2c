import { formatAmount } from '@rielrails/kit';
import type { Money } from '@rielrails/core';

/** An amount for machines and for people: a plain decimal with all its places, and what it is of. */
export interface Amount {
  readonly amount: string;
  readonly asset: string;
}

/** An amount as reports carry it. */
export function amountOf(value: Money): Amount {
  return { amount: formatAmount(value), asset: value.asset.code };
}

/** `1,000,000 KHR` */
export function showAmount({ amount, asset }: Amount): string {
  const [whole = '', fraction] = amount.split('.');
  const grouped = whole.replaceAll(/\B(?=(?:[0-9]{3})+$)/g, ',');
  return `${fraction === undefined ? grouped : `${grouped}.${fraction}`} ${asset}`;
}

/** A moment as reports carry it: ISO 8601 in UTC. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The same of a moment that may not have come. */
export function isoOr(at: number | null): string | null {
  return at === null ? null : iso(at);
}

/** Phnom Penh keeps UTC+7 all the year. */
const PHNOM_PENH_MS = 7 * 3_600_000;

/** `2026-11-21 20:04:05`, in Phnom Penh. */
export function inPhnomPenh(iso: string): string {
  return inUtc(new Date(Date.parse(iso) + PHNOM_PENH_MS).toISOString());
}

/** `2026-11-21 13:04:05`, in UTC. */
export function inUtc(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

/**
 * Text that others wrote, so that it shows where it stands: controls, which drive terminals, and marks that turn the
 * direction of writing become a visible sign.
 */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

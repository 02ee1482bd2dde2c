import type { Instant } from '@rielrails/core';
import type { PaywayCurrency } from './config.ts';

/** What a lookup needs and PayWay does not tell. */
export interface PaywayHandle {
  readonly currency: PaywayCurrency;
  readonly createdAt: Instant;
  /** Absent where money may arrive at any time. */
  readonly payableUntil?: Instant;
}

/** Writes a handle: `KHR.1767323045000.1767323945000`. */
export function formatHandle({ currency, createdAt, payableUntil }: PaywayHandle): string {
  return [currency, createdAt, ...(payableUntil === undefined ? [] : [payableUntil])].join('.');
}

/** Reads a handle. `null` for none, and for what this package did not write: the lookup then knows less. */
export function readHandle(handle: string | undefined): PaywayHandle | null {
  const match = /^(KHR|USD)\.(\d{1,15})(?:\.(\d{1,15}))?$/.exec(handle ?? '');
  if (!match) return null;
  const [, currency, createdAt, payableUntil] = match;
  return {
    currency: currency as PaywayCurrency,
    createdAt: Number(createdAt) as Instant,
    ...(payableUntil === undefined ? {} : { payableUntil: Number(payableUntil) as Instant }),
  };
}

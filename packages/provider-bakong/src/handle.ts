import { KHR, money, ProviderError, USD } from '@rielrails/core';
import type { Instant, Money } from '@rielrails/core';
import { digest, toHex } from '@rielrails/kit';
import { BAKONG } from './config.ts';
import type { KhqrCurrency } from './khqr/index.ts';

/** What a lookup needs, and Bakong tells nobody: it knows a QR only by its md5, and nothing of one that was not paid. */
export interface BakongHandle {
  readonly md5: string;
  readonly requested: Money<KhqrCurrency>;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** Tells one person's requests from another's, and says no more about anybody. */
  readonly person: string | null;
}

const assets = { KHR, USD } as const;

/** Eight hexadecimal digits for a person. */
export function personTag(payerId: string): string {
  return toHex(digest('sha256', `rielrails-bakong-person:${payerId}`)).slice(0, 8);
}

/** Writes a handle: `md5.KHR.40000.1767323045000.1767323945000.0a1b2c3d`. */
export function formatHandle({ md5, requested, createdAt, expiresAt, person }: BakongHandle): string {
  return [md5, requested.asset.code, requested.minor, createdAt, expiresAt, ...(person ? [person] : [])].join('.');
}

/** Reads a handle. @throws ProviderError of kind `invalid`: without its handle, no payment can be looked up. */
export function readHandle(handle: string | undefined): BakongHandle {
  const match = /^([0-9a-f]{32})\.(KHR|USD)\.(\d{1,18})\.(\d{13})\.(\d{13})(?:\.([0-9a-f]{8}))?$/.exec(handle ?? '');
  if (!match) {
    const message = `${BAKONG} get: the handle of the payment is needed, and must be one that create gave`;
    throw new ProviderError({ kind: 'invalid', provider: BAKONG, message });
  }
  const [, md5 = '', code, minor = '0', createdAt, expiresAt, person] = match;
  return {
    md5,
    requested: money<KhqrCurrency>(assets[code as KhqrCurrency], BigInt(minor)),
    createdAt: Number(createdAt) as Instant,
    expiresAt: Number(expiresAt) as Instant,
    person: person ?? null,
  };
}

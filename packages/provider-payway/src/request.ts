import { ProviderError } from '@rielrails/core';
import type { CreatePayment, Instant, Reference } from '@rielrails/core';
import { formatAmount, JsonNumber, stringifyJson, toBase64, utf8 } from '@rielrails/kit';
import { PAYWAY } from './config.ts';
import type { PaywaySettings } from './config.ts';
import type { PaywayFields } from './hash.ts';
import { lifetimeMinutes } from './manifest.ts';
import { requestTime } from './time.ts';

/** "Purchase" and "QR API": the longest `items`, counted in base64. */
const MAX_ITEMS_LENGTH = 500;

/** "QR API": the longest `return_deeplink`. "Purchase" names no limit; one rule holds for every way to pay. */
const MAX_RETURN_SCHEME_LENGTH = 255;

/** What every endpoint about one transaction wants. */
export function fieldsFor({ merchantId }: PaywaySettings, reference: Reference, now: Instant): PaywayFields {
  return { req_time: requestTime(now), merchant_id: merchantId, tran_id: reference };
}

/** Whole minutes from now, rounded up: PayWay may take the payment until shortly after `expiresAt`, never shorter. */
export function lifetimeOf({ expiresAt }: CreatePayment, now: Instant): number {
  const minutes = Math.ceil((expiresAt - now) / 60_000);
  const { minimum, maximum } = lifetimeMinutes;
  if (expiresAt - now < minimum * 60_000) throw invalid('expiresAt', `must be at least ${minimum} minutes ahead`);
  if (minutes > maximum) throw invalid('expiresAt', `must be at most ${maximum} minutes ahead`);
  return minutes;
}

/** The true purpose, as the only line of the bill. */
export function itemsOf({ purpose, amount }: CreatePayment): string {
  if (purpose.trim() === '') throw invalid('purpose', 'is empty');
  const line = { name: purpose, quantity: 1, price: new JsonNumber(formatAmount(amount)) };
  const items = base64(stringifyJson([line]));
  if (items.length > MAX_ITEMS_LENGTH) throw invalid('purpose', 'is too long: PayWay takes about 320 bytes');
  return items;
}

/** `return_deeplink`: where the bank's app leads back to, on both systems. */
export function returnSchemeOf({ returnUrl }: CreatePayment): string | undefined {
  if (returnUrl === undefined) return undefined;
  if (!URL.canParse(returnUrl)) throw invalid('returnUrl', 'is not a URL');
  const scheme = base64(stringifyJson({ ios_scheme: returnUrl, android_scheme: returnUrl }));
  if (scheme.length > MAX_RETURN_SCHEME_LENGTH) throw invalid('returnUrl', 'is too long');
  return scheme;
}

/** Standard base64 of a text's UTF-8 bytes. */
export function base64(text: string): string {
  return toBase64(utf8(text));
}

/** A fault of the caller's: names the field and the rule. */
export function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: PAYWAY, message: `${PAYWAY} ${field}: ${rule}` });
}

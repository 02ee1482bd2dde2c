import { parseReference } from '@rielrails/core';
import type { PaymentEvent, Reference, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { digest, fromUtf8, JsonNumber, parseJson, toHex } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { isSigned, signedText } from './signature.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** The fields that a webhook's signature covers for certain. */
export const SIGNED_WEBHOOK_FIELDS = [
  'orderNo',
  'orderStatus',
  'userId',
  'merchantOrderNo',
  'orderCurrency',
  'orderAmount',
  'payCryptoRate',
  'payFiatRate',
  'payCryptoCurrency',
  'payCryptoVolume',
  'payCryptoNetwork',
  'hxAddress',
  'failReason',
  'fee',
] as const;

/** The sets that are tried, in order: "Query Order" marks `address` as signed too. No set: no other field is believed. */
const fieldSets = [SIGNED_WEBHOOK_FIELDS, [...SIGNED_WEBHOOK_FIELDS, 'address']] as const;

const reject = (reason: 'signature' | 'malformed' | 'not-ours', status: number) =>
  ({ outcome: 'rejected', reason, reply: { status } }) as const;

/**
 * Reads "Webhook for Order Status". It says which payment to look up, and nothing else of it is used.
 *
 * The signature covers parsed values and no time: an old delivery verifies for ever and has the same key.
 */
export function readWebhook(delivery: WebhookDelivery, secrets: readonly Secret[]): WebhookOutcome<PaymentEvent> {
  if (delivery.method.toUpperCase() !== 'POST' || delivery.body.length > MAX_BODY_BYTES)
    return reject('malformed', 400);
  const body = parseJson(fromUtf8(delivery.body), { maxLength: MAX_BODY_BYTES, maxDepth: 8 });
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return reject('malformed', 400);
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    const text = value instanceof JsonNumber ? value.text : value;
    if (typeof text === 'string') fields[name] = text;
  }
  const { sign = '', ...signed } = fields;
  // An ampersand inside a value would let whoever holds a genuine delivery move the borders between its fields.
  if (fieldSets[1].some((name) => signed[name]?.includes('&'))) return reject('malformed', 400);
  const text = fieldSets.map((names) => signedText(signed, names)).find((one) => isSigned(one, sign, secrets));
  if (text === undefined) return reject('signature', 401);
  const reference = asReference(signed['merchantOrderNo']);
  if (!reference) return reject('not-ours', 200);
  return {
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: `${reference}:${toHex(digest('sha256', text))}`,
    events: [{ type: 'changed', target: { reference } }],
    reply: { status: 200, contentType: 'text/plain', body: 'success' },
  };
}

function asReference(text = ''): Reference | null {
  try {
    return parseReference(text);
  } catch {
    return null;
  }
}

import type { PaymentEvent, Reference, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { asReference, digest, fromUtf8, JsonNumber, parseJson, toHex } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { callbackText, isSignedCallback } from './callback.ts';
import type { CallbackFields } from './callback.ts';

const MAX_BODY_BYTES = 64 * 1024;

type Rejected = Extract<WebhookOutcome<never>, { readonly outcome: 'rejected' }>;

/**
 * Reads a callback ("pushback"): JSON with the header `X-PayWay-HMAC-SHA512`, or, where unsigned ones are allowed, the
 * same JSON without it, or the older form whose field `response` holds it.
 *
 * Only says which payment to look up: PayWay demands a check of every callback. The signature covers values joined
 * without separators, so whoever holds a genuine callback can move the borders between its fields: nothing in it is used
 * but the name of a payment to ask about.
 */
export function readDelivery(
  delivery: WebhookDelivery,
  keys: readonly Secret[],
  unsigned: 'reject' | 'hint',
): WebhookOutcome<PaymentEvent> {
  if (delivery.method.toUpperCase() !== 'POST' || delivery.body.length > MAX_BODY_BYTES) return rejected('malformed');
  const signature = delivery.headers.get('x-payway-hmac-sha512') ?? delivery.headers.get('x_payway_hmac_sha512');
  if (signature === null && unsigned === 'reject') return rejected('signature');
  const fields = signature === null ? readUnsigned(delivery) : readFields(fromUtf8(delivery.body));
  if (!fields) return rejected('malformed');
  if (signature !== null && !isSignedCallback(fields, signature, keys)) return rejected('signature');
  const reference = referenceIn(fields);
  if (!reference) return rejected('not-ours');
  return {
    outcome: 'accepted',
    trust: signature === null ? 'hint' : 'verified',
    dedupeKey: `${reference}:${toHex(digest('sha256', callbackText(fields)))}`,
    events: [{ type: 'changed', target: { reference } }],
    reply: { status: 200 },
  };
}

/** Our reference: `return_params` comes back as it was sent; `tran_id` is described as the gateway's own in places. */
function referenceIn(fields: CallbackFields): Reference | null {
  return asReference(fields['return_params']) ?? asReference(fields['tran_id']);
}

function readUnsigned(delivery: WebhookDelivery): CallbackFields | null {
  const text = fromUtf8(delivery.body);
  const isForm = delivery.headers.get('content-type')?.toLowerCase().startsWith('application/x-www-form-urlencoded');
  return readFields(isForm ? (new URLSearchParams(text).get('response') ?? '') : text);
}

/** @throws SyntaxError when the text is no JSON; the caller answers `malformed`. */
function readFields(text: string): CallbackFields | null {
  const body = parseJson(text, { maxLength: MAX_BODY_BYTES, maxDepth: 8 });
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body) && !(body instanceof JsonNumber);
  return isObject ? (body as CallbackFields) : null;
}

function rejected(reason: Rejected['reason']): Rejected {
  const status = { signature: 401, stale: 401, malformed: 400, 'not-ours': 200 }[reason];
  return { outcome: 'rejected', reason, reply: { status } };
}

import type { CustodyEvent, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { asReference, digest, equalInConstantTime, fromUtf8, hmac, member, parseJson, toHex } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import type { BitgoSettings } from './config.ts';

const MAX_BODY_BYTES = 262_144;
const MAX_REFERENCES = 100;

/**
 * Verifies a delivery and reads which withdrawals it is about. "Verify webhook notification".
 *
 * The scheme has no time, so an old delivery verifies for ever: it only ever causes a lookup. The header
 * `idempotency-key` is not signed, so the key is made of the body.
 */
export function readWebhook(settings: BitgoSettings, { body, headers }: WebhookDelivery): WebhookOutcome<CustodyEvent> {
  if (body.length > MAX_BODY_BYTES) return { outcome: 'rejected', reason: 'malformed', reply: { status: 413 } };
  const signature = headers.get('x-signature-sha256') ?? '';
  const isSigned = settings.webhookSecrets.some((secret) =>
    equalInConstantTime(signature, toHex(hmac('sha256', secret, body))),
  );
  if (!isSigned) return { outcome: 'rejected', reason: 'signature', reply: { status: 401 } };
  const told = parseJson(fromUtf8(body));
  const wallet = member(told, 'wallet') ?? member(told, 'walletId');
  // Answered with 200: BitGo suspends whoever refuses too many, and it would be no more ours.
  if (wallet !== settings.walletId) return { outcome: 'rejected', reason: 'not-ours', reply: { status: 200 } };
  return {
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: toHex(digest('sha256', body)),
    events: eventsOf(member(told, 'sequenceIds')),
    reply: { status: 200 },
  };
}

/** Only webhooks about a transaction request bring our references. Any other leaves open which withdrawal it means. */
function eventsOf(sequenceIds: Json | undefined): readonly CustodyEvent[] {
  const named = (Array.isArray(sequenceIds) ? sequenceIds : [])
    .slice(0, MAX_REFERENCES)
    .map((one) => asReference(one as Json))
    .filter((reference) => reference !== null);
  if (named.length === 0) return [{ type: 'changed' }];
  return named.map((reference) => ({ type: 'changed', target: { reference } }));
}

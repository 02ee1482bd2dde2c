import { parseReference } from '@rielrails/core';
import type { KycEvent, Reference, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { fromUtf8, parseJson } from '@rielrails/kit';
import { z } from 'zod';
import type { SumsubSettings } from './config.ts';
import { digestAlgorithms, isDigestOf } from './signature.ts';
import type { DigestAlgorithm } from './signature.ts';

const MAX_BODY_BYTES = 262_144;

const word = z.string().max(100);

/** What a delivery is read for. Sumsub documentation, "Webhooks". */
const deliverySchema = z.object({
  type: word,
  applicantId: word.nullish(),
  externalUserId: word.nullish(),
  correlationId: word.nullish(),
  createdAtMs: word.nullish(),
});

/**
 * Verifies a delivery and reads whom it is about.
 *
 * The scheme has no timestamp, so an old delivery verifies for ever: it only ever causes a lookup, and the dedupe key is
 * made of what differs between events. What the verdict was is not taken from here.
 */
export function readWebhook(settings: SumsubSettings, delivery: WebhookDelivery): WebhookOutcome<KycEvent> {
  const { body, headers } = delivery;
  const algorithm = algorithmOf(headers, settings.webhookDigest);
  const digest = headers.get('x-payload-digest') ?? '';
  if (body.length > MAX_BODY_BYTES) return { outcome: 'rejected', reason: 'malformed', reply: { status: 413 } };
  if (!algorithm || !isDigestOf(body, digest, algorithm, settings.webhookSecrets)) {
    return { outcome: 'rejected', reason: 'signature', reply: { status: 401 } };
  }
  const told = deliverySchema.parse(parseJson(fromUtf8(body)));
  const reference = ourReference(told.externalUserId ?? '');
  // Answered with 200: Sumsub would send it four times more, and it would be no more ours.
  if (!reference) return { outcome: 'rejected', reason: 'not-ours', reply: { status: 200 } };
  const { applicantId, type, createdAtMs, correlationId } = told;
  return {
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: [applicantId ?? reference, type, createdAtMs ?? '', correlationId ?? ''].join('|'),
    events: [{ type: 'changed', target: { reference } }],
    reply: { status: 200 },
  };
}

/** The digest that the sender names; where it names none, the configured one; `undefined` for one that we do not know. */
function algorithmOf(headers: Headers, otherwise: DigestAlgorithm): DigestAlgorithm | undefined {
  const named = headers.get('x-payload-digest-alg');
  return named === null ? otherwise : digestAlgorithms.find((known) => known === named);
}

function ourReference(externalUserId: string): Reference | undefined {
  try {
    return parseReference(externalUserId);
  } catch {
    return undefined;
  }
}

import type { KycEvent, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { fromUtf8, parseJson } from '@rielrails/kit';
import { z } from 'zod';
import type { OnfidoSettings } from './config.ts';
import { isSignatureOf } from './signature.ts';
import { referenceOf } from './tag.ts';

const MAX_BODY_BYTES = 262_144;

const word = z.string().max(200);

/** What a delivery is read for. `@onfido/api` 6.2.0, "WebhookEvent", payload version 3. */
const deliverySchema = z.object({
  payload: z.object({
    resource_type: word,
    action: word,
    object: z.object({ id: word, status: word.nullish(), completed_at_iso8601: word.nullish() }),
    resource: z.object({ tags: z.array(word).nullish(), updated_at: word.nullish() }).nullish(),
  }),
});

/**
 * Verifies a delivery and reads whom it is about.
 *
 * The scheme has no timestamp and events have no id: an old delivery verifies for ever, so it only ever causes a lookup, and
 * the dedupe key is made of what differs between events. What the outcome was is not taken from here.
 */
export function readWebhook(settings: OnfidoSettings, { body, headers }: WebhookDelivery): WebhookOutcome<KycEvent> {
  if (body.length > MAX_BODY_BYTES) return { outcome: 'rejected', reason: 'malformed', reply: { status: 413 } };
  if (!isSignatureOf(body, headers.get('x-sha2-signature') ?? '', settings.webhookTokens)) {
    return { outcome: 'rejected', reason: 'signature', reply: { status: 401 } };
  }
  const { resource_type: type, action, object, resource } = deliverySchema.parse(parseJson(fromUtf8(body))).payload;
  const reference = type === 'workflow_run' ? referenceOf(resource?.tags ?? []) : null;
  // Answered with 200: Onfido would send it again, and it would be no more ours.
  if (!reference) return { outcome: 'rejected', reason: 'not-ours', reply: { status: 200 } };
  const at = object.completed_at_iso8601 ?? resource?.updated_at ?? '';
  return {
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: [action, object.id, object.status ?? '', at].join('|'),
    events: [{ type: 'changed', target: { reference } }],
    reply: { status: 200 },
  };
}

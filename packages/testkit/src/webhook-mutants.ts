import type { WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { Mutant } from './suite.ts';
import type { WebhookClauseIds } from './webhook-clauses.ts';

type Read = (delivery: WebhookDelivery) => Promise<WebhookOutcome<never>>;

/** How a mutant stands in for the reader of webhooks. */
export type WebhookChange = (delivery: WebhookDelivery, read: Read, runtime: Runtime) => Promise<WebhookOutcome<never>>;

/** Readers of webhooks that each break one promise. */
export function webhookMutants<Subject>(
  ids: WebhookClauseIds,
  onWebhook: (change: WebhookChange) => (subject: Subject) => Subject,
): readonly Mutant<Subject>[] {
  const mutant = (clause: string | undefined, id: string, change: WebhookChange): readonly Mutant<Subject>[] =>
    clause === undefined ? [] : [{ id, clause, mutate: onWebhook(change) }];
  return [
    ...mutant(ids.genuine, 'rejects-every-webhook', async () => ({
      outcome: 'rejected',
      reason: 'signature',
      reply: { status: 400 },
    })),
    ...mutant(ids.genuine, 'names-another-reference', namesAnother),
    ...mutant(ids.changed, 'checks-no-signature', acceptAnything),
    ...mutant(ids.proof, 'needs-no-proof', acceptAnything),
    ...mutant(ids.forged, 'believes-forgeries', acceptRejected),
    ...mutant(ids.hint, 'trusts-what-proves-nothing', async (delivery, read) =>
      onAccepted(await read(delivery), { trust: 'verified' }),
    ),
    ...mutant(ids.repeated, 'gives-each-delivery-its-own-key', async (delivery, read, runtime) =>
      onAccepted(await read(delivery), { dedupeKey: newReference(runtime.random) }),
    ),
    ...mutant(ids.distinct, 'gives-every-event-one-key', async (delivery, read) =>
      onAccepted(await read(delivery), { dedupeKey: 'changed' }),
    ),
    ...mutant(ids.silent, 'calls-somebody-while-reading', async (delivery, read, runtime) => {
      await runtime.fetch(new Request('https://mutant.example/'), {}).catch(() => null);
      return read(delivery);
    }),
    ...mutant(ids.hopeless, 'throws-at-hopeless-bodies', async (delivery, read) => {
      const outcome = await read(delivery);
      if (outcome.outcome === 'rejected') throw new SyntaxError('unexpected end of input');
      return outcome;
    }),
    ...mutant(ids.stale, 'takes-old-webhooks', acceptRejected),
  ];
}

function onAccepted(
  outcome: WebhookOutcome<never>,
  change: { readonly trust?: 'verified'; readonly dedupeKey?: string },
): WebhookOutcome<never> {
  return outcome.outcome === 'accepted' ? { ...outcome, ...change } : outcome;
}

async function namesAnother(delivery: WebhookDelivery, read: Read, runtime: Runtime): Promise<WebhookOutcome<never>> {
  const outcome = await read(delivery);
  const event = { type: 'changed', target: { reference: newReference(runtime.random) } };
  return outcome.outcome === 'accepted' ? { ...outcome, events: [event as never] } : outcome;
}

async function acceptAnything({ body }: WebhookDelivery): Promise<WebhookOutcome<never>> {
  const dedupeKey = `mutant-${body.reduce((sum, byte, index) => sum + byte * (index + 1), 0)}`;
  return { outcome: 'accepted', trust: 'verified', dedupeKey, events: [], reply: { status: 200 } };
}

async function acceptRejected(delivery: WebhookDelivery, read: Read): Promise<WebhookOutcome<never>> {
  const outcome = await read(delivery);
  return outcome.outcome === 'rejected' ? acceptAnything(delivery) : outcome;
}

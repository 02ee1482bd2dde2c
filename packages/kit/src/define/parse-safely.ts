import type { WebhookOutcome } from '@rielrails/core';
import type { Observed } from './observe.ts';

const MAX_DEDUPE_KEY = 512;

/** Runs an author's webhook reader: whatever it throws is a malformed delivery, never an exception. */
export async function parseSafely<E>(
  at: Observed,
  parse: () => Promise<WebhookOutcome<E>>,
): Promise<WebhookOutcome<E>> {
  const { provider, operation, runtime } = at;
  try {
    const outcome = await parse();
    if (outcome.outcome === 'rejected') {
      runtime.log.warn('webhook-rejected', { provider, operation, reason: outcome.reason });
    } else if (outcome.dedupeKey === '' || outcome.dedupeKey.length > MAX_DEDUPE_KEY) {
      throw new RangeError('dedupeKey');
    }
    return outcome;
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    runtime.log.warn('webhook-rejected', { provider, operation, reason: 'malformed', error: kind });
    return { outcome: 'rejected', reason: 'malformed', reply: { status: 400 } };
  }
}

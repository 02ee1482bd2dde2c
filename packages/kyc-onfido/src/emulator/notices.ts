import { hmac, toHex } from '@rielrails/kit';
import type { OutgoingWebhook } from '@rielrails/kit/emulator';
import type { BookedWebhook } from './book.ts';

/** What may be told. `@onfido/api` 6.2.0, "WebhookEventType". */
export const webhookEvents = [
  'audit_log.created',
  'watchlist_monitor.matches_updated',
  'workflow_run.completed',
  'workflow_task.started',
  'workflow_task.completed',
  'check.started',
  'check.reopened',
  'check.withdrawn',
  'check.completed',
  'check.form_completed',
  'report.withdrawn',
  'report.resumed',
  'report.cancelled',
  'report.awaiting_approval',
  'report.completed',
  'workflow_timeline_file.created',
  'workflow_run_evidence_folder.created',
] as const;

/** One of {@link webhookEvents}. */
export type WebhookEventName = (typeof webhookEvents)[number];

/** Something that happened. */
export interface Notice {
  readonly action: WebhookEventName;
  readonly object: Readonly<Record<string, unknown>>;
  /** The whole object, which only Studio's events carry. */
  readonly resource?: Readonly<Record<string, unknown>>;
}

/** The signature of a delivery: over the body's bytes, with the token of that webhook. */
export function signatureOf(body: string, token: string): string {
  return toHex(hmac('sha256', token, body));
}

/** The deliveries of an event: one for each webhook that wants it. "Webhooks", payload version 3. */
export function deliveriesOf(
  { action, object, resource }: Notice,
  webhooks: readonly BookedWebhook[],
): OutgoingWebhook[] {
  const [type] = action.split('.');
  const body = JSON.stringify({ payload: { resource_type: type, action, object, ...(resource ? { resource } : {}) } });
  return webhooks
    .filter(({ enabled, events, environments }) => {
      return enabled && environments.includes('sandbox') && (events === null || events.includes(action));
    })
    .map(({ url, token }) => ({
      url,
      headers: { 'content-type': 'application/json', 'x-sha2-signature': signatureOf(body, token) },
      body,
    }));
}

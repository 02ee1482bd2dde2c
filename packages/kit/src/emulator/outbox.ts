import type { WebhookDelivery } from '@rielrails/core';
import type { Clock, Fetch } from '../runtime.ts';
import type { FaultPlan } from './faults.ts';

/** A webhook on its way. */
export interface OutgoingWebhook {
  readonly url: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of a webhook. */
export interface SentWebhook extends OutgoingWebhook {
  /** The receiver's status; `null` while it waits, was dropped, or nobody answered. */
  readonly status: number | null;
}

/** How a provider goes about a webhook that its receiver did not take. */
export interface Redelivery {
  /** How long the receiver may take to answer. */
  readonly answerWithinMs: number;
  /** How long after each try the next one follows. */
  readonly afterMs: readonly number[];
  /** The statuses by which a receiver takes it. Default: any 2xx. */
  readonly takenBy?: readonly number[];
}

/** How an emulator's webhooks leave. */
export interface OutboxOptions {
  readonly clock: Clock;
  readonly faults: FaultPlan;
  readonly deliver?: Fetch;
  /** Default: each is sent once, and waited for as long as it takes. Needs `deliver`. */
  readonly redelivery?: Redelivery;
}

/** The webhooks of an emulator, with the faults that can befall them. */
export interface Outbox {
  /** Sends one, as the fault plan wants it; waits for the receiver where it is sent at once. */
  send(webhook: OutgoingWebhook): Promise<void>;
  /** Sends what `late-webhook` and `reordered-webhooks` held back. */
  flush(): Promise<void>;
  /** Everything that left, oldest first. */
  readonly sent: readonly SentWebhook[];
  /** Everything that left, as deliveries that `parseWebhook` takes. */
  deliveries(): readonly WebhookDelivery[];
}

/** Makes an outbox. */
export function createOutbox({ clock, faults, deliver, redelivery }: OutboxOptions): Outbox {
  const sent: SentWebhook[] = [];
  const times: number[] = [];
  let held: OutgoingWebhook[] = [];
  let reorder = false;

  async function statusOf(webhook: OutgoingWebhook, to: Fetch): Promise<number | null> {
    const request = new Request(webhook.url, {
      method: webhook.method ?? 'POST',
      headers: webhook.headers,
      ...(webhook.method === 'GET' ? {} : { body: webhook.body }),
    });
    const over = new AbortController();
    const answer = to(request, { signal: over.signal }).then(
      (response) => response.status,
      () => null,
    );
    if (!redelivery) return answer;
    const timer = new AbortController();
    const late = clock.sleep(redelivery.answerWithinMs, timer.signal).then(
      () => null,
      () => null,
    );
    const status = await Promise.race([answer, late]);
    timer.abort();
    over.abort();
    return status;
  }

  async function dispatch(webhook: OutgoingWebhook, waits = redelivery?.afterMs ?? []): Promise<void> {
    const status = deliver ? await statusOf(webhook, deliver) : null;
    sent.push({ ...webhook, status });
    times.push(clock.now());
    const [waitMs, ...others] = waits;
    const isTaken = status !== null && (redelivery?.takenBy?.includes(status) ?? (status >= 200 && status < 300));
    if (deliver && !isTaken && waitMs !== undefined) void clock.sleep(waitMs).then(() => dispatch(webhook, others));
  }

  return {
    async send(webhook) {
      if (reorder) {
        reorder = false;
        await dispatch(webhook);
        const waiting = held;
        held = [];
        for (const one of waiting) await dispatch(one);
        return;
      }
      switch (
        faults.take('webhook', [
          'duplicate-webhook',
          'reordered-webhooks',
          'dropped-webhook',
          'late-webhook',
          'forged-webhook',
        ])
      ) {
        case 'dropped-webhook':
          return;
        case 'late-webhook':
          held.push(webhook);
          return;
        case 'reordered-webhooks':
          held.push(webhook);
          reorder = true;
          return;
        case 'duplicate-webhook':
          await dispatch(webhook);
          await dispatch(webhook);
          return;
        case 'forged-webhook':
          await dispatch(webhook);
          await dispatch(forge(webhook));
          return;
        default:
          await dispatch(webhook);
      }
    },
    async flush() {
      const waiting = held;
      held = [];
      reorder = false;
      for (const one of waiting) await dispatch(one);
    },
    get sent() {
      return sent;
    },
    deliveries: () =>
      sent.map((webhook, index) => ({
        method: webhook.method ?? 'POST',
        url: webhook.url,
        headers: new Headers(webhook.headers),
        body: new TextEncoder().encode(webhook.body),
        receivedAt: (times[index] ?? 0) as WebhookDelivery['receivedAt'],
      })),
  };
}

/** The same webhook with one digit or letter of its body changed, and its old signature. */
function forge(webhook: OutgoingWebhook): OutgoingWebhook {
  const index = webhook.body.search(/[0-9](?=[^0-9]*$)/);
  if (index < 0) return { ...webhook, body: `${webhook.body} ` };
  const digit = (Number(webhook.body[index]) + 1) % 10;
  return { ...webhook, body: webhook.body.slice(0, index) + digit + webhook.body.slice(index + 1) };
}

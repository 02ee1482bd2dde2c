import type { Clock, Fetch } from '@rielrails/kit';
import type { Outbox, OutgoingWebhook } from '@rielrails/kit/emulator';

const MINUTE_MS = 60_000;

/** When an undelivered webhook comes again, counted from its first delivery: "Webhook for Order Status". */
export const retryAtMs: readonly number[] = [
  ...[2, 4, 6, 8, 10].map((minutes) => minutes * MINUTE_MS),
  ...[20, 30, 40, 50, 60].map((minutes) => minutes * MINUTE_MS),
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((hours) => hours * 60 * MINUTE_MS),
];

/** Deliveries that are repeated until somebody answers. */
export interface Deliveries {
  /** What an outbox is to deliver with. */
  readonly deliver?: Fetch;
  /** Sends at once, and again by the timetable until it was heard: HTTP 200, or a body that contains `success`. */
  send(outbox: Outbox, webhook: OutgoingWebhook): Promise<void>;
}

/** Watches what receivers answer. */
export function createDeliveries(clock: Clock, deliver: Fetch | undefined): Deliveries {
  const heard = new Set<string>();

  async function repeat(outbox: Outbox, webhook: OutgoingWebhook): Promise<void> {
    const startedAt = clock.now();
    for (const after of retryAtMs) {
      if (heard.has(webhook.body)) return;
      await clock.sleep(startedAt + after - clock.now());
      if (!heard.has(webhook.body)) await outbox.send(webhook);
    }
  }

  return {
    ...(deliver
      ? {
          async deliver(request, how) {
            const body = await request.clone().text();
            const response = await deliver(request, how);
            const answer = await response.clone().text();
            if (response.status === 200 || answer.includes('success')) heard.add(body);
            return response;
          },
        }
      : {}),
    async send(outbox, webhook) {
      await outbox.send(webhook);
      if (deliver && !heard.has(webhook.body)) void repeat(outbox, webhook);
    },
  };
}

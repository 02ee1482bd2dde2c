import { utf8 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { Inbox, Message } from '@rielrails/orders';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import { withoutPrivateKeys } from './account-key.ts';
import { CHANNEL } from './shop.ts';
import { troubleOf } from './telegram-error.ts';
import { isPayment } from './telegram-payments.ts';
import type { HandOn } from './telegram-payments.ts';

/**
 * Why polling ended. `foreign-poller`: somebody else takes this bot's updates, or a webhook is set; a person must find
 * out who. `unauthorized`: the token is not valid (any more).
 */
export type PollEnd = 'stopped' | 'unauthorized' | 'foreign-poller';

/** What polling works with. */
export interface PollParts {
  readonly api: Api;
  /** Tells this bot's updates from those of another one, in one inbox. */
  readonly botId: string;
  readonly inbox: Pick<Inbox, 'put'>;
  /** Where updates about payments go; `null` where nothing is paid by invoice. */
  readonly handOn: HandOn | null;
  readonly runtime: Runtime;
}

const WAIT_SECONDS = 25;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Takes updates from Telegram into the inbox until `signal` aborts.
 *
 * A batch is confirmed by the offset of the next call, which is made only after the batch was stored: whatever dies in
 * between gets it again, and the inbox knows it by its number. Payments go first, and past the inbox's lanes.
 */
export async function poll({ api, botId, inbox, handOn, runtime }: PollParts, signal: AbortSignal): Promise<PollEnd> {
  const kinds = ['message', 'callback_query', ...(handOn === null ? [] : ['pre_checkout_query' as const])] as const;
  let offset = 0;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const updates = await api.getUpdates(
        { offset, limit: 100, timeout: WAIT_SECONDS, allowed_updates: kinds },
        signal as Parameters<typeof api.getUpdates>[1],
      );
      const others = handOn === null ? updates : updates.filter((update) => !isPayment(update));
      if (handOn !== null) await Promise.all(updates.filter(isPayment).map(handOn));
      if (others.length > 0) await inbox.put(others.map((update) => messageOf(update, botId)));
      offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
      pauseMs = FIRST_PAUSE_MS;
    } catch (error) {
      if (signal.aborted) break;
      const trouble = troubleOf(error);
      if (trouble?.type === 'unauthorized') return ended(runtime, 'unauthorized');
      if (trouble?.type === 'conflict') return ended(runtime, 'foreign-poller');
      const waitMs = trouble?.type === 'throttled' ? trouble.retryAfterMs : pauseMs;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      runtime.log.warn('poll-failed', { reason: trouble?.type ?? 'not-stored', delayMs: waitMs });
      await runtime.clock.sleep(waitMs, signal).catch(() => {});
    }
  }
  return 'stopped';
}

function ended({ log }: Runtime, reason: PollEnd): PollEnd {
  log.error('poll-ended', { reason });
  return reason;
}

function messageOf(update: Update, botId: string): Message {
  return {
    source: CHANNEL,
    key: `${botId}-${update.update_id}`,
    lane: String(chatOf(update) ?? update.update_id),
    trust: 'verified',
    headers: {},
    body: utf8(
      JSON.stringify(update, (_name, value: unknown) =>
        typeof value === 'string' ? withoutPrivateKeys(value) : value,
      ),
    ),
    targets: [],
  };
}

function chatOf({ message, callback_query: tap }: Update): number | undefined {
  return message?.chat.id ?? tap?.message?.chat.id ?? tap?.from.id;
}

import type { Clock, Fetch, Random } from '@rielrails/kit';
import type { Outbox } from '@rielrails/kit/emulator';
import { badRequest, conflict, tooManyRequests } from './errors.ts';
import type { TelegramError } from './errors.ts';
import type { Update } from './types.ts';

/** The kinds of update that this emulator makes. */
export type UpdateType = 'message' | 'callback_query' | 'my_chat_member' | 'pre_checkout_query';

/** One update on its way to the bot. */
export interface NewUpdate {
  readonly type: UpdateType;
  readonly payload: unknown;
  /** How long Telegram keeps it. */
  readonly lifetimeMs: number;
  /** Updates of one queue are delivered one after the other, over webhooks. */
  readonly queue: string;
}

/** What the bot asked for with `getUpdates`. */
export interface Poll {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutSeconds: number;
  readonly allowed: readonly string[] | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What the bot asked for with `setWebhook`. */
export interface WebhookSettings {
  readonly url: string;
  readonly secret: string;
  readonly maxConnections: number;
  readonly allowed: readonly string[] | undefined;
  readonly dropPending: boolean;
}

/** The updates that the bot has not taken yet, and the one way at a time in which it takes them. */
export interface UpdateQueue {
  push(update: NewUpdate): void;
  poll(poll: Poll): Promise<readonly Update[]>;
  /** Sets or, with an empty URL, deletes the webhook. Gives the server's description. */
  setWebhook(settings: WebhookSettings): string;
  webhookInfo(): Readonly<Record<string, unknown>>;
  /** The bot's updates that wait, oldest first. */
  readonly pending: readonly Update[];
}

interface PendingUpdate extends NewUpdate {
  readonly id: number;
  readonly expiresAt: number;
}

interface Webhook extends WebhookSettings {
  readonly stopped: AbortController;
  readonly busy: Set<string>;
  lastError: { readonly at: number; readonly text: string } | null;
}

interface OpenPoll {
  wake(): void;
  end(error: TelegramError): void;
}

/** The kinds that Telegram knows; a list with none of them counts as no list. */
const KNOWN_TYPES = new Set([
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
]);
const CONFLICT_PAUSE_MS = 3000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_RETRY_AFTER_SECONDS = 3600;
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

/** What the queue needs from the emulator around it. */
export interface UpdateQueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Sends webhooks, with the faults of the plan. */
  readonly outbox: Outbox;
  /** The answer that the receiver gave to the webhook of this update. */
  answerTo(updateId: number): WebhookAnswer | null;
}

/** How the bot answered one webhook. */
export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfterSeconds: number | null;
}

/** Makes the queue of one bot. Built from "Telegram Bot API, Getting updates" and the behaviour of its open server. */
export function createUpdateQueue({ clock, random, outbox, answerTo }: UpdateQueueOptions): UpdateQueue {
  let pending: PendingUpdate[] = [];
  let nextId = randomId();
  let lastPushAt = clock.now() as number;
  let allowed: ReadonlySet<string> | null = null;
  let webhook: Webhook | null = null;
  let webhookSetAt = Number.NEGATIVE_INFINITY;
  let open: OpenPoll | null = null;
  let lastConflictAt = Number.NEGATIVE_INFINITY;
  let previous = { offset: Number.NaN, startedAt: Number.NEGATIVE_INFINITY, endedAt: Number.NEGATIVE_INFINITY };

  function randomId(): number {
    return 100_000_000 + (new DataView(random.bytes(4).buffer).getUint32(0) % 800_000_000);
  }

  function living(): PendingUpdate[] {
    pending = pending.filter((update) => update.expiresAt > clock.now());
    return pending;
  }

  function remember(list: readonly string[] | undefined): void {
    if (list === undefined) return;
    const known = list.filter((type) => KNOWN_TYPES.has(type));
    allowed = known.length > 0 ? new Set(known) : null;
  }

  async function throwConflict(error: TelegramError): Promise<never> {
    const repeated = clock.now() - lastConflictAt < CONFLICT_PAUSE_MS;
    lastConflictAt = clock.now();
    if (repeated) await clock.sleep(CONFLICT_PAUSE_MS);
    throw error;
  }

  function batch(limit: number): Update[] {
    const updates: Update[] = [];
    let size = 0;
    for (const one of living().slice(0, limit)) {
      const update = asUpdate(one);
      size += JSON.stringify(update).length;
      if (size > MAX_BATCH_BYTES && updates.length > 0) break;
      updates.push(update);
    }
    return updates;
  }

  function confirm(offset: number): void {
    if (offset < 0) pending = living().slice(offset);
    else if (offset > 0 && offset <= nextId) pending = living().filter((update) => update.id >= offset);
  }

  /** Waits for an update, the end of the time, a rival or the caller's going away. */
  async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController();
    const woken = new Promise<void>((resolve, reject) => {
      open = { wake: resolve, end: reject };
      if (signal?.aborted) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    const mine = open;
    const timeUp = clock.sleep(seconds * 1000, over.signal).catch(() => {});
    try {
      await Promise.race([woken, timeUp]);
    } finally {
      over.abort();
      if (open === mine) open = null;
    }
  }

  function pump(): void {
    const current = webhook;
    if (!current) return;
    for (const update of living()) {
      if (current.busy.size >= current.maxConnections) return;
      if (current.busy.has(update.queue)) continue;
      current.busy.add(update.queue);
      void deliver(current, update).finally(() => {
        current.busy.delete(update.queue);
        if (webhook === current) pump();
      });
    }
  }

  /** One update over the webhook, until it is taken, too old, or the webhook is gone. */
  async function deliver(current: Webhook, update: PendingUpdate): Promise<void> {
    for (let failures = 0; !current.stopped.signal.aborted && living().includes(update); failures += 1) {
      const answer = await send(current, update);
      if (answer && answer.status >= 200 && answer.status < 300) {
        pending = pending.filter((one) => one !== update);
        return;
      }
      current.lastError = {
        at: clock.now(),
        text: answer ? `Wrong response from the webhook: ${answer.status}` : 'Webhook connection closed',
      };
      const seconds = answer?.retryAfterSeconds ?? (failures === 0 ? 0 : Math.min(2 ** failures, 60));
      const stopped = await clock.sleep(Math.min(seconds, MAX_RETRY_AFTER_SECONDS) * 1000, current.stopped.signal).then(
        () => false,
        () => true,
      );
      if (stopped) return;
    }
  }

  async function send(current: Webhook, update: PendingUpdate): Promise<WebhookAnswer | null> {
    const headers = {
      'content-type': 'application/json',
      ...(current.secret ? { [SECRET_HEADER]: current.secret } : {}),
    };
    await outbox.send({ url: current.url, headers, body: JSON.stringify(asUpdate(update)) });
    return answerTo(update.id);
  }

  return {
    push(update) {
      if (allowed && !allowed.has(update.type)) return;
      if (clock.now() - lastPushAt > WEEK_MS && living().length === 0) nextId = randomId();
      lastPushAt = clock.now();
      pending.push({ ...update, id: nextId, expiresAt: clock.now() + update.lifetimeMs });
      nextId += 1;
      open?.wake();
      pump();
    },
    async poll({ offset, limit, timeoutSeconds, allowed: list, signal }) {
      if (webhook)
        await throwConflict(
          conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
          ),
        );
      open?.end(conflict('terminated by other getUpdates request; make sure that only one bot instance is running'));
      open = null;
      remember(list);
      confirm(offset);
      const startedAt = clock.now();
      const same = offset === previous.offset;
      // The server slows down a bot that asks again and again for the same offset.
      const seconds = same && timeoutSeconds < 3 && startedAt < previous.startedAt + 3000 ? 3 : timeoutSeconds;
      const size = same && startedAt < previous.endedAt + 500 ? 1 : limit;
      if (living().length === 0 && seconds > 0)
        await wait(seconds, signal).catch((error: TelegramError) => throwConflict(error));
      previous = { offset, startedAt, endedAt: clock.now() };
      return batch(size);
    },
    setWebhook(settings) {
      if (settings.dropPending) pending = [];
      if (settings.url === '') {
        const had = webhook !== null;
        webhook?.stopped.abort();
        webhook = null;
        return had ? 'Webhook was deleted' : 'Webhook is already deleted';
      }
      checkWebhook(settings);
      if (clock.now() - webhookSetAt < 1000) throw tooManyRequests(1);
      webhookSetAt = clock.now();
      remember(settings.allowed);
      open?.end(conflict('terminated by setWebhook request'));
      open = null;
      const same =
        webhook?.url === settings.url &&
        webhook.secret === settings.secret &&
        webhook.maxConnections === settings.maxConnections;
      if (same) return 'Webhook is already set';
      webhook?.stopped.abort();
      webhook = { ...settings, stopped: new AbortController(), busy: new Set(), lastError: null };
      pump();
      return 'Webhook was set';
    },
    webhookInfo: () => ({
      url: webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: living().length,
      ...(webhook?.lastError
        ? {
            last_error_date: Math.floor(webhook.lastError.at / 1000),
            last_error_message: webhook.lastError.text,
          }
        : {}),
      ...(webhook ? { max_connections: webhook.maxConnections } : {}),
      ...(allowed ? { allowed_updates: [...allowed] } : {}),
    }),
    get pending() {
      return living().map(asUpdate);
    },
  };
}

function asUpdate(update: PendingUpdate): Update {
  return { update_id: update.id, [update.type]: update.payload };
}

/** Takes what the server takes in its local mode, where plain HTTP and any port are allowed. */
function checkWebhook({ url, secret }: WebhookSettings): void {
  const parsed = URL.parse(url);
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) throw badRequest('invalid webhook URL specified');
  if (secret.length > 256) throw badRequest('secret token is too long');
  if (!/^[A-Za-z0-9_-]*$/.test(secret)) throw badRequest('secret token contains unallowed characters');
}

/** A way out for webhooks that also tells how each update was answered. */
export function recordAnswers(deliver: Fetch | undefined): {
  readonly deliver: Fetch | undefined;
  answerTo(updateId: number): WebhookAnswer | null;
} {
  const answers = new Map<number, WebhookAnswer>();
  return {
    deliver:
      deliver &&
      (async (request, options) => {
        const { update_id: id } = (await request.clone().json()) as Update;
        const response = await deliver(request, options);
        const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
        answers.set(id, {
          status: response.status,
          retryAfterSeconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : null,
        });
        return response;
      }),
    answerTo(updateId) {
      const answer = answers.get(updateId) ?? null;
      answers.delete(updateId);
      return answer;
    },
  };
}

import type { Instant } from '@rielrails/core';
import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/transaction.ts';
import type { Queue } from './queue.ts';

/** Something that came in and was stored before its sender was told so. */
export interface Message {
  /** Who it came from: a provider's id, or a front end's channel. */
  readonly source: string;
  /** The sender's own key of the event: a second delivery of it is the same message. */
  readonly key: string;
  /** Messages of one lane are handled one after another. */
  readonly lane: string;
  readonly trust: 'verified' | 'hint';
  readonly headers: Readonly<Record<string, string>>;
  /** The raw bytes. */
  readonly body: Uint8Array;
  /** The references of ours that it is about. */
  readonly targets: readonly string[];
}

/** What does the work for one source. */
export type MessageHandler = (message: Message) => Promise<void>;

/** Stored before acknowledged: whatever comes in survives a crash, and is handled once per key. */
export interface Inbox {
  /** Stores messages in one transaction. Those that are known already change nothing. Gives how many were new. */
  put(messages: readonly Message[]): Promise<number>;
  /** Says who handles the messages of a source. */
  handle(source: string, handler: MessageHandler): void;
  /** Handles one stored message, if nobody has yet. */
  work(id: string): Promise<void>;
  /** Asks again for messages that were left lying. */
  sweep(olderThan: Instant): Promise<void>;
}

interface Row {
  readonly source: string;
  readonly key: string;
  readonly lane: string;
  readonly trust: 'verified' | 'hint';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly targets: readonly string[];
}

const MOST_AT_ONCE = 200;

/** Makes the inbox. */
export function createInbox(store: Store, queue: Queue, now: () => Instant): Inbox {
  const handlers = new Map<string, MessageHandler>();
  const enqueue = (tx: Tx, { source, key, lane }: Pick<Message, 'source' | 'key' | 'lane'>) =>
    queue.enqueue(tx, { queue: 'inbox', id: `${source}/${key}`, key: `${source}/${lane}` });
  return {
    put: (messages) =>
      store.transaction(async (tx) => {
        let added = 0;
        for (const message of messages) {
          const { source, key, lane, trust, headers, body, targets } = message;
          const { rows } = await sql`
            insert into inbox (source, key, lane, received_at, trust, headers, body, targets)
            values (${source}, ${key}, ${lane}, ${now()}, ${trust}, ${JSON.stringify(headers)}::jsonb, ${body}, ${JSON.stringify(targets)}::jsonb)
            on conflict (source, key) do nothing returning 1`.execute(tx);
          if (rows.length === 0) continue;
          added += 1;
          await enqueue(tx, message);
        }
        return added;
      }),
    handle(source, handler) {
      handlers.set(source, handler);
    },
    async work(id) {
      const slash = id.indexOf('/');
      const [source, key] = [id.slice(0, slash), id.slice(slash + 1)];
      const { rows } = await sql<Row>`
        select source, key, lane, trust, headers, body, targets from inbox
        where source = ${source} and key = ${key} and done_at is null`.execute(store.db);
      const [message] = rows;
      const handler = handlers.get(source);
      if (!message || !handler) return;
      await handler(message);
      await sql`update inbox set done_at = ${now()} where source = ${source} and key = ${key}`.execute(store.db);
    },
    async sweep(olderThan) {
      const { rows } = await sql<Pick<Message, 'source' | 'key' | 'lane'>>`
        select source, key, lane from inbox where done_at is null and received_at < ${olderThan} order by received_at limit ${MOST_AT_ONCE}`.execute(
        store.db,
      );
      if (rows.length === 0) return;
      await store.transaction(async (tx) => {
        for (const row of rows) await enqueue(tx, row);
      });
    },
  };
}

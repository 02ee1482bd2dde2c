import type { Instant } from '@rielrails/core';
import { fromBase64, toBase64 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { sql } from 'kysely';
import type { Sealer } from '../store/seal.ts';
import type { Store } from '../store/store.ts';
import type { Reader, Tx } from '../store/transaction.ts';
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
  /** How a web request came. Default: `POST`, and no address. */
  readonly method?: string;
  readonly url?: string;
  /** The raw bytes. */
  readonly body: Uint8Array;
  /** When it came. Default: now. */
  readonly receivedAt?: Instant;
  /** The references of ours that it is about. */
  readonly targets: readonly string[];
}

/** What does the work for one source. */
export type MessageHandler = (message: Message) => Promise<void>;

/**
 * When messages of a source are handled. `at-once`: as soon as each is stored, in any order, for what only says where to
 * look. `in-lane`: one after another, by whichever engine is free, for what people say.
 */
export type HandlingOrder = 'at-once' | 'in-lane';

/** Stored before acknowledged: whatever comes in survives a crash, and is handled once per key. */
export interface Inbox {
  /** Stores messages. Those that are known already change nothing. Gives how many were new. */
  put(messages: readonly Message[]): Promise<number>;
  /** Says who handles the messages of a source. Default: `in-lane`. */
  handle(source: string, handler: MessageHandler, order?: HandlingOrder): void;
  /** Handles one stored message, if nobody has yet. */
  work(id: string): Promise<void>;
  /** Comes back to messages that were left lying. */
  sweep(olderThan: Instant): Promise<void>;
  /** Waits for what is being handled in this process. */
  idle(): Promise<void>;
}

/** The inbox, as the engine itself uses it. */
export interface OpenInbox extends Inbox {
  /** What was said in one lane, the newest first, at most 1000: text of what is text. */
  said(source: string, lane: string): Promise<readonly { readonly at: number; readonly text: string }[]>;
}

interface Row {
  readonly source: string;
  readonly key: string;
  readonly lane: string;
  readonly trust: 'verified' | 'hint';
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  readonly url: string;
  readonly received_at: bigint;
  readonly body: Uint8Array;
  readonly sealed: boolean;
  readonly targets: readonly string[];
}

/** What the inbox works with. */
export interface InboxParts {
  readonly store: Store;
  readonly queue: Queue;
  /** Seals what people and providers say: nobody has read yet whom it is about. */
  readonly sealer: Sealer;
  readonly runtime: Pick<Runtime, 'clock' | 'log'>;
}

/** What of a message is sealed. The rest says where it came from and where to look. */
type Said = Pick<Message, 'headers' | 'url'> & { readonly body: string };

const MOST_AT_ONCE = 200;
const MOST_SAID = 1000;

/** Makes the inbox. */
export function createInbox({ store, queue, sealer, runtime: { clock, log } }: InboxParts): OpenInbox {
  const handlers = new Map<string, { readonly handler: MessageHandler; readonly order: HandlingOrder }>();
  const under = new Set<Promise<void>>();
  const isAtOnce = (source: string) => handlers.get(source)?.order === 'at-once';
  const enqueue = (tx: Tx, { source, key, lane }: Pick<Message, 'source' | 'key' | 'lane'>) =>
    queue.enqueue(tx, { queue: 'inbox', id: `${source}/${key}`, key: `${source}/${lane}` });

  async function insert(db: Reader, message: Message): Promise<boolean> {
    const {
      source,
      key,
      lane,
      trust,
      headers,
      body,
      targets,
      method = 'POST',
      url = '',
      receivedAt = clock.now(),
    } = message;
    const said = sealer.seal(placeOf(source, key), { headers, url, body: toBase64(body) } satisfies Said);
    const { rows } = await sql`
      insert into inbox (source, key, lane, received_at, trust, headers, body, targets, method, sealed)
      values (${source}, ${key}, ${lane}, ${receivedAt}, ${trust}, '{}', ${said}, ${JSON.stringify(targets)}::jsonb, ${method}, true)
      on conflict (source, key) do nothing returning 1`.execute(db);
    return rows.length > 0;
  }

  async function carryOut(message: Message): Promise<void> {
    const { source, key } = message;
    await handlers.get(source)?.handler(message);
    await sql`update inbox set done_at = ${clock.now()} where source = ${source} and key = ${key}`.execute(store.db);
  }

  /** What fails stays, and the sweep comes back to it. */
  function begin(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) =>
        log.warn('message-later', { job: 'inbox', error: error instanceof Error ? error.name : typeof error }),
      )
      .finally(() => under.delete(settled));
    under.add(settled);
  }

  async function work(id: string): Promise<void> {
    const slash = id.indexOf('/');
    const [source, key] = [id.slice(0, slash), id.slice(slash + 1)];
    const { rows } = await sql<Row>`
      select source, key, lane, trust, headers, body, sealed, targets, method, url, received_at from inbox
      where source = ${source} and key = ${key} and done_at is null`.execute(store.db);
    const [row] = rows;
    if (!row || !handlers.has(source)) return;
    const { received_at, sealed, ...message } = row;
    await carryOut({
      ...message,
      ...(sealed ? open(row) : {}),
      receivedAt: Number(received_at) as Instant,
    });
  }

  function open({ source, key, body }: Row): Pick<Message, 'headers' | 'url' | 'body'> {
    const said = sealer.open(placeOf(source, key), body) as Said;
    return { ...said, body: fromBase64(said.body) };
  }

  return {
    async put(messages) {
      const [only] = messages;
      if (only && messages.length === 1 && isAtOnce(only.source)) {
        if (!(await store.statement((db) => insert(db, only)))) return 0;
        begin(carryOut(only));
        return 1;
      }
      return store.transaction(async (tx) => {
        let added = 0;
        for (const message of messages) {
          if (!(await insert(tx, message))) continue;
          added += 1;
          await enqueue(tx, message);
        }
        return added;
      });
    },
    handle(source, handler, order = 'in-lane') {
      handlers.set(source, { handler, order });
    },
    work,
    async said(source, lane) {
      const { rows } = await sql<Row>`
        select source, key, lane, trust, headers, body, sealed, targets, method, url, received_at from inbox
        where source = ${source} and lane = ${lane} and body <> '' order by received_at desc limit ${MOST_SAID}`.execute(
        store.db,
      );
      return rows.map((row) => {
        const { body } = row.sealed ? open(row) : row;
        return { at: Number(row.received_at), text: new TextDecoder().decode(body) };
      });
    },
    async sweep(olderThan) {
      const { rows } = await sql<Pick<Message, 'source' | 'key' | 'lane'>>`
        select source, key, lane from inbox where done_at is null and received_at < ${olderThan} order by received_at limit ${MOST_AT_ONCE}`.execute(
        store.db,
      );
      for (const { source, key } of rows) if (isAtOnce(source)) begin(work(`${source}/${key}`));
      const waiting = rows.filter(({ source }) => !isAtOnce(source));
      if (waiting.length === 0) return;
      await store.transaction(async (tx) => {
        for (const row of waiting) await enqueue(tx, row);
      });
    },
    async idle() {
      while (under.size > 0) await Promise.allSettled(under);
    },
  };
}

const placeOf = (source: string, key: string) => `inbox:${source}/${key}`;

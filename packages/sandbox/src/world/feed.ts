import type { Clock } from '@rielrails/kit';

/** One part of the world's state, as it is now. */
export interface FeedEvent {
  /** Rising; also over restarts, because it starts from the clock. */
  readonly id: number;
  readonly part: string;
  readonly json: string;
}

/**
 * The state of the world in parts, told whenever one changes.
 *
 * An event carries the whole part. So a listener that missed some needs only the latest of each part after its last id.
 */
export interface Feed {
  /** Looks for changes soon. Cheap to call often. */
  touch(): void;
  /** Looks for changes now. */
  refresh(): Promise<void>;
  /** The latest event of every part that is newer than `id`, oldest first. */
  after(id: number): readonly FeedEvent[];
  subscribe(listener: (event: FeedEvent) => void): () => void;
}

const SOON_MS = 40;
/** How often parts that nobody announces (engine, chain) are read while somebody listens. */
const POLL_MS = 1000;

/** Makes the feed over a reader of all parts. */
export function createFeed(options: {
  readonly read: () => Promise<Readonly<Record<string, unknown>>>;
  readonly clock: Clock;
  readonly closed: AbortSignal;
  /** Told when the world could not be read; the next look is tried all the same. */
  readonly failed: (error: unknown) => void;
}): Feed {
  const { read, clock, closed, failed } = options;
  const latest = new Map<string, FeedEvent>();
  const listeners = new Set<(event: FeedEvent) => void>();
  let nextId: number = clock.now();
  let running: Promise<void> | null = null;
  let again = false;
  let soon = false;
  let polling = false;

  async function compare(): Promise<void> {
    for (const [part, value] of Object.entries(await read())) {
      const json = toJson(value);
      if (latest.get(part)?.json === json) continue;
      const event = { id: nextId, part, json };
      nextId += 1;
      latest.set(part, event);
      for (const listener of listeners) listener(event);
    }
  }

  /** One comparison at a time; a call during one makes another follow. */
  function refresh(): Promise<void> {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await compare();
      } while (again);
    })().finally(() => {
      running = null;
    });
    return running;
  }

  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    while (!closed.aborted && listeners.size > 0) {
      await refresh().catch(failed);
      await clock.sleep(POLL_MS, closed).catch(() => {});
    }
    polling = false;
  }

  return {
    touch() {
      if (soon || listeners.size === 0) return;
      soon = true;
      void clock
        .sleep(SOON_MS, closed)
        .then(() => {
          soon = false;
          return refresh();
        })
        .catch((error: unknown) => {
          if (!closed.aborted) failed(error);
        });
    },
    refresh,
    after: (id) => [...latest.values()].filter((event) => event.id > id).sort((a, b) => a.id - b.id),
    subscribe(listener) {
      listeners.add(listener);
      void poll();
      return () => listeners.delete(listener);
    },
  };
}

/** JSON with bigint as digits. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? one.toString() : one)) ?? 'null';
}

import { isProviderError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { digest, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { Providers, ScreeningList } from './providers.ts';

/** How a list stands. `too-old`: nobody is screened until it was read anew. `not-read`: the policy names it. */
export interface ListLine {
  readonly source: string;
  readonly state: 'usable' | 'too-old' | 'not-read';
  readonly version: string | null;
  readonly asOf: Instant | null;
  readonly usableUntil: Instant | null;
}

/** How screening's lists stand, as they were last read. */
export interface ListsView {
  readonly lists: readonly ListLine[];
  /** Since when they cannot be read; what was read before counts until it is too old. `null`: they can. */
  readonly unreadSince: Instant | null;
}

/** Reads the lists when that is due, and remembers how they stand. */
export interface ListWatch {
  /** What is read now, as one short text that changes with any list. `null`: nothing was read yet, or nobody tells. */
  version(): Promise<string | null>;
  /** Asks nobody. */
  view(): ListsView;
}

const LOOK_EVERY_MS = 3_600_000;
/** While something is wrong with them. */
const LOOK_SOON_MS = 60_000;

/** Makes it. `required`: the lists that the policy names. */
export function createListWatch(
  { lists: readLists }: Pick<Providers, 'lists'>,
  required: readonly string[],
  { clock, log }: Pick<Runtime, 'clock' | 'log'>,
): ListWatch {
  let lists: readonly ScreeningList[] | null = null;
  let unreadSince: Instant | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<void> {
    if (!readLists) return;
    const isWell = unreadSince === null && lists?.every(({ usableUntil }) => usableUntil > clock.now());
    if (clock.now() - lookedAt < (isWell ? LOOK_EVERY_MS : LOOK_SOON_MS)) return;
    lookedAt = clock.now();
    try {
      lists = await readLists();
      unreadSince = null;
    } catch (error) {
      unreadSince ??= clock.now();
      log.warn('lists-unread', { kind: isProviderError(error) ? error.fault.kind : 'unexpected' });
    }
  }

  return {
    async version() {
      await look();
      if (!lists) return null;
      const read = lists.map(({ source, version }) => `${source} ${version}`).sort();
      return toHex(digest('sha256', read.join('\n'))).slice(0, 32);
    },
    view() {
      const read = lists ?? [];
      const known = read.map(({ usableUntil, ...one }): ListLine => ({
        ...one,
        usableUntil,
        state: usableUntil > clock.now() ? 'usable' : 'too-old',
      }));
      const unread = readLists ? required.filter((name) => !read.some(({ source }) => source === name)) : [];
      const notRead = unread.map((source): ListLine => ({
        source,
        state: 'not-read',
        version: null,
        asOf: null,
        usableUntil: null,
      }));
      return { lists: [...known, ...notRead], unreadSince };
    },
  };
}

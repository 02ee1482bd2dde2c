import { digest, toHex } from '@rielrails/kit';
import type { Clock, Random } from '@rielrails/kit';

/** What the next page says about the last command, and what was typed for it. */
export interface Notice {
  readonly outcome: 'done' | 'refused' | 'unknown';
  readonly text: string;
  readonly command?: string;
  readonly typed?: Readonly<Record<string, string>>;
}

/** Somebody who signed in with a browser. */
export interface Session {
  readonly person: string;
  /** Stands in every form of this session, and nowhere else. */
  readonly csrf: string;
  notice: Notice | null;
  /** Whether this form was sent before. Asked once for each. */
  isRepeated(form: string): boolean;
}

/** Who is signed in. Kept in this process only: a restart signs everybody out. */
export interface Sessions {
  /** Gives the secret that the browser keeps. */
  open(person: string): string;
  find(id: string): Session | null;
  close(id: string): void;
}

const IDLE_MS = 30 * 60_000;
const WHOLE_MS = 12 * 3_600_000;
const MOST_SESSIONS = 40;
const MOST_FORMS = 1000;

interface Kept {
  readonly session: Session;
  readonly openedAt: number;
  usedAt: number;
}

/** Makes the sessions: they end after half an hour without a request, and after twelve hours in any case. */
export function createSessions({ clock, random }: { readonly clock: Clock; readonly random: Random }): Sessions {
  // By hash: what the browser keeps is not in memory, and looking it up tells nothing by its time.
  const kept = new Map<string, Kept>();
  const keyOf = (id: string) => toHex(digest('sha256', id));
  const hasEnded = ({ openedAt, usedAt }: Kept) => clock.now() - usedAt > IDLE_MS || clock.now() - openedAt > WHOLE_MS;
  return {
    open(person) {
      for (const [key, one] of kept) if (hasEnded(one) || kept.size >= MOST_SESSIONS) kept.delete(key);
      const id = toHex(random.bytes(32));
      const forms = new Set<string>();
      const session: Session = {
        person,
        csrf: toHex(random.bytes(32)),
        notice: null,
        isRepeated(form) {
          if (forms.has(form)) return true;
          const [oldest] = forms;
          if (forms.size >= MOST_FORMS && oldest !== undefined) forms.delete(oldest);
          forms.add(form);
          return false;
        },
      };
      kept.set(keyOf(id), { session, openedAt: clock.now(), usedAt: clock.now() });
      return id;
    },
    find(id) {
      const key = keyOf(id);
      const one = kept.get(key);
      if (!one) return null;
      if (hasEnded(one)) {
        kept.delete(key);
        return null;
      }
      one.usedAt = clock.now();
      return one.session;
    },
    close: (id) => void kept.delete(keyOf(id)),
  };
}

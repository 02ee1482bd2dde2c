import { InputError } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { CaseDecision, DueDiligence } from '../order/due-diligence.ts';
import { isCaseReason } from '../order/finding.ts';
import type { Order } from '../order/order.ts';
import { logAccess } from '../store/access-log.ts';
import {
  addEntry,
  casesOfOrder,
  closeReported,
  decideCase,
  entriesOf,
  listCases,
  loadCase,
  openCase,
} from '../store/cases.ts';
import type { CaseFilter, StoredCase, StoredEntry } from '../store/cases.ts';
import { evidencePlace } from '../store/keyring.ts';
import type { Keyring } from '../store/keyring.ts';
import { tellSealed } from '../store/name-finding.ts';
import type { Sealer } from '../store/seal.ts';
import type { Store } from '../store/store.ts';
import type { Reader, Tx } from '../store/transaction.ts';
import type { CaseFile } from './admin.ts';

/** What the desk works with. */
export interface CaseDeskParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly dueDiligence: DueDiligence | null;
  readonly runtime: Runtime;
}

/** Cases: what was found about orders and people, and what people make of it. */
export interface CaseDesk {
  list(filter: CaseFilter): Promise<readonly StoredCase[]>;
  /** A case with everything in it, opened: who reads it is written down first. */
  file(id: string, by: string): Promise<Omit<CaseFile, 'toldApart'>>;
  open(order: Order, note: string, by: string): Promise<Reference>;
  note(id: string, note: string, by: string): Promise<StoredCase>;
  reported(id: string, reference: string, by: string): Promise<void>;
  find(id: string): Promise<StoredCase>;
  /** Whether the policy wants two people for it. */
  needsTwo(decision: CaseDecision): boolean;
  /** Decides one, if it is still open and still as it was seen. */
  decide(tx: Tx, id: Reference, decision: CaseDecision, by: string): Promise<void>;
  /** Says of every open case about an order that there is nothing in it. */
  clearAbout(tx: Tx, order: Reference, by: string): Promise<void>;
  /** What there is to see about an order: it changes with every new entry of an open case. */
  seenAbout(order: Reference): Promise<string>;
}

const MOST_LINES = 200;
/** Where no policy says otherwise. */
const REPORT_WITHIN_MS = 86_400_000;

/** Makes the desk. */
export function createCaseDesk({ store, keyring, dueDiligence, runtime }: CaseDeskParts): CaseDesk {
  const now = () => runtime.clock.now();

  async function find(id: string, db: Reader = store.db, lock = false): Promise<StoredCase> {
    const known = /^[1-9][0-9]{0,18}$/.test(id) ? await loadCase(db, id, lock) : null;
    if (!known) throw new InputError('case', 'unknown', 'there is no case with this id');
    return known;
  }

  const aboutOf = ({ purchase, person }: Pick<StoredCase, 'purchase' | 'person'>) => evidencePlace(purchase ?? person);

  async function sealedNote(
    one: Pick<StoredCase, 'purchase' | 'person'>,
    note: string,
    by: string,
  ): Promise<StoredEntry> {
    const sealed = (await keyring.ensure(one.person)).seal(aboutOf(one), note);
    return { at: now(), by, kind: 'note', facts: {}, sealed };
  }

  async function openDesk(tx: Reader, order: Reference): Promise<readonly StoredCase[]> {
    return (await casesOfOrder(tx, order)).filter(({ state }) => state === 'open');
  }

  return {
    list: (filter) => listCases(store.db, filter, MOST_LINES),
    find,
    async file(id, by) {
      const one = await find(id);
      const entries = await entriesOf(store.db, one.id);
      const sealed = entries.some((entry) => entry.sealed !== null);
      if (sealed)
        await logAccess(store.db, {
          who: by,
          person: one.person,
          fields: [`case ${one.id}`],
          why: one.rule,
          at: now(),
        });
      // Who was erased has no key any more: what was sealed is gone.
      const sealer = sealed ? await keyring.ensure(one.person).catch(() => null) : null;
      return {
        ...one,
        written: entries.map(({ at, by: writer, kind, facts, sealed: bytes }) => ({
          at,
          by: writer,
          kind,
          facts,
          text: bytes && read(sealer, aboutOf(one), bytes),
        })),
      };
    },
    async open(order, note, by) {
      const one = { id: newReference(runtime.random), person: order.person, purchase: order.id, rule: 'operator' };
      const entry = await sealedNote(one, note, by);
      await store.transaction(async (tx) => {
        await openCase(tx, { ...one, watches: false }, by, now());
        await addEntry(tx, one.id, entry);
      });
      return one.id;
    },
    async note(id, note, by) {
      const one = await find(id);
      await addEntry(store.db, one.id, await sealedNote(one, note, by));
      return one;
    },
    async reported(id, reference, by) {
      await store.transaction(async (tx) => {
        const one = await find(id, tx, true);
        if (one.state !== 'decided') throw new InputError('case', 'not-now', 'no report about it is awaited');
        await closeReported(tx, one.id, reference, by, now());
      });
    },
    needsTwo: (decision) => dueDiligence?.cases.twoPeople.includes(decision) ?? false,
    async decide(tx, id, decision, by) {
      const one = await find(id, tx, true);
      if (one.state !== 'open') throw new InputError('case', 'not-now', 'it is decided already');
      const reportDueAt = now() + (dueDiligence?.cases.reportSuspicionWithinMs ?? REPORT_WITHIN_MS);
      await decideCase(tx, one.id, { decision, by, at: now(), reportDueAt });
    },
    async clearAbout(tx, order, by) {
      for (const { id } of await openDesk(tx, order))
        await decideCase(tx, id, { decision: 'cleared', by, at: now(), reportDueAt: 0 });
    },
    async seenAbout(order) {
      return (await openDesk(store.db, order)).map(({ id, entries }) => `${id}:${entries}`).join(' ');
    },
  };
}

/** Whether a hold follows from cases alone: then the last of them that is cleared lifts it. */
export function restsOnCases({ hold, holdReasons }: Order): boolean {
  return hold !== 'none' && holdReasons.length > 0 && holdReasons.every(isCaseReason);
}

function read(sealer: Sealer | null, place: string, sealed: Uint8Array): string {
  if (!sealer) return 'was erased';
  return tellSealed(sealer.open(place, sealed));
}

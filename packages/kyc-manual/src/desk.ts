import { InputError } from '@rielrails/core';
import type { Identity, Instant, KycReason, Reference } from '@rielrails/core';
import { fromUtf8, utf8 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { DocumentName, ManualCase, ManualState, Statement } from './manual-case.ts';
import type { Sealing } from './sealing.ts';
import type { Access, ManualStore } from './store.ts';

/** A case in a list: nothing that tells who it is. */
export interface ReviewLine {
  readonly reference: Reference;
  readonly state: ManualState;
  readonly level: string;
  readonly openedAt: Instant;
  readonly submittedAt: Instant | null;
}

/** A case with everything that is needed to judge it. */
export interface ReviewFile extends ReviewLine {
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  readonly reasons: readonly KycReason[];
  readonly until: Instant | null;
  /** What the person typed. */
  readonly statement: Statement | null;
  readonly documents: readonly DocumentName[];
  /** Who looked at it before, and when. */
  readonly accesses: readonly Access[];
}

/** What an operator read off the documents. */
export interface ReviewedIdentity {
  /** As the document has it, in Latin letters. */
  readonly name: string;
  /** `YYYY-MM-DD` */
  readonly born: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** `YYYY-MM-DD`; `null` where the document has no end. */
  readonly documentExpires: string | null;
}

/**
 * What operators do. Who looks at what is noted before it is shown.
 *
 * @throws InputError naming field and rule; nothing has then changed.
 */
export interface ReviewDesk {
  /** Cases that wait, the longest waiting first; at most 100. */
  cases(): Promise<readonly ReviewLine[]>;
  file(reference: Reference, by: string): Promise<ReviewFile>;
  document(
    reference: Reference,
    name: DocumentName,
    by: string,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array }>;
  approve(reference: Reference, identity: ReviewedIdentity, by: string): Promise<void>;
  /** `retry`: the person may hand in again, on the same link. `rejected`: not any more. */
  reject(
    reference: Reference,
    to: 'retry' | 'rejected',
    reasons: readonly [KycReason, ...KycReason[]],
    by: string,
  ): Promise<void>;
  /** Takes an approval back. */
  revoke(reference: Reference, by: string): Promise<void>;
  /** Takes out what the person handed in. The decision, and who looked, stay. */
  erase(reference: Reference, by: string): Promise<void>;
}

/** What the desk works with. */
export interface DeskParts {
  readonly store: ManualStore;
  readonly sealing: Sealing;
  readonly approvalValidForMs: number;
  readonly runtime: Pick<Runtime, 'clock' | 'log'>;
  /** A case moved: whoever waits for it reads it again. */
  moved(reference: Reference): void;
}

const MOST_LINES = 100;
const NAME = /^[\p{Script=Latin}\p{M} .'’-]{1,100}$/u;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Makes the desk. */
export function createDesk({ store, sealing, approvalValidForMs, runtime, moved }: DeskParts): ReviewDesk {
  const now = () => runtime.clock.now();

  async function known(reference: Reference): Promise<ManualCase> {
    const one = await store.find(reference);
    if (!one) throw new InputError('review', 'unknown', 'there is no such verification');
    return one;
  }

  async function decide(
    reference: Reference,
    from: readonly ManualState[],
    by: string,
    change: (one: ManualCase) => Partial<ManualCase>,
  ): Promise<void> {
    assertPerson(by);
    const one = await known(reference);
    if (!from.includes(one.state)) throw new InputError('review', 'not-now', `it is ${one.state}`);
    const next = { ...one, ...change(one), version: one.version + 1, decidedAt: now(), decidedBy: by };
    if (!(await store.save(next)))
      throw new InputError('review', 'changed', 'somebody else changed it meanwhile; look at it again');
    runtime.log.info('kyc-decided', { provider: 'manual', state: next.state });
    moved(reference);
  }

  return {
    async cases() {
      return (await store.waiting(MOST_LINES)).map(lineOf);
    },
    async file(reference, by) {
      assertPerson(by);
      const one = await known(reference);
      await store.noteAccess(reference, { at: now(), by, what: 'statement' });
      const statement =
        one.statement && (JSON.parse(fromUtf8(sealing.open(reference, 'statement', one.statement))) as Statement);
      const { decidedAt, decidedBy, reasons, until } = one;
      const [documents, accesses] = [await store.documentNames(reference), await store.accesses(reference)];
      return { ...lineOf(one), decidedAt, decidedBy, reasons, until, statement, documents, accesses };
    },
    async document(reference, name, by) {
      assertPerson(by);
      const found = await store.document(reference, name);
      if (!found) throw new InputError('document', 'unknown', 'nothing of this name was handed in');
      await store.noteAccess(reference, { at: now(), by, what: name });
      return { type: found.type, bytes: sealing.open(reference, name, found.sealed) };
    },
    async approve(reference, identity, by) {
      const read = readIdentity(identity, now());
      const until = Math.min(now() + approvalValidForMs, read.expiresAt) as Instant;
      const sealed = sealing.seal(reference, 'identity', utf8(JSON.stringify(read.identity)));
      await decide(reference, ['submitted'], by, () => ({ state: 'approved', reasons: [], until, identity: sealed }));
    },
    reject: (reference, to, reasons, by) =>
      decide(reference, ['submitted'], by, () => ({ state: to, reasons, until: null, identity: null })),
    revoke: (reference, by) => decide(reference, ['approved'], by, () => ({ state: 'revoked', identity: null })),
    async erase(reference, by) {
      assertPerson(by);
      const { state } = await known(reference);
      if (state === 'submitted') throw new InputError('review', 'not-now', 'decide about it first');
      await store.erase(reference);
      await store.noteAccess(reference, { at: now(), by, what: 'erased' });
      moved(reference);
    },
  };
}

function lineOf({ reference, state, level, openedAt, submittedAt }: ManualCase): ReviewLine {
  return { reference, state, level, openedAt, submittedAt };
}

function readIdentity(
  { name, born, country, documentExpires }: ReviewedIdentity,
  now: Instant,
): { readonly identity: Identity; readonly expiresAt: number } {
  const plain = name.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  if (!NAME.test(plain)) throw new InputError('name', 'malformed', 'expected the name in Latin letters');
  if (!isDay(born) || Date.parse(born) > now)
    throw new InputError('born', 'malformed', 'expected a day such as 1990-04-17');
  if (!/^[A-Z]{2}$/.test(country)) throw new InputError('country', 'malformed', 'expected two letters such as KH');
  if (documentExpires !== null && !isDay(documentExpires))
    throw new InputError('documentExpires', 'malformed', 'expected a day such as 2031-12-31');
  const expiresAt = documentExpires === null ? Number.POSITIVE_INFINITY : Date.parse(`${documentExpires}T23:59:59Z`);
  if (expiresAt <= now) throw new InputError('documentExpires', 'expired', 'the document has expired; ask for another');
  return { identity: { name: plain, born, countries: [country] }, expiresAt };
}

function isDay(text: string): boolean {
  const at = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

function assertPerson(by: string): void {
  if (!/^[\p{L}\p{N} ._-]{1,60}$/u.test(by)) throw new InputError('by', 'malformed', 'expected the name of a person');
}

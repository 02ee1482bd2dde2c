import { InputError, isSameIdentity, MOST_TOLD_APART } from '@rielrails/core';
import type { Evidence, Instant, Reference, SomebodyElse } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { DueDiligence } from '../order/due-diligence.ts';
import { logAccess } from '../store/access-log.ts';
import { casesOfPerson, decideCase, entriesOf, loadCase, standingOf } from '../store/cases.ts';
import type { StoredCase } from '../store/cases.ts';
import { evidencePlace } from '../store/keyring.ts';
import type { Keyring } from '../store/keyring.ts';
import { nameFindingOf } from '../store/name-finding.ts';
import type { NameFinding } from '../store/name-finding.ts';
import { loadPerson } from '../store/people.ts';
import type { Person } from '../store/people.ts';
import { decisionPlace, decisionsAbout, insertDecision, revokeDecision } from '../store/somebody-else.ts';
import type { NewDecision, StoredDecision } from '../store/somebody-else.ts';
import type { Store } from '../store/store.ts';

/** What it works with. */
export interface TellingApartParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly dueDiligence: DueDiligence | null;
  readonly runtime: Runtime;
}

/** How a decision stands. `void`: it rests on a verification or an identity that is not theirs any more. */
export interface DecisionLine extends Omit<StoredDecision, 'identity' | 'kyc'> {
  readonly state: 'holds' | 'over' | 'void' | 'revoked';
}

/** Tells buyers apart from the listed entries that their names resemble. */
export interface TellingApart {
  /** Throws, naming the reason, where a case cannot be answered so. */
  assertPossible(id: Reference): Promise<void>;
  /**
   * Writes down what two people decided, and clears every open case of that person which rests on nothing else. Gives the
   * orders of those cases. `seen` is what they had before them.
   */
  decide(id: Reference, people: readonly [string, string], seen: string): Promise<readonly Reference[]>;
  /** Takes a decision back. Gives its case. */
  revoke(id: string, by: string): Promise<Reference>;
  /** Every decision about somebody, oldest first. */
  about(person: Reference): Promise<readonly DecisionLine[]>;
}

/** Cases about a name that resembles a listed one. One that a service blocks is no resemblance. */
const resemblances: ReadonlySet<string> = new Set(['name-review', 'rescreened-review']);

/** Where no policy says otherwise. */
const HOLDS_FOR_MS = 180 * 86_400_000;

/** What there is to decide about, and from whom. */
interface Matter {
  readonly one: StoredCase;
  readonly person: Person;
  readonly finding: NameFinding;
  readonly until: Instant;
}

/** Makes it. */
export function createTellingApart({ store, keyring, dueDiligence, runtime }: TellingApartParts): TellingApart {
  const now = () => runtime.clock.now();

  /** Everything found since people last decided about a case; `null` where something of it cannot be decided about. */
  async function findingOf({ id, person, purchase }: StoredCase): Promise<NameFinding | null> {
    const entries = await entriesOf(store.db, id);
    const since = entries.findLastIndex(({ kind }) => kind === 'decision') + 1;
    const found = entries.slice(since).filter(({ kind }) => kind === 'evidence');
    const sealer = await keyring.ensure(person);
    const findings = found.map(({ sealed }) =>
      sealed ? nameFindingOf(sealer.open(evidencePlace(purchase ?? person), sealed)) : null,
    );
    const [first] = findings;
    if (!first || !findings.every((finding) => finding && isAlike(finding, first))) return null;
    return { ...first, evidence: findings.flatMap((finding) => finding?.evidence ?? []) };
  }

  async function matterOf(id: Reference): Promise<Matter> {
    const one = await loadCase(store.db, id);
    if (!one || one.state !== 'open') throw new InputError('case', 'not-now', 'it is decided already');
    if (!resemblances.has(one.rule))
      throw new InputError('case', 'not-a-name', 'only a name that resembles a listed one can be somebody else’s');
    const finding = await findingOf(one);
    if (!finding || finding.evidence.length === 0 || finding.evidence.some(({ version }) => version === undefined))
      throw new InputError('case', 'no-entry', 'its evidence does not name each entry and how it reads');
    if (finding.evidence.length >= MOST_TOLD_APART)
      throw new InputError('case', 'too-many-entries', `the name resembles ${MOST_TOLD_APART} entries or more`);
    const person = await loadPerson(store.db, one.person);
    const identity = await keyring.identityOf(person);
    const { status, reference, until } = person.kyc;
    const isTheirs = identity !== null && isSameIdentity(identity, finding.identity) && reference === finding.kyc;
    if (status !== 'approved' || until === null || until <= now() || !isTheirs) throw identityChanged();
    const holdsFor = dueDiligence?.cases.somebodyElseForMs ?? HOLDS_FOR_MS;
    return { one, person, finding, until: Math.min(now() + holdsFor, until) as Instant };
  }

  /** Sealed before anything is locked. */
  async function decisionsFor(
    { one, finding, until }: Matter,
    decidedBy: readonly [string, string],
  ): Promise<readonly NewDecision[]> {
    const { kyc, identity, evidence } = finding;
    const sealer = await keyring.ensure(one.person);
    const entries = new Map(evidence.map((about) => [keyOf(about), about]));
    return [...entries.values()].map(({ source, entry, version = '' }) => {
      const id = newReference(runtime.random);
      const content: SomebodyElse = { id, source, entry, version, kyc, identity, decidedBy, validUntil: until };
      const sealed = sealer.seal(decisionPlace(id), content);
      return { id, person: one.person, case: one.id, decidedBy, decidedAt: now(), validUntil: until, sealed };
    });
  }

  /** The other open cases of the same person that rest on the same entries and no other. */
  async function alsoAnswered({ one, finding }: Matter): Promise<readonly StoredCase[]> {
    const decided = new Set(finding.evidence.map(keyOf));
    const answered: StoredCase[] = [];
    for (const other of await casesOfPerson(store.db, one.person)) {
      if (other.id === one.id || other.state !== 'open' || !resemblances.has(other.rule)) continue;
      const found = await findingOf(other);
      if (found && isAlike(found, finding) && found.evidence.every((about) => decided.has(keyOf(about))))
        answered.push(other);
    }
    return answered;
  }

  return {
    async assertPossible(id) {
      await matterOf(id);
    },
    async decide(id, people, seen) {
      const matter = await matterOf(id);
      const decisions = await decisionsFor(matter, people);
      const answered = [matter.one, ...(await alsoAnswered(matter))];
      const by = people.join(' and ');
      return store.transaction(async (tx) => {
        // Who is verified anew meanwhile is not whom they decided about.
        const person = await loadPerson(tx, matter.one.person, true);
        if (person.kyc.reference !== matter.person.kyc.reference || !isSame(person, matter.person))
          throw identityChanged();
        const current = await loadCase(tx, id, true);
        if (current?.state !== 'open' || standingOf(current) !== seen)
          throw new InputError('case', 'not-now', 'it has changed meanwhile; look at it again');
        for (const decision of decisions) await insertDecision(tx, decision);
        await logAccess(tx, {
          who: by,
          person: matter.one.person,
          fields: decisions.map((decision) => `somebody else ${decision.id}`),
          why: `case ${id}`,
          at: now(),
        });
        const cleared: StoredCase[] = [];
        for (const one of answered) {
          // Evidence that came since they were read was not decided about.
          const still = await loadCase(tx, one.id, true);
          if (still?.state !== 'open' || still.entries !== one.entries) continue;
          await decideCase(tx, one.id, { decision: 'cleared', by, at: now(), reportDueAt: 0 });
          cleared.push(one);
        }
        return cleared.flatMap(({ purchase }) => (purchase === null ? [] : [purchase]));
      });
    },
    async revoke(id, by) {
      const revoked = /^[1-9][0-9]{0,18}$/.test(id) ? await revokeDecision(store.db, id, by, now()) : null;
      if (!revoked) throw new InputError('decision', 'unknown', 'there is no such decision that holds');
      const { person } = revoked;
      await logAccess(store.db, {
        who: by,
        person,
        fields: [`somebody else ${id}`],
        why: `revoked, case ${revoked.case}`,
        at: now(),
      });
      return revoked.case;
    },
    async about(id) {
      const decisions = await decisionsAbout(store.db, keyring, id);
      if (decisions.length === 0) return [];
      const person = await loadPerson(store.db, id);
      const identity = await keyring.identityOf(person);
      return decisions.map(({ identity: about, kyc, ...decision }) => {
        const isTheirs = identity !== null && isSameIdentity(identity, about) && person.kyc.reference === kyc;
        return { ...decision, state: stateOf(decision, isTheirs, now()) };
      });
    },
  };
}

function identityChanged(): InputError {
  return new InputError('case', 'identity-changed', 'the evidence is not about the identity that is verified now');
}

function stateOf(
  { revokedAt, validUntil }: Pick<StoredDecision, 'revokedAt' | 'validUntil'>,
  isTheirs: boolean,
  now: Instant,
): DecisionLine['state'] {
  if (revokedAt !== null) return 'revoked';
  if (!isTheirs) return 'void';
  return validUntil > now ? 'holds' : 'over';
}

/** Whether two findings are about the same identity, proved by the same verification. */
function isAlike(one: NameFinding, other: NameFinding): boolean {
  return one.kyc === other.kyc && isSameIdentity(one.identity, other.identity);
}

/** Whether a person's sealed identity is the very one that was read before. */
function isSame({ sealedIdentity: one }: Person, { sealedIdentity: other }: Person): boolean {
  if (one === null || other === null) return false;
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function keyOf({ source, entry, version = '' }: Evidence): string {
  return JSON.stringify([source, entry, version]);
}

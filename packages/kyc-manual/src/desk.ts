import { InputError } from '@rielrails/core';
import type { Instant, KycReason, Reference } from '@rielrails/core';
import { digest, fromUtf8, toHex, utf8 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { lastMomentOf, readDecision, stateBefore } from './decision.ts';
import type { Decision, ReviewDecision } from './decision.ts';
import { documentNames } from './manual-case.ts';
import type { DocumentName, ManualCase, ManualState, ProposedDecision, Statement } from './manual-case.ts';
import type { Sealing } from './sealing.ts';
import type { Access, ManualStore } from './store.ts';

/** A case in a list: nothing that tells who it is. */
export interface ReviewLine {
  readonly reference: Reference;
  /** The engine's pseudonym of the person. */
  readonly person: string;
  /** What a decision names, so that it is about what was seen. */
  readonly version: number;
  readonly state: ManualState;
  readonly level: string;
  readonly openedAt: Instant;
  readonly submittedAt: Instant | null;
  readonly decidedAt: Instant | null;
  /** Who proposed something that waits for a second person. */
  readonly proposedBy: string | null;
}

/** A case with everything that is needed to judge it. */
export interface ReviewFile extends ReviewLine {
  /** Who decided: `sokha`, or `sokha and dara`. */
  readonly decidedBy: string | null;
  readonly reasons: readonly KycReason[];
  readonly until: Instant | null;
  /** What the person typed. */
  readonly statement: Statement | null;
  readonly documents: readonly DocumentName[];
  readonly proposal: ReviewProposal | null;
  /** Who looked at it before, and when. */
  readonly accesses: readonly Access[];
}

/** A decision that waits for its second person. */
export interface ReviewProposal {
  readonly by: string;
  readonly at: Instant;
  readonly decision: Decision;
  /** Names exactly this proposal: another name, or anything newly handed in, has another one. */
  readonly hash: string;
}

/** How a decision ended: done at once, or waiting for a second person. */
export type ReviewOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'proposed'; readonly proposal: ReviewProposal };

/** Which cases a list shows. */
export type ReviewFilter = 'waiting' | 'decided';

/**
 * What operators do. Who looks at what is noted before it is shown.
 *
 * @throws InputError naming field and rule; nothing has then changed.
 */
export interface ReviewDesk {
  /** Cases that wait for somebody, the longest waiting first; or decided ones, the newest first. At most 100. */
  cases(filter?: ReviewFilter): Promise<readonly ReviewLine[]>;
  /** One case, unopened. */
  line(reference: Reference): Promise<ReviewLine>;
  file(reference: Reference, by: string): Promise<ReviewFile>;
  document(
    reference: Reference,
    name: DocumentName,
    by: string,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array }>;
  /**
   * Decides about the case as it was seen: `version` is that of its file. Where the configuration wants two people, this proposes,
   * in place of what was proposed before.
   */
  decide(reference: Reference, version: number, decision: Decision, by: string): Promise<ReviewOutcome>;
  /** The second person. Not the first; and not once anything about the case has changed, which voids what was proposed. */
  confirm(reference: Reference, hash: string, by: string): Promise<void>;
  /** Takes out what the person handed in. The decision, and who looked, stay. */
  erase(reference: Reference, by: string): Promise<void>;
}

/** What the desk works with. */
export interface DeskParts {
  readonly store: ManualStore;
  readonly sealing: Sealing;
  readonly approvalValidForMs: number;
  readonly twoPeople: readonly ReviewDecision[];
  readonly runtime: Pick<Runtime, 'clock' | 'log'>;
  /** A case moved: whoever waits for it reads it again. */
  moved(reference: Reference): void;
}

/** What is sealed of a proposal. `contents` are the hashes of everything that was handed in. */
interface Proposed {
  readonly decision: Decision;
  readonly contents: string;
}

const MOST_LINES = 100;

/** Makes the desk. */
export function createDesk({ store, sealing, approvalValidForMs, twoPeople, runtime, moved }: DeskParts): ReviewDesk {
  const now = () => runtime.clock.now();

  async function known(reference: Reference): Promise<ManualCase> {
    const one = await store.find(reference);
    if (!one) throw new InputError('review', 'unknown', 'there is no such verification');
    return one;
  }

  async function save(next: ManualCase): Promise<void> {
    if (!(await store.save({ ...next, version: next.version + 1 }))) throw changed('review');
  }

  async function contentsOf({ reference, statement }: ManualCase): Promise<string> {
    const documents = await Promise.all(documentNames.map((name) => store.document(reference, name)));
    return [statement, ...documents.map((one) => one?.sealed)]
      .map((sealed) => (sealed ? toHex(digest('sha256', sealed)) : '-'))
      .join(' ');
  }

  function openProposal(reference: Reference, { sealed }: ProposedDecision): Proposed {
    return JSON.parse(fromUtf8(sealing.open(reference, 'proposal', sealed))) as Proposed;
  }

  function tellProposal(reference: Reference, proposed: ProposedDecision): ReviewProposal {
    const { by, at } = proposed;
    return { by, at, hash: hashOf(proposed), decision: openProposal(reference, proposed).decision };
  }

  async function carryOut(one: ManualCase, decision: Decision, by: string): Promise<void> {
    const decided = { ...one, proposal: null, state: decision.to, decidedAt: now(), decidedBy: by };
    switch (decision.to) {
      case 'approved': {
        const identity = utf8(JSON.stringify(decision.identity));
        const until = Math.min(now() + approvalValidForMs, lastMomentOf(decision.identity)) as Instant;
        await save({ ...decided, reasons: [], until, identity: sealing.seal(one.reference, 'identity', identity) });
        break;
      }
      case 'retry':
      case 'rejected':
        await save({ ...decided, reasons: decision.reasons, until: null, identity: null });
        break;
      case 'revoked':
        await save({ ...decided, identity: null });
    }
    runtime.log.info('kyc-decided', { provider: 'manual', state: decision.to });
    moved(one.reference);
  }

  return {
    async cases(filter = 'waiting') {
      const found = filter === 'waiting' ? store.waiting(MOST_LINES) : store.decided(MOST_LINES);
      return (await found).map(lineOf);
    },
    line: async (reference) => lineOf(await known(reference)),
    async file(reference, by) {
      assertPerson(by);
      const one = await known(reference);
      await store.noteAccess(reference, { at: now(), by, what: 'statement' });
      const statement =
        one.statement && (JSON.parse(fromUtf8(sealing.open(reference, 'statement', one.statement))) as Statement);
      const { decidedBy, reasons, until, proposal } = one;
      const [kept, accesses] = [await store.documentNames(reference), await store.accesses(reference)];
      return {
        ...lineOf(one),
        decidedBy,
        reasons,
        until,
        statement,
        documents: documentNames.filter((name) => kept.includes(name)),
        proposal: proposal && tellProposal(reference, proposal),
        accesses,
      };
    },
    async document(reference, name, by) {
      assertPerson(by);
      const found = await store.document(reference, name);
      if (!found) throw new InputError('document', 'unknown', 'nothing of this name was handed in');
      await store.noteAccess(reference, { at: now(), by, what: name });
      return { type: found.type, bytes: sealing.open(reference, name, found.sealed) };
    },
    async decide(reference, version, decision, by) {
      assertPerson(by);
      const read = readDecision(decision, now());
      const one = await known(reference);
      if (one.state !== stateBefore(read)) throw new InputError('review', 'not-now', `it is ${one.state}`);
      if (one.version !== version) throw changed('review');
      if (!twoPeople.includes(read.to)) {
        await carryOut(one, read, by);
        return { outcome: 'done' };
      }
      const proposed: Proposed = { decision: read, contents: await contentsOf(one) };
      const sealed = sealing.seal(reference, 'proposal', utf8(JSON.stringify(proposed)));
      const proposal = { by, at: now(), sealed };
      await save({ ...one, proposal });
      runtime.log.info('kyc-proposed', { provider: 'manual', state: read.to });
      return { outcome: 'proposed', proposal: tellProposal(reference, proposal) };
    },
    async confirm(reference, hash, by) {
      assertPerson(by);
      const one = await known(reference);
      const { proposal } = one;
      if (!proposal)
        throw new InputError('proposal', 'unknown', 'nothing is proposed; what changed since voided what was');
      if (asPerson(proposal.by) === asPerson(by))
        throw new InputError('by', 'same-person', 'a proposal needs a second person');
      if (hashOf(proposal) !== hash) throw changed('proposal');
      const { decision, contents } = openProposal(reference, proposal);
      if ((await contentsOf(one)) !== contents) throw changed('proposal');
      await carryOut(one, readDecision(decision, now()), `${proposal.by} and ${by}`);
    },
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

function lineOf(one: ManualCase): ReviewLine {
  const { reference, person, version, state, level, openedAt, submittedAt, decidedAt, proposal } = one;
  return {
    reference,
    person,
    version,
    state,
    level,
    openedAt,
    submittedAt,
    decidedAt,
    proposedBy: proposal?.by ?? null,
  };
}

/** Sealed twice, nothing looks the same: no two proposals share it. */
function hashOf({ sealed }: ProposedDecision): string {
  return toHex(digest('sha256', sealed)).slice(0, 16);
}

function changed(field: 'review' | 'proposal'): InputError {
  return new InputError(field, 'changed', 'it has changed meanwhile; look at it again');
}

function assertPerson(by: string): void {
  if (!/^[\p{L}\p{N} ._-]{1,60}$/u.test(by)) throw new InputError('by', 'malformed', 'expected the name of a person');
}

function asPerson(by: string): string {
  return by.normalize('NFKC').trim().toLowerCase();
}

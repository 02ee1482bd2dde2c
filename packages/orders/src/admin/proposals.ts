import { InputError } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { digest, newReference, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { sql } from 'kysely';
import { decode, encodeCanonically } from '../store/codec.ts';
import type { Store } from '../store/store.ts';
import type { ProposedAction, Proposal } from './admin.ts';
import { assertPerson } from './people.ts';

/** What was approved, and by whom together. */
export interface Approved {
  readonly action: ProposedAction;
  /** What the first person saw: whoever carries it out checks that it is still so. */
  readonly seen: string;
  readonly people: string;
  readonly pair: readonly [string, string];
}

/** Four eyes: one person proposes, another approves exactly that. */
export interface Proposals {
  propose(action: ProposedAction, seen: string, by: string): Promise<Proposal>;
  /** `seenNow` tells what there is to see now: whatever has changed since voids the proposal. */
  approve(
    id: Reference,
    hash: string,
    by: string,
    seenNow: (action: ProposedAction) => Promise<string>,
  ): Promise<Approved>;
  list(): Promise<readonly Proposal[]>;
}

const PROPOSAL_MS = 30 * 60 * 1000;

/** Named, because a prepared `select *` would not survive a new column. */
const columns = sql.raw('id, payload::text as text, payload_hash, proposed_by, expires_at, approved_by');

interface Payload {
  readonly action: ProposedAction;
  readonly seen: string;
}

interface Row {
  readonly id: Reference;
  readonly text: string;
  readonly payload_hash: string;
  readonly proposed_by: string;
  readonly expires_at: bigint;
  readonly approved_by: string | null;
}

/** Makes the four eyes. */
export function createProposals(store: Store, { clock, random }: Pick<Runtime, 'clock' | 'random'>): Proposals {
  const now = () => clock.now();
  return {
    async propose(action, seen, by) {
      const payload = encodeCanonically({ action, seen } satisfies Payload);
      const proposal: Proposal = {
        id: newReference(random),
        action,
        payloadHash: toHex(digest('sha256', payload)).slice(0, 16),
        proposedBy: by,
        expiresAt: now() + PROPOSAL_MS,
      };
      await sql`
        insert into proposal (id, action, payload, payload_hash, proposed_by, proposed_at, expires_at)
        values (${proposal.id}, ${action.type}, ${payload}::jsonb, ${proposal.payloadHash}, ${by}, ${now()}, ${proposal.expiresAt})`.execute(
        store.db,
      );
      return proposal;
    },
    async approve(id, hash, by, seenNow) {
      assertPerson(by);
      return store.transaction(async (tx) => {
        const { rows } = await sql<Row>`select ${columns} from proposal where id = ${id} for update`.execute(tx);
        const [row] = rows;
        if (!row || row.approved_by !== null)
          throw new InputError('proposal', 'unknown', 'there is no such open proposal');
        if (Number(row.expires_at) <= now())
          throw new InputError('proposal', 'expired', 'it has expired; propose it again');
        if (row.proposed_by === by) throw new InputError('by', 'same-person', 'a proposal needs a second person');
        if (row.payload_hash !== hash)
          throw new InputError('payloadHash', 'changed', 'this is not what was proposed; look at it again');
        const { action, seen } = decode(row.text) as Payload;
        if ((await seenNow(action)) !== seen)
          throw new InputError(
            'proposal',
            'changed',
            'what it is about has changed since; look at it and propose again',
          );
        await sql`update proposal set approved_by = ${by}, approved_at = ${now()} where id = ${id}`.execute(tx);
        return { action, seen, people: `${row.proposed_by} and ${by}`, pair: [row.proposed_by, by] };
      });
    },
    async list() {
      const { rows } = await sql<Row>`
        select ${columns} from proposal where approved_by is null and expires_at > ${now()} order by proposed_at`.execute(
        store.db,
      );
      return rows.map((row) => ({
        id: row.id,
        action: (decode(row.text) as Payload).action,
        payloadHash: row.payload_hash,
        proposedBy: row.proposed_by,
        expiresAt: Number(row.expires_at),
      }));
    },
  };
}

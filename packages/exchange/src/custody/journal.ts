import type { Instant, Reference } from '@rielrails/core';

/** What is going to be sent: stored before it is. */
export interface WithdrawalIntent {
  readonly reference: Reference;
  /** The venue's name of the address. */
  readonly key: string;
  /** What arrives. */
  readonly amountSats: bigint;
  readonly begunAt: Instant;
}

/** An intent, and the venue's name for the withdrawal once it is known. */
export interface WithdrawalRecord extends WithdrawalIntent {
  readonly refid: string | null;
}

/**
 * What we asked of a venue that stores no reference of ours. Without it a withdrawal could not be told from another of the
 * same amount to the same address.
 *
 * Every method is one transaction, and every rule is the journal's own: one intent per reference, one withdrawal per intent,
 * and of two equal intents only one may be in doubt.
 */
export interface WithdrawalJournal {
  /** `equal-in-doubt`: the same amount to the same address is, and nobody could tell which of them was sent. */
  begin(intent: WithdrawalIntent): Promise<'begun' | 'reference-taken' | 'equal-in-doubt'>;
  /** Stores what the venue calls it. `false`: it has another name, or another intent has this one. Safe to repeat. */
  settle(reference: Reference, refid: string): Promise<boolean>;
  /** Forgets an intent that was certainly not taken. */
  drop(reference: Reference): Promise<void>;
  find(reference: Reference): Promise<WithdrawalRecord | null>;
  /** Which of these names belong to intents. */
  known(refids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** A journal that lives as long as the process. For tests and play money: what it forgets cannot be found again. */
export function createMemoryJournal(): WithdrawalJournal {
  const records = new Map<Reference, WithdrawalRecord>();
  const all = () => [...records.values()];
  return {
    async begin(intent) {
      if (records.has(intent.reference)) return 'reference-taken';
      const isEqual = ({ key, amountSats, refid }: WithdrawalRecord) =>
        refid === null && key === intent.key && amountSats === intent.amountSats;
      if (all().some(isEqual)) return 'equal-in-doubt';
      records.set(intent.reference, { ...intent, refid: null });
      return 'begun';
    },
    async settle(reference, refid) {
      const record = records.get(reference);
      if (!record || (record.refid !== null && record.refid !== refid)) return false;
      if (all().some((one) => one.refid === refid && one !== record)) return false;
      records.set(reference, { ...record, refid });
      return true;
    },
    async drop(reference) {
      if (records.get(reference)?.refid === null) records.delete(reference);
    },
    find: async (reference) => records.get(reference) ?? null,
    known: async (refids) =>
      new Set(all().flatMap(({ refid }) => (refid !== null && refids.includes(refid) ? [refid] : []))),
  };
}

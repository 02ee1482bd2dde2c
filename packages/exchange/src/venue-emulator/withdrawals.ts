import type { Instant } from '@rielrails/core';

/** How far a withdrawal came at a venue. `ended`: whatever the venue calls it. */
export type Progress = 'asked' | 'sent' | 'confirmed' | 'ended';

/** A withdrawal of bitcoin as a venue keeps it, in satoshi. */
export interface EmulatedWithdrawal {
  /** The venue's name for it. */
  readonly id: string;
  readonly address: string;
  /** What arrives. */
  readonly net: bigint;
  /** On top of it. */
  readonly fee: bigint;
  readonly time: Instant;
  /** The caller's own name for it, where the venue takes one. */
  readonly clientId: string | null;
  /** The name of the address in the account, where the venue has one. */
  readonly key: string | null;
  readonly transactionId: string;
  progress: Progress;
  depth: number;
  /** The venue's own word, where a control set one. */
  word: string | null;
}

/** The withdrawals of an account. */
export interface Withdrawals {
  readonly all: readonly EmulatedWithdrawal[];
  add(withdrawal: Omit<EmulatedWithdrawal, 'progress' | 'depth' | 'word'>): EmulatedWithdrawal;
  /** Sends what waits, without confirming it. */
  send(): void;
  /** Sends what waits and confirms it, `blocks` deep; what was confirmed lies deeper. */
  confirm(blocks: number): void;
  /** Ends one with a word of the venue. */
  end(id: string, word: string): void;
}

/** Makes an empty list. */
export function createWithdrawals(): Withdrawals {
  const all: EmulatedWithdrawal[] = [];
  const underway = () => all.filter(({ progress }) => progress !== 'ended');
  return {
    all,
    add(withdrawal) {
      const added: EmulatedWithdrawal = { ...withdrawal, progress: 'asked', depth: 0, word: null };
      all.push(added);
      return added;
    },
    send() {
      for (const one of underway()) if (one.progress === 'asked') one.progress = 'sent';
    },
    confirm(blocks) {
      for (const one of underway()) {
        one.progress = 'confirmed';
        one.depth += blocks;
      }
    },
    end(id, word) {
      const found = all.find((one) => one.id === id);
      if (!found) throw new RangeError('id: no such withdrawal');
      found.progress = 'ended';
      found.word = word;
    },
  };
}

import { digest, toHex } from '@rielrails/kit/offline';
import type { GivenLogEntry, InitEntry, LogContent, LogEntry, LogHead, ReleasedEntry } from './protocol.ts';

/** What the log looks like before its first entry. */
export const emptyHash: string = '0'.repeat(64);

/** An append-only list of signatures, each entry naming the hash of the one before. */
export interface SignerLog {
  /** All entries, oldest first; the first is the `init` entry. */
  readonly entries: readonly LogEntry[];
  /** Makes an entry durable. When this throws, nothing may be answered. */
  append(entry: LogEntry): void;
}

/** The damage of a log: it must not be signed with. */
export class DamagedLogError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(`signer log: ${message}`, options);
    this.name = 'DamagedLogError';
  }
}

/** Makes the entry that follows. Time never runs backwards in a log: a clock set back does not open a new hour. */
export function nextEntry(entries: readonly LogEntry[], content: LogContent, nowMs: number): LogEntry {
  const last = entries.at(-1);
  const body = {
    sequence: last ? last.sequence + 1 : 0,
    atMs: Math.max(nowMs, last?.atMs ?? 0),
    previous: last?.hash ?? emptyHash,
    ...content,
  };
  return { ...body, hash: hashOf(body) };
}

/**
 * Checks the chain of a whole log.
 *
 * @throws DamagedLogError when an entry was changed, removed or put elsewhere.
 */
export function assertChain(entries: readonly LogEntry[]): void {
  let previous = emptyHash;
  for (const [index, entry] of entries.entries()) {
    const { hash, ...body } = entry;
    if (entry.sequence !== index) throw new DamagedLogError(`entry ${index} has another number`);
    if ((entry.type === 'init') !== (index === 0)) throw new DamagedLogError(`entry ${index} is out of place`);
    if (entry.previous !== previous || hashOf(body) !== hash) throw new DamagedLogError(`entry ${index} was changed`);
    previous = hash;
  }
}

/** Where the log ends. */
export function headOf(log: SignerLog): LogHead {
  const last = log.entries.at(-1);
  if (!last)
    throw new DamagedLogError('is empty; restore it, or, where the key never signed, initialise it explicitly');
  return { sequence: last.sequence, hash: last.hash };
}

/**
 * What can confirm under a reference, oldest first: each transaction once, as the log last tells of it. What came before
 * its anchor was released cannot.
 */
export function givenUnder(log: SignerLog, reference: string): readonly GivenLogEntry[] {
  const given = new Map<string, GivenLogEntry>();
  for (const entry of log.entries) {
    if (entry.type === 'init' || entry.reference !== reference) continue;
    if (entry.type === 'anchor-released') given.clear();
    else given.set(entry.txid, entry);
  }
  return [...given.values()];
}

/** How the anchor of a reference was last released; `null` when it never was, or something was given out since. */
export function releaseOf(log: SignerLog, reference: string): (LogEntry & ReleasedEntry) | null {
  const last = log.entries.findLast((entry) => entry.type !== 'init' && entry.reference === reference);
  return last?.type === 'anchor-released' ? last : null;
}

/** A log that lives as long as the process. For tests and play money: what it forgets, a signer would sign again. */
export function createMemoryLog(init: Omit<InitEntry, 'type'>, nowMs: number): SignerLog {
  const entries: LogEntry[] = [nextEntry([], { type: 'init', ...init }, nowMs)];
  return { entries, append: (entry) => void entries.push(entry) };
}

/** Hashes the sorted fields, so that the order in which JSON was written does not matter. */
function hashOf(body: object): string {
  return toHex(digest('sha256', canonical(body)));
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`;
}

import { ProviderError } from '@rielrails/core';
import type { Evidence, Identity, Instant, Screening, ScreeningOutcome, Verdict } from '@rielrails/core';
import { defineScreening, digest, readConfig, systemRuntime, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { countWords, isComparable, MOST_WORDS } from '../names/index.ts';
import { canonicalAddress } from './addresses.ts';
import type { ListChange } from './changes.ts';
import { addressEvidence, nameEvidence, notComparable, nothingFound } from './evidence.ts';
import { createReader } from './reading.ts';
import type { Reading } from './reading.ts';
import type { ListSnapshot, ListSource } from './snapshot.ts';

/** What screening by lists needs. */
export interface ListsConfig {
  /** Where the list comes from; several for several lists. */
  readonly source: ListSource | readonly ListSource[];
  /** How old a list may be; with an older one nobody is screened. Default: 3 days. */
  readonly maximumAgeMs?: number;
  /** How old a list may be before each reading raises the alarm in the log. Default: half of `maximumAgeMs`. */
  readonly alarmAgeMs?: number;
  /** How long a verdict counts, at most as long as the lists themselves. Default: 24 hours. */
  readonly verdictValidForMs?: number;
  /** A call that finds the last reading this old reads the sources again. Default: 1 hour. */
  readonly refreshAfterMs?: number;
}

/** One list, as it was read. */
export interface ListState {
  readonly source: string;
  readonly version: string;
  readonly asOf: Instant;
  readonly entries: number;
  readonly addresses: number;
}

/** What was read at a reload. With several lists: all their names, a version of them all, and the age of the oldest. */
export interface ListSummary extends ListState {
  readonly lists: readonly ListState[];
  /** What is different from the reading before; without one, nothing. */
  readonly changes: readonly ListChange[];
}

/** Screening by published lists. */
export type Lists = Screening<'screenName' | 'screenAddress'> & {
  /**
   * Reads the sources now. New lists take the place of the old ones in one step, or the old ones stay and this throws:
   * ProviderError `unavailable`, naming file and line where a row is malformed.
   *
   * It tells which versions are read now, and what has changed since the reading before: known customers can be compared
   * with that alone (`whomItConcerns`).
   */
  reload(): Promise<ListSummary>;
};

const HOUR_MS = 3_600_000;

/** How old a list may be unless it is said otherwise: 3 days. */
export const MAXIMUM_AGE_MS: number = 72 * HOUR_MS;

const MAX_NAMES = 50;
const MAX_NAME_CHARACTERS = 300;
/** A name that fits more entries than this is told by the likeliest. */
const MAX_EVIDENCE = 25;

const duration = z.int().min(0);
const source = z.custom<ListSource>((value) => typeof value === 'function', 'expected a function');

const schema = z.strictObject({
  source: z.union([source, z.array(source).min(1)]),
  maximumAgeMs: duration.min(1).default(MAXIMUM_AGE_MS),
  alarmAgeMs: duration.min(1).optional(),
  verdictValidForMs: duration.min(1).default(24 * HOUR_MS),
  refreshAfterMs: duration.default(HOUR_MS),
});

/**
 * Screens names and addresses by published lists, without asking anybody.
 *
 * A listed address is `blocked`: it is the listed thing itself, on whichever chain. A name that may be that of somebody
 * listed is `review`: many people share a name, and only a person can tell them apart; money stands still either way. Names
 * are compared across spellings, orders and scripts, and evidence tells the score of each and its reasons; see the README
 * for what a score is made of. Year of birth, countries and numbers of documents count for and against a name that is
 * alike, but never clear one that is the same.
 *
 * Without a list, with a stale one, or with one that cannot be read, every call throws `unavailable`.
 */
export function createLists(config: ListsConfig, runtime: Runtime = systemRuntime()): Lists {
  const settings = readConfig('lists', schema, config as z.input<typeof schema>);
  const reader = createReader({
    sources: [settings.source].flat(),
    maximumAgeMs: settings.maximumAgeMs,
    alarmAgeMs: settings.alarmAgeMs ?? settings.maximumAgeMs / 2,
    refreshAfterMs: settings.refreshAfterMs,
    runtime,
  });

  function judge<Of>({ snapshots, version, asOf }: Reading, of: Of, subject: unknown, finding: Finding): Verdict<Of> {
    const until = Math.min(runtime.clock.now() + settings.verdictValidForMs, asOf + settings.maximumAgeMs);
    return {
      id: `lists-${toHex(digest('sha256', JSON.stringify([version, subject]))).slice(0, 32)}`,
      of,
      outcome: finding.outcome,
      evidence: finding.evidence.length > 0 ? finding.evidence : snapshots.map(nothingFound),
      validUntil: until as Instant,
    };
  }

  const service = defineScreening<'screenName' | 'screenAddress'>(
    {
      id: 'lists',
      async screenName(identity, context = {}) {
        assertNames(identity);
        const read = await reader.fresh(context);
        const { name, aliases = [], born = '', countries = [], identifiers = [] } = identity;
        return judge(read, identity, [name, aliases, born, countries, identifiers], compare(read, identity));
      },
      async screenAddress(address, context = {}) {
        if (address.text.trim() === '') throw invalid('address', 'is empty');
        const read = await reader.fresh(context);
        const subject = [address.network, canonicalAddress(address.text)];
        const evidence = read.matcher.byAddress(address.text).map(addressEvidence);
        return judge(read, address, subject, { outcome: evidence.length > 0 ? 'blocked' : 'clear', evidence });
      },
    },
    runtime,
  );
  return { ...service, reload: async () => summaryOf(await reader.again()) };
}

interface Finding {
  readonly outcome: ScreeningOutcome;
  readonly evidence: readonly Evidence[];
}

function compare({ matcher, snapshots }: Reading, identity: Identity): Finding {
  const hits = matcher.byIdentity(identity).slice(0, MAX_EVIDENCE);
  const names = [identity.name, ...(identity.aliases ?? [])];
  // A name that cannot be read is not clear because nothing was found.
  const unread = names.some(isComparable) ? [] : snapshots.map(notComparable);
  const evidence = [...hits.map(nameEvidence), ...unread];
  return { outcome: evidence.length > 0 ? 'review' : 'clear', evidence };
}

/** Nothing that cannot be compared whole is ever clear. */
function assertNames({ name, aliases = [] }: Identity): void {
  const names = [name, ...aliases];
  if (names.length > MAX_NAMES) throw invalid('aliases', `expected at most ${MAX_NAMES - 1}`);
  for (const [at, text] of names.entries()) {
    const field = at === 0 ? 'name' : 'aliases';
    if (text.length > MAX_NAME_CHARACTERS) throw invalid(field, `expected at most ${MAX_NAME_CHARACTERS} characters`);
    if (countWords(text) > MOST_WORDS) throw invalid(field, `expected at most ${MOST_WORDS} words`);
  }
  if (countWords(name) === 0) throw invalid('name', 'has no letter or digit');
}

function summaryOf({ snapshots, version, asOf, changes }: Reading): ListSummary {
  const lists = snapshots.map(stateOf);
  const sum = (count: (state: ListState) => number) => lists.reduce((total, state) => total + count(state), 0);
  return {
    source: lists.map(({ source: list }) => list).join(', '),
    version,
    asOf,
    entries: sum(({ entries }) => entries),
    addresses: sum(({ addresses }) => addresses),
    lists,
    changes,
  };
}

function stateOf({ source: list, version, asOf, entries }: ListSnapshot): ListState {
  const addresses = entries.reduce((sum, entry) => sum + entry.addresses.length, 0);
  return { source: list, version, asOf, entries: entries.length, addresses };
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: 'lists', message: `lists ${field}: ${rule}` });
}

import { isInputError, isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, Evidence, Identity, Instant, Screening, ScreeningOutcome, Verdict } from '@rielrails/core';
import { defineScreening, digest, readConfig, systemRuntime, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { countWords, isComparable, MOST_WORDS } from '../names/index.ts';
import { canonicalAddress } from './addresses.ts';
import { changesBetween } from './changes.ts';
import type { ListChange } from './changes.ts';
import { addressEvidence, nameEvidence, notComparable, nothingFound } from './evidence.ts';
import { createMatcher } from './matcher.ts';
import type { Matcher } from './matcher.ts';
import { waitWithin } from './patience.ts';
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

const RETRY_AFTER_MS = 60_000;
const MAX_NAMES = 50;
const MAX_NAME_CHARACTERS = 300;
/** A name that fits more entries than this is told by the likeliest. */
const MAX_EVIDENCE = 25;
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const duration = z.int().min(0);
const source = z.custom<ListSource>((value) => typeof value === 'function', 'expected a function');

const schema = z.strictObject({
  source: z.union([source, z.array(source).min(1)]),
  maximumAgeMs: duration.min(1).default(MAXIMUM_AGE_MS),
  alarmAgeMs: duration.min(1).optional(),
  verdictValidForMs: duration.min(1).default(24 * HOUR_MS),
  refreshAfterMs: duration.default(HOUR_MS),
});

/** The lists in hand. */
interface Reading {
  readonly snapshots: readonly ListSnapshot[];
  readonly matcher: Matcher;
  readonly version: string;
  readonly asOf: Instant;
  readonly changes: readonly ListChange[];
}

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
  const sources = [settings.source].flat();
  const alarmAgeMs = settings.alarmAgeMs ?? settings.maximumAgeMs / 2;
  let current: Reading | undefined;
  let nextReadingAt = 0;
  let reading: Promise<Reading> | undefined;

  async function read(): Promise<Reading> {
    // Until this reading has come to something, nobody else begins one, and after a failure not for a while.
    nextReadingAt = runtime.clock.now() + Math.min(settings.refreshAfterMs, RETRY_AFTER_MS);
    const snapshots = await Promise.all(sources.map((one) => one())).catch((error: unknown) => {
      const what = isInputError(error) || isProviderError(error) ? error.message : 'the source failed';
      throw unavailable(`the list cannot be read: ${what}`, error);
    });
    assertPlausible(current?.snapshots ?? [], snapshots);
    nextReadingAt = runtime.clock.now() + settings.refreshAfterMs;
    current = await readingOf(snapshots, current);
    raiseAlarm(snapshots);
    return current;
  }

  async function readingOf(snapshots: readonly ListSnapshot[], before: Reading | undefined): Promise<Reading> {
    if (before && snapshots.every((snapshot, at) => snapshot === before.snapshots[at]))
      return { ...before, changes: [] };
    const asOf = Math.min(...snapshots.map((snapshot) => snapshot.asOf)) as Instant;
    const version = versionOf(snapshots);
    // Seen again and unchanged: only the age is another.
    const isSame = before && snapshots.every(({ entries }, at) => entries === before.snapshots[at]?.entries);
    const matcher = isSame ? before.matcher : await createMatcher(snapshots, setImmediate);
    const changes =
      !before || isSame ? [] : snapshots.map((snapshot) => changesBetween(formerOf(snapshot, before), snapshot));
    if (!isSame)
      for (const { source: list, version: read, entries } of snapshots)
        runtime.log.info('list-read', { provider: 'lists', list, version: read, count: entries.length });
    return { snapshots, matcher, version, asOf, changes: changes.filter(({ from, to }) => from !== to) };
  }

  /** A list that is nearly too old is told before it screens nobody. */
  function raiseAlarm(snapshots: readonly ListSnapshot[]): void {
    for (const { source: list, version, asOf } of snapshots) {
      const ageMs = runtime.clock.now() - asOf;
      if (ageMs >= alarmAgeMs) runtime.log.error('list-stale', { provider: 'lists', list, version, ageMs });
    }
  }

  /** One reading at a time, shared by everybody who waits. */
  function readOnce(): Promise<Reading> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  /** The lists in hand, read again when that is due. Those that could not be read again count until they are stale. */
  async function fresh(context: CallContext): Promise<Reading> {
    // Whoever asks during a reading waits for it: the other half of the same check must not see the older list.
    if (!current || reading || runtime.clock.now() >= nextReadingAt) {
      await waitWithin(context, runtime.clock, readOnce).catch((error: unknown) => {
        if (!current) throw isProviderError(error) ? error : unavailable('there is no list yet', error);
        runtime.log.error('list-not-read', { provider: 'lists', error: error instanceof Error ? error.message : '' });
      });
    }
    if (!current) throw unavailable('there is no list');
    for (const { source: list, asOf } of current.snapshots) {
      const ageMs = runtime.clock.now() - asOf;
      if (ageMs < -CLOCK_TOLERANCE_MS) throw unavailable(`the list ${list} is dated in the future`);
      if (ageMs >= settings.maximumAgeMs) throw unavailable(`the list ${list} is older than it may be`);
    }
    return current;
  }

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
        const read = await fresh(context);
        const { name, aliases = [], born = '', countries = [], identifiers = [] } = identity;
        return judge(read, identity, [name, aliases, born, countries, identifiers], compare(read, identity));
      },
      async screenAddress(address, context = {}) {
        if (address.text.trim() === '') throw invalid('address', 'is empty');
        const read = await fresh(context);
        const subject = [address.network, canonicalAddress(address.text)];
        const evidence = read.matcher.byAddress(address.text).map(addressEvidence);
        return judge(read, address, subject, { outcome: evidence.length > 0 ? 'blocked' : 'clear', evidence });
      },
    },
    runtime,
  );
  return { ...service, reload: async () => summaryOf(await readOnce()) };
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

/** A set that has lost half of a list is a list that was cut. */
function assertPlausible(before: readonly ListSnapshot[], after: readonly ListSnapshot[]): void {
  for (const snapshot of after) {
    const former = before.find(({ source: list }) => list === snapshot.source);
    if (former && snapshot.entries.length < former.entries.length / 2)
      throw unavailable('the new list has lost half of its entries; a person must look at it');
  }
}

function formerOf({ source: list }: ListSnapshot, { snapshots }: Reading): ListSnapshot | null {
  return snapshots.find((snapshot) => snapshot.source === list) ?? null;
}

/** The version of several lists; of one, its own. */
function versionOf(snapshots: readonly ListSnapshot[]): string {
  if (snapshots.length === 1) return snapshots[0]?.version ?? '';
  const versions = snapshots.map(({ source: list, version }) => `${list} ${version}`).sort();
  return toHex(digest('sha256', versions.join('\n'))).slice(0, 32);
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

function unavailable(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: 'unavailable', provider: 'lists', message: `lists: ${message}` }, { cause });
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: 'lists', message: `lists ${field}: ${rule}` });
}

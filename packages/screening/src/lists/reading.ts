import { isInputError, isProviderError } from '@rielrails/core';
import type { CallContext, Instant } from '@rielrails/core';
import { digest, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { setImmediate } from 'node:timers/promises';
import { changesBetween } from './changes.ts';
import type { ListChange } from './changes.ts';
import { createMatcher } from './matcher.ts';
import type { Matcher } from './matcher.ts';
import { waitWithin } from './patience.ts';
import type { ListSnapshot, ListSource } from './snapshot.ts';
import { unavailable } from './unavailable.ts';

/** What keeps lists in hand needs; ages as in the configuration of screening. */
export interface ReaderParts {
  readonly sources: readonly ListSource[];
  readonly maximumAgeMs: number;
  readonly alarmAgeMs: number;
  readonly refreshAfterMs: number;
  readonly runtime: Runtime;
}

/** The lists in hand. */
export interface Reading {
  readonly snapshots: readonly ListSnapshot[];
  readonly matcher: Matcher;
  readonly version: string;
  readonly asOf: Instant;
  readonly changes: readonly ListChange[];
}

/** Keeps lists in hand. Everything here throws ProviderError `unavailable`. */
export interface Reader {
  /** The lists in hand, read again when that is due. Those that could not be read again count until they are stale. */
  fresh(context: CallContext): Promise<Reading>;
  /** Reads the sources now: one reading at a time, shared by everybody who waits. */
  again(): Promise<Reading>;
}

const RETRY_AFTER_MS = 60_000;
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Makes it. Nothing is read before somebody asks. */
export function createReader({ sources, maximumAgeMs, alarmAgeMs, refreshAfterMs, runtime }: ReaderParts): Reader {
  let current: Reading | undefined;
  let nextReadingAt = 0;
  let reading: Promise<Reading> | undefined;

  async function read(): Promise<Reading> {
    // Until this reading has come to something, nobody else begins one, and after a failure not for a while.
    nextReadingAt = runtime.clock.now() + Math.min(refreshAfterMs, RETRY_AFTER_MS);
    const snapshots = await Promise.all(sources.map((one) => one())).catch((error: unknown) => {
      const what = isInputError(error) || isProviderError(error) ? error.message : 'the source failed';
      throw unavailable(`the list cannot be read: ${what}`, error);
    });
    assertPlausible(current?.snapshots ?? [], snapshots);
    nextReadingAt = runtime.clock.now() + refreshAfterMs;
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

  function again(): Promise<Reading> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function fresh(context: CallContext): Promise<Reading> {
    // Whoever asks during a reading waits for it: the other half of the same check must not see the older list.
    if (!current || reading || runtime.clock.now() >= nextReadingAt) {
      await waitWithin(context, runtime.clock, again).catch((error: unknown) => {
        if (!current) throw isProviderError(error) ? error : unavailable('there is no list yet', error);
        runtime.log.error('list-not-read', { provider: 'lists', error: error instanceof Error ? error.message : '' });
      });
    }
    if (!current) throw unavailable('there is no list');
    for (const { source: list, asOf } of current.snapshots) {
      const ageMs = runtime.clock.now() - asOf;
      if (ageMs < -CLOCK_TOLERANCE_MS) throw unavailable(`the list ${list} is dated in the future`);
      if (ageMs >= maximumAgeMs) throw unavailable(`the list ${list} is older than it may be`);
    }
    return current;
  }

  return { fresh, again };
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

import { isInputError, isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, Evidence, Identity, Instant, Screening, ScreeningOutcome, Verdict } from '@rielrails/core';
import { defineScreening, digest, readConfig, systemRuntime, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { canonicalAddress } from './addresses.ts';
import { createMatcher } from './matcher.ts';
import type { AddressHit, Matcher, NameHit } from './matcher.ts';
import { isLatin, wordsOf } from './names.ts';
import { waitWithin } from './patience.ts';
import type { ListSnapshot, ListSource } from './snapshot.ts';

/** What screening by a list needs. */
export interface ListsConfig {
  /** Where the list comes from. */
  readonly source: ListSource;
  /** How old the list may be; an older one screens nobody. Default: 3 days. */
  readonly maximumAgeMs?: number;
  /** How long a verdict counts, at most as long as the list itself. Default: 24 hours. */
  readonly verdictValidForMs?: number;
  /** A call that finds the last reading this old reads the source again. Default: 1 hour. */
  readonly refreshAfterMs?: number;
}

/** What was read at a reload. */
export interface ListSummary {
  readonly source: string;
  readonly version: string;
  readonly asOf: Instant;
  readonly entries: number;
  readonly addresses: number;
}

/** Screening by a published list. */
export type Lists = Screening<'screenName' | 'screenAddress'> & {
  /**
   * Reads the source now. The new list takes the place of the old one in one step, or the old one stays and this throws:
   * ProviderError `unavailable`, naming file and line where a row is malformed.
   */
  reload(): Promise<ListSummary>;
};

const HOUR_MS = 3_600_000;
const RETRY_AFTER_MS = 60_000;
const MAX_NAMES = 50;
const MAX_NAME_CHARACTERS = 300;
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const duration = z.int().min(0);

const schema = z.strictObject({
  source: z.custom<ListSource>((value) => typeof value === 'function', 'expected a function'),
  maximumAgeMs: duration.min(1).default(72 * HOUR_MS),
  verdictValidForMs: duration.min(1).default(24 * HOUR_MS),
  refreshAfterMs: duration.default(HOUR_MS),
});

/**
 * Screens names and addresses by a published list, without asking anybody.
 *
 * A listed address is `blocked`: it is the listed thing itself. A name that resembles a listed one is `review`, whatever
 * else is known: many people share a name, and only a person can tell them apart; money stands still either way. What
 * resembles is said by one threshold over a score that knows scripts, spellings, order, gaps, initials and what is common
 * among names. A name in other than Latin letters only is `review` all the same, because the list is in Latin letters.
 *
 * Without a list, with a stale one, or with one that cannot be read, every call throws `unavailable`.
 */
export function createLists(config: ListsConfig, runtime: Runtime = systemRuntime()): Lists {
  const settings = readConfig('lists', schema, config);
  let current: Matcher | undefined;
  let nextReadingAt = 0;
  let reading: Promise<Matcher> | undefined;

  async function read(): Promise<Matcher> {
    // Until this reading has come to something, nobody else begins one, and after a failure not for a while.
    nextReadingAt = runtime.clock.now() + Math.min(settings.refreshAfterMs, RETRY_AFTER_MS);
    const snapshot = await settings.source().catch((error: unknown) => {
      const what = isInputError(error) || isProviderError(error) ? error.message : 'the source failed';
      throw unavailable(`the list cannot be read: ${what}`, error);
    });
    if (current && snapshot.entries.length < current.snapshot.entries.length / 2) {
      throw unavailable('the new list has lost half of its entries; a person must look at it');
    }
    nextReadingAt = runtime.clock.now() + settings.refreshAfterMs;
    if (current?.snapshot === snapshot) return current;
    current = createMatcher(snapshot);
    const { source, version, entries } = snapshot;
    runtime.log.info('list-read', { provider: 'lists', list: source, version, count: entries.length });
    return current;
  }

  /** One reading at a time, shared by everybody who waits. */
  function readOnce(): Promise<Matcher> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  /** The list in hand, read again when that is due. One that could not be read again counts until it is stale. */
  async function fresh(context: CallContext): Promise<Matcher> {
    // Whoever asks during a reading waits for it: the other half of the same check must not see the older list.
    if (!current || reading || runtime.clock.now() >= nextReadingAt) {
      await waitWithin(context, runtime.clock, readOnce).catch((error: unknown) => {
        if (!current) throw isProviderError(error) ? error : unavailable('there is no list yet', error);
        runtime.log.error('list-not-read', { provider: 'lists', error: error instanceof Error ? error.message : '' });
      });
    }
    if (!current) throw unavailable('there is no list');
    const { asOf } = current.snapshot;
    const ageMs = runtime.clock.now() - asOf;
    if (ageMs < -CLOCK_TOLERANCE_MS) throw unavailable('the list is dated in the future');
    if (ageMs >= settings.maximumAgeMs) throw unavailable('the list is older than it may be');
    return current;
  }

  function judge<Of>(matcher: Matcher, of: Of, subject: unknown, finding: Finding): Verdict<Of> {
    const { snapshot } = matcher;
    const until = Math.min(runtime.clock.now() + settings.verdictValidForMs, snapshot.asOf + settings.maximumAgeMs);
    return {
      id: `lists-${toHex(digest('sha256', JSON.stringify([snapshot.source, snapshot.version, subject]))).slice(0, 32)}`,
      of,
      outcome: finding.outcome,
      evidence: finding.evidence.length > 0 ? finding.evidence : [nothingFound(snapshot)],
      validUntil: until as Instant,
    };
  }

  const service = defineScreening<'screenName' | 'screenAddress'>(
    {
      id: 'lists',
      async screenName(identity, context = {}) {
        const names = namesOf(identity);
        const matcher = await fresh(context);
        const { name, aliases = [], born = '', countries = [] } = identity;
        return judge(matcher, identity, [name, aliases, born, countries], compareNames(matcher, identity, names));
      },
      async screenAddress(address, context = {}) {
        if (address.text.trim() === '') throw invalid('address', 'is empty');
        const matcher = await fresh(context);
        const subject = [address.network, canonicalAddress(address.text)];
        const evidence = matcher.byAddress(address.text).map((hit) => addressEvidence(matcher.snapshot, hit));
        return judge(matcher, address, subject, { outcome: evidence.length > 0 ? 'blocked' : 'clear', evidence });
      },
    },
    runtime,
  );
  return { ...service, reload: async () => summaryOf((await readOnce()).snapshot) };
}

interface Finding {
  readonly outcome: ScreeningOutcome;
  readonly evidence: readonly Evidence[];
}

function compareNames(matcher: Matcher, identity: Identity, names: readonly string[]): Finding {
  const { snapshot } = matcher;
  const hits = names.flatMap((name) => matcher.byName(name));
  const unique = [...new Map(hits.map((hit) => [hit.entry.id, hit])).values()];
  const evidence = unique.map((hit) => nameEvidence(snapshot, hit, identity.born));
  if (!names.some((name) => isLatin(wordsOf(name)))) {
    const explanation = 'No name is given in Latin letters only, and the list has no others: it cannot tell.';
    evidence.push({ source: snapshot.source, entry: snapshot.version, explanation });
  }
  return { outcome: evidence.length > 0 ? 'review' : 'clear', evidence };
}

/** The names to compare. Nothing that cannot be compared is ever clear. */
function namesOf({ name, aliases = [] }: Identity): readonly string[] {
  const names = [name, ...aliases];
  if (names.length > MAX_NAMES) throw invalid('aliases', `expected at most ${MAX_NAMES - 1}`);
  if (names.some(({ length }) => length > MAX_NAME_CHARACTERS)) {
    throw invalid('name', `expected at most ${MAX_NAME_CHARACTERS} characters`);
  }
  if (wordsOf(name).length === 0) throw invalid('name', 'has no letter or digit');
  return names;
}

function nameEvidence(
  { source }: ListSnapshot,
  { entry, listed, explanation: why }: NameHit,
  born: string | undefined,
): Evidence {
  const year = Number(born?.slice(0, 4));
  const agrees = entry.born.some(({ from, to }) => year >= from && year <= to);
  const birth =
    entry.born.length === 0 || !born ? '' : agrees ? ' The year of birth agrees.' : ' The year of birth differs.';
  const alias = listed === entry.name ? '' : `, also known as "${listed}"`;
  const programs = entry.programs.join(', ');
  return {
    source,
    entry: entry.id,
    explanation: `The name is like that of the ${entry.type} "${entry.name}"${alias} (${programs}): ${why}${birth}`,
  };
}

function addressEvidence({ source }: ListSnapshot, { entry, listed }: AddressHit): Evidence {
  const explanation = `The address is listed for the ${entry.type} "${entry.name}" as ${listed.currency} (${entry.programs.join(', ')}).`;
  return { source, entry: entry.id, explanation };
}

function nothingFound({ source, version, asOf, entries }: ListSnapshot): Evidence {
  const explanation = `None of ${entries.length} entries as of ${new Date(asOf).toISOString()} fits.`;
  return { source, entry: version, explanation };
}

function summaryOf({ source, version, asOf, entries }: ListSnapshot): ListSummary {
  const addresses = entries.reduce((sum, entry) => sum + entry.addresses.length, 0);
  return { source, version, asOf, entries: entries.length, addresses };
}

function unavailable(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: 'unavailable', provider: 'lists', message: `lists: ${message}` }, { cause });
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: 'lists', message: `lists ${field}: ${rule}` });
}

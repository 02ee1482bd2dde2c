import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '@rielrails/core';
import { createSeededRandom } from '@rielrails/kit/virtual';
import { ofacFileNames, readOfac } from '@rielrails/screening/lists';
import type { ListEntry, OfacFiles } from '@rielrails/screening/lists';
import { createNameIndex, THRESHOLD } from '@rielrails/screening/names';
import type { BenchCheck, BenchResult } from '../result.ts';
import { changes } from './changes.ts';
import type { Change } from './changes.ts';
import { jaroWinkler } from './jaro-winkler.ts';
import { ordinaryNames } from './people.ts';

const SEED = 20_261_121;
const QUESTIONS = 4000;
const SCANNED = 20;
const ORDINARY = 10_000;
const MEBIBYTE = 1024 * 1024;
const aims: Readonly<Record<Change, number>> = { typo: 0.99, swap: 0.99, dropped: 0.97, initials: 0.95 };

/**
 * The name index on a real copy of OFAC's SDN list, beside a plain scan by Jaro and Winkler on the same machine.
 *
 * `directory` holds `sdn.csv` and its companions, all with the same beginning. Without one nothing is measured, and that is said.
 */
export async function benchScreening(directory: string | undefined): Promise<BenchResult> {
  const main = directory && readdirSync(directory).find((name) => name.endsWith('sdn.csv'));
  if (!directory || !main) {
    const note =
      'SKIPPED: no list was measured. Name a folder with a copy of the SDN list: pnpm bench screening --lists DIR';
    return { name: 'screening', note, figures: {}, checks: [] };
  }
  const beginning = main.slice(0, -'sdn.csv'.length);
  const read = (name: string) => [name, new Uint8Array(readFileSync(join(directory, beginning + name)))] as const;
  const files = Object.fromEntries(ofacFileNames.map(read)) as unknown as OfacFiles;
  const before = memory();
  const startedAt = performance.now();
  const { entries } = readOfac(files, 0 as Instant);
  const listed = entries.flatMap((entry) =>
    [entry.name, ...entry.aliases].map((text) => ({ text, bearer: entry.type, entry })),
  );
  const index = createNameIndex(listed);
  const loadMs = performance.now() - startedAt;
  const megabytes = (memory() - before) / MEBIBYTE;

  const random = createSeededRandom(SEED);
  const below = (end: number) => new DataView(random.bytes(4).buffer).getUint32(0) % end;
  const find = (text: string) => index.search(text, THRESHOLD).map(({ at }) => listed[at]?.entry);
  const recall = Object.fromEntries(
    (Object.keys(changes) as Change[]).map((change) => [change, recallOf(change, listed, find, below)]),
  );
  const ordinary = ordinaryNames(ORDINARY, below);
  const alerts = ordinary.filter((name) => find(name).length > 0).length / ORDINARY;
  const people = timesOf(
    sample(listed, below, (type) => type === 'person'),
    find,
  );
  const things = timesOf(
    sample(listed, below, (type) => type !== 'person'),
    find,
  );
  const scan = timesOf(ordinary.slice(0, SCANNED), (name) => {
    const wanted = name.toLowerCase();
    return listed.filter(({ text }) => jaroWinkler(wanted, text.toLowerCase()) > 0.9);
  });

  const p50Ms = Math.max(people.p50, things.p50);
  const p99Ms = Math.max(people.p99, things.p99);
  const checks: readonly BenchCheck[] = [
    { name: 'loadMs', value: loadMs, aim: 2000, better: 'lower' },
    { name: 'megabytes', value: megabytes, aim: 250, better: 'lower' },
    { name: 'p50Ms', value: p50Ms, aim: 0.2, better: 'lower' },
    { name: 'p99Ms', value: p99Ms, aim: 2, better: 'lower' },
    ...Object.entries(recall).map(([change, value]): BenchCheck => ({
      name: `recall.${change}`,
      value,
      aim: aims[change as Change],
      better: 'higher',
    })),
    { name: 'falseAlerts', value: alerts, aim: 0.005, better: 'lower' },
  ];
  return {
    name: 'screening',
    note: `${listed.length} names of ${entries.length} entries of OFAC's SDN list; ${QUESTIONS} listed names of people and as many of companies and vessels asked again; ${ORDINARY} ordinary Khmer, Chinese, Vietnamese and Western names; a plain Jaro-Winkler scan of the list beside it`,
    figures: {
      'people.p50Ms': people.p50,
      'people.p99Ms': people.p99,
      'things.p50Ms': things.p50,
      'things.p99Ms': things.p99,
      'jaroWinklerScan.p50Ms': scan.p50,
      'ratio.scan': scan.p50 / p50Ms,
    },
    checks,
  };
}

interface Listed {
  readonly text: string;
  readonly entry: ListEntry;
}

/** The share of names, changed so, that still find their entry. */
function recallOf(
  change: Change,
  listed: readonly Listed[],
  find: (text: string) => readonly (ListEntry | undefined)[],
  below: (end: number) => number,
): number {
  let asked = 0;
  let found = 0;
  for (const { text, entry } of listed) {
    if (entry.type !== 'person') continue;
    const words = text
      .replaceAll(/[^\p{L}\p{M}\s'’-]/gu, ' ')
      .split(/\s+/)
      .filter((word) => word !== '');
    const changed = changes[change](words, below);
    if (!changed) continue;
    asked += 1;
    if (find(changed.join(' ')).includes(entry)) found += 1;
  }
  return found / asked;
}

function sample(
  listed: readonly Listed[],
  below: (end: number) => number,
  isWanted: (type: ListEntry['type']) => boolean,
): readonly string[] {
  const wanted = listed.filter(({ entry }) => isWanted(entry.type));
  return Array.from({ length: QUESTIONS }, () => wanted[below(wanted.length)]?.text ?? '');
}

/** Milliseconds of each, once the first tenth has warmed up. */
function timesOf(
  names: readonly string[],
  ask: (name: string) => unknown,
): { readonly p50: number; readonly p99: number } {
  const times = names.map((name) => {
    const startedAt = performance.now();
    ask(name);
    return performance.now() - startedAt;
  });
  const kept = times.slice(Math.floor(times.length / 10)).sort((a, b) => a - b);
  const at = (share: number) => kept[Math.min(kept.length - 1, Math.floor(kept.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

import { createSeededRandom } from '@rielrails/kit/virtual';
import type { BenchCheck, BenchResult } from '../result.ts';
import { changes } from './changes.ts';
import type { Change } from './changes.ts';
import { jaroWinkler } from './jaro-winkler.ts';
import { labelledPairs, namesOf, realLists } from './listed.ts';
import type { Listed, RealLists } from './listed.ts';
import { ordinaryNames } from './people.ts';
import { finderOf, judgeOf, namesInTwoScripts, recallOf, recallOfListedScripts, recallOverScripts } from './recall.ts';
import type { Find } from './recall.ts';

const SEED = 20_261_121;
const QUESTIONS = 4000;
const SCANNED = 20;
const ROUNDS = 3;
const ORDINARY = 10_000;
const MEBIBYTE = 1024 * 1024;
const aims: Readonly<Partial<Record<Change, number>>> = { typo: 0.99, swap: 0.99, dropped: 0.97, initials: 0.95 };
const LEAST_OVER_SCRIPTS = 0.95;

/**
 * The name index on real copies of OFAC's and the UN's lists, beside a plain scan by Jaro and Winkler on the same machine.
 *
 * `directory` holds `sdn.csv` and its companions, all with the same beginning, and may hold the UN's list. Without one, the
 * pairs of the project are the list, and that is said.
 */
export async function benchScreening(directory: string | undefined): Promise<BenchResult> {
  const real = realLists(directory);
  const before = memory();
  const startedAt = performance.now();
  const listed = real ? namesOf(real.ofac()) : labelledPairs().map((pair) => pair.listed);
  const find = finderOf(listed);
  const loadMs = performance.now() - startedAt;
  const megabytes = (memory() - before) / MEBIBYTE;

  const random = createSeededRandom(SEED);
  const below = (end: number) => new DataView(random.bytes(4).buffer).getUint32(0) % end;
  const recall = Object.fromEntries(
    (Object.keys(changes) as Change[]).map((change) => [change, recallOf(change, listed, find, below)]),
  );
  const ordinary = ordinaryNames(ORDINARY, below);
  const alerts = ordinary.filter((name) => find(name).length > 0).length / ORDINARY;
  const fresh = () => finderOf(listed);
  const people = timesOf(
    sample(listed, below, (bearer) => bearer === 'person'),
    fresh,
  );
  const things = timesOf(
    sample(listed, below, (bearer) => bearer !== 'person'),
    fresh,
  );
  const scan = timesOf(ordinary.slice(0, SCANNED), () => (name) => {
    const wanted = name.toLowerCase();
    return listed.filter(({ text }) => jaroWinkler(wanted, text.toLowerCase()) > 0.9);
  });
  const judged = judgeOf(labelledPairs());

  const p50Ms = Math.max(people.p50, things.p50);
  const p99Ms = Math.max(people.p99, things.p99);
  const checks: readonly BenchCheck[] = [
    { name: 'loadMs', value: loadMs, aim: 2000, better: 'lower' },
    { name: 'megabytes', value: megabytes, aim: 250, better: 'lower' },
    { name: 'p50Ms', value: p50Ms, aim: 0.2, better: 'lower' },
    { name: 'p99Ms', value: p99Ms, aim: 2, better: 'lower' },
    ...Object.entries(aims).map(([change, aim]): BenchCheck => ({
      name: `recall.${change}`,
      value: recall[change] ?? 0,
      aim,
      better: 'higher',
    })),
    ...scriptChecks(real, listed),
    { name: 'falseAlerts', value: alerts, aim: 0.005, better: 'lower' },
    { name: 'pairs.recall', value: judged.recall, aim: 0.97, better: 'higher' },
    { name: 'pairs.precision', value: judged.precision, aim: 0.97, better: 'higher' },
  ];
  return {
    name: 'screening',
    note: noteOf(real, listed),
    figures: {
      'people.p50Ms': people.p50,
      'people.p99Ms': people.p99,
      'things.p50Ms': things.p50,
      'things.p99Ms': things.p99,
      'jaroWinklerScan.p50Ms': scan.p50,
      'ratio.scan': scan.p50 / p50Ms,
      'recall.secondWordDropped': recall['secondWordDropped'] ?? 0,
    },
    checks,
  };
}

function noteOf(real: RealLists | null, listed: readonly Listed[]): string {
  const questions = `${QUESTIONS} listed names of people and as many of companies and vessels asked again; ${ORDINARY} ordinary Khmer, Chinese, Vietnamese and Western names; a plain Jaro-Winkler scan of the list beside it`;
  if (!real)
    return `NO REAL LIST WAS MEASURED: the ${listed.length} names of the project's own pairs are the list, and figures of it say little. Name a folder with a copy of the SDN list: pnpm bench screening --lists DIR. ${questions}`;
  const un = real.un
    ? ''
    : '; NO LIST OF THE UN in the folder, so that names which a list has in two scripts were not measured';
  return `${listed.length} names of OFAC's SDN list; ${questions}${un}`;
}

/** Recall where only the other script is listed: of people whom a list writes in both, and of names written for this. */
function scriptChecks(real: RealLists | null, listed: readonly Listed[]): readonly BenchCheck[] {
  const written = Object.entries(namesInTwoScripts(listed)).map(([name, names]) => [name, recallOverScripts(names)]);
  const values = [...(real?.un ? [['listed', recallOfListedScripts(real.un())]] : []), ...written];
  return values.map(([name, value]) => ({
    name: `recall.script.${name}`,
    value: Number(value),
    aim: LEAST_OVER_SCRIPTS,
    better: 'higher',
  }));
}

function sample(
  listed: readonly Listed[],
  below: (end: number) => number,
  isWanted: (bearer: Listed['bearer']) => boolean,
): readonly string[] {
  const wanted = listed.filter(({ bearer }) => isWanted(bearer));
  return Array.from({ length: QUESTIONS }, () => wanted[below(wanted.length)]?.text ?? '');
}

interface Times {
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds, the least of several rounds: others use the machine too. Each round begins with a finder that knows no question. */
function timesOf(names: readonly string[], fresh: () => Find): Times {
  const rounds = Array.from({ length: ROUNDS }, () => roundOf(names, fresh()));
  return { p50: Math.min(...rounds.map(({ p50 }) => p50)), p99: Math.min(...rounds.map(({ p99 }) => p99)) };
}

/** Of one round, once the first tenth has warmed up. */
function roundOf(names: readonly string[], ask: Find): Times {
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

/**
 * `pnpm bench [NAME…] [--json] [--lists DIR]`: measures, prints every figure beside its aim.
 *
 * Exit code 1: a figure misses its aim by more than twice. 2: wrong usage.
 */

import { runProgram, UsageError } from '../tools/command-line.ts';
import { benchKhqr } from './khqr/bench.ts';
import { benchOrders } from './orders/bench.ts';
import { benchPackages } from './packages/bench.ts';
import { benchPayway } from './payway/bench.ts';
import { isAcceptable, missOf } from './result.ts';
import type { BenchResult } from './result.ts';
import { benchScreening } from './screening/bench.ts';
import { benchWallet } from './wallet/bench.ts';

const benches: Readonly<Record<string, (options: Options) => Promise<BenchResult>>> = {
  khqr: () => benchKhqr(),
  orders: () => benchOrders(),
  packages: () => benchPackages(),
  payway: () => benchPayway(),
  screening: ({ lists }) => benchScreening(lists),
  wallet: () => benchWallet(),
};

interface Options {
  /** A folder with a copy of the SDN list. */
  readonly lists?: string | undefined;
}

function print(result: BenchResult): void {
  console.log(`${result.name}: ${result.note}`);
  for (const [name, value] of Object.entries(result.figures)) console.log(`  ${name.padEnd(32)} ${round(value)}`);
  for (const check of result.checks) {
    const aim = `aim: ${check.better === 'higher' ? 'at least' : 'at most'} ${check.aim}`;
    const verdict = missOf(check) <= 1 ? 'met' : `missed by ${round(missOf(check))} times`;
    console.log(`  ${check.name.padEnd(32)} ${round(check.value)}  ${aim}, ${verdict}`);
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** The ratio, or where a bench has several (`ratio.encode`), each by its name. */
function ratioOf({ checks }: BenchResult): number | Readonly<Record<string, number>> {
  const single = checks.find(({ name }) => name === 'ratio');
  if (single) return round(single.value);
  const several = checks.filter(({ name }) => name.startsWith('ratio.'));
  return Object.fromEntries(several.map(({ name, value }) => [name.slice('ratio.'.length), round(value)]));
}

const usage = `pnpm bench [NAME…] [--lists DIR] [--json]

  NAME         ${Object.keys(benches).join(', ')}; default all of them
  --lists DIR  screening: a folder with copies of the sanctions lists
  --json       one JSON object: figures, checks with their aims, ratios

Exit codes: 0 measured, 1 a figure misses its aim by more than twice, 2 wrong usage.`;

const options = { json: { type: 'boolean' }, lists: { type: 'string' } } as const;

process.exitCode = await runProgram({ name: 'bench', usage, options, mostWords: Infinity }, async (values, wanted) => {
  const unknown = wanted.find((name) => !(name in benches));
  if (unknown !== undefined)
    throw new UsageError(`there is no "${unknown}"; there are: ${Object.keys(benches).join(', ')}`);
  const names = wanted.length > 0 ? wanted : Object.keys(benches);
  const results: BenchResult[] = [];
  for (const name of names) {
    const result = await benches[name]?.(values);
    if (!result) continue;
    results.push(result);
    if (!values.json) print(result);
  }
  const ok = results.every(isAcceptable);
  if (values.json) {
    const rounded = results.map((result) => ({
      ...result,
      figures: Object.fromEntries(Object.entries(result.figures).map(([name, value]) => [name, round(value)])),
      ratio: ratioOf(result),
      checks: result.checks.map((check) => ({ ...check, value: round(check.value), met: missOf(check) <= 1 })),
    }));
    console.log(JSON.stringify({ ok, results: rounded }));
  }
  return ok ? 0 : 1;
});

/**
 * `pnpm bench [NAME…] [--json] [--lists DIR]`: measures, prints every figure beside its aim.
 *
 * Exit code 1: a figure misses its aim by more than twice. 2: wrong usage.
 */

import { parseArgs } from 'node:util';
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

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, lists: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    console.error(`bench: there is no "${unknown[0]}"; there are: ${Object.keys(benches).join(', ')}`);
    return 2;
  }
  const names = positionals.length > 0 ? positionals : Object.keys(benches);
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
}

process.exitCode = await main();

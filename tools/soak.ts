/**
 * `pnpm soak [NAME…] [--seed N] [--count N] [--seconds N] [--ci] [--list] [--json]`: long runs that look for what must
 * never happen. Seeds are printed; a failure names the command that replays it.
 *
 * Exit code 1: something was broken. 2: wrong usage.
 */

import { runProgram, UsageError } from './command-line.ts';
import { bitcoinParsers } from './soak/bitcoin-parsers.ts';
import { khqr } from './soak/khqr.ts';
import { parsers } from './soak/parsers.ts';
import { payouts } from './soak/payouts.ts';
import { selection } from './soak/selection.ts';
import { simulation } from './soak/simulation.ts';
import type { Soak, SoakResult } from './soak/soak.ts';

const soaks: Readonly<Record<string, Soak>> = {
  simulation,
  parsers,
  'bitcoin-parsers': bitcoinParsers,
  khqr,
  payouts,
  selection,
};
const DEFAULT_SEED = 20_261_121;

function numberOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[0-9]{1,9}$/.test(text)) throw new UsageError(`"${text}" is not a whole number`);
  return Number(text);
}

const list = Object.entries(soaks)
  .map(([name, { about, count, countInCi }]) => `${name.padEnd(16)} ${count} runs (${countInCi} with --ci): ${about}`)
  .join('\n');

const usage = `pnpm soak [NAME…] [--seed N] [--count N] [--seconds N] [--ci] [--list] [--json]

  --seed N     where randomness begins: the same seed, the same runs; default ${DEFAULT_SEED}
  --count N    so many runs of each, instead of its own number
  --seconds N  for so long, however many runs that makes
  --ci         the fixed small sample
  --list       names them and ends
  --json       one JSON object at the end

${list}

Exit codes: 0 nothing was broken, 1 something was, 2 wrong usage.`;

const options = {
  seed: { type: 'string' },
  count: { type: 'string' },
  seconds: { type: 'string' },
  ci: { type: 'boolean' },
  list: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

process.exitCode = await runProgram({ name: 'soak', usage, options, mostWords: Infinity }, async (values, names) => {
  if (values.list) {
    console.log(list);
    return 0;
  }
  const unknown = names.find((name) => !(name in soaks));
  if (unknown !== undefined)
    throw new UsageError(`there is no "${unknown}"; there are: ${Object.keys(soaks).join(', ')}`);
  const seed = numberOf(values.seed, DEFAULT_SEED);
  const results: (SoakResult & { readonly seconds: number })[] = [];
  for (const [name, soak] of Object.entries(soaks)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const startedAt = performance.now();
    const seconds = values.seconds === undefined ? Infinity : numberOf(values.seconds, 0);
    const usual = values.ci ? soak.countInCi : values.seconds === undefined ? soak.count : Number.MAX_SAFE_INTEGER;
    const result = await soak.run({
      seed,
      count: numberOf(values.count, usual),
      endAt: startedAt + seconds * 1000,
      progress: (line) => console.error(line),
    });
    results.push({ ...result, seconds: Math.round((performance.now() - startedAt) / 1000) });
    if (values.json) continue;
    const { runs, failures, figures } = result;
    console.log(`${name}: ${runs} runs from seed ${seed}, ${failures.length} failed ${JSON.stringify(figures)}`);
  }
  const ok = results.every(({ failures }) => failures.length === 0);
  if (values.json) console.log(JSON.stringify({ ok, seed, results }));
  return ok ? 0 : 1;
});

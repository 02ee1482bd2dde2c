import type { Instant } from '@rielrails/core';
import { decodeKhqr, encodeKhqr, verifyKhqr } from '@rielrails/provider-bakong/khqr';
import type { BenchResult } from '../result.ts';
import { compareAll } from './agreement.ts';
import { randomInputs } from './inputs.ts';
import { peers } from './peers.ts';

const AIM_RATIO = 10;
const ROUNDS = 21;
const MEASURED = 1000;
const COMPARED = 10_000;
const SEED = 20_261_121;
/** The moment of everything here, so that two runs compare the same texts. */
const now = 1_767_225_600_000 as Instant;

/** Our codec beside the two published ones, on the same inputs, in one process. */
export async function benchKhqr(): Promise<BenchResult> {
  // The peers write the time of the call into every QR and have no input for it.
  const realNow = Date.now;
  Date.now = () => now;
  try {
    const inputs = randomInputs(COMPARED, SEED, now);
    const agreement = compareAll(inputs, now);
    if (agreement.unexplained.length > 0) throw new Error(`khqr: ${agreement.unexplained.slice(0, 5).join('; ')}`);
    const some = inputs.slice(0, MEASURED);
    const texts = some.map((input) => encodeKhqr(input).text);
    const prepared = peers.map((peer) => some.map((input) => peer.prepare(input)));
    const encode = measure([
      () => some.forEach((input) => void encodeKhqr(input)),
      ...prepared.map((calls) => () => calls.forEach((call) => void call())),
    ]);
    const decode = measure([
      () => texts.forEach((text) => void decodeKhqr(text)),
      ...peers.map((peer) => () => texts.forEach((text) => void peer.read(text))),
    ]);
    const verify = measure([
      () => texts.forEach((text) => void verifyKhqr(text, { now })),
      ...peers.map((peer) => () => texts.forEach((text) => void peer.verify(text))),
    ]);
    const each = { encode, decode, verify };
    const names = ['ours', ...peers.map(({ name }) => name)];
    return {
      name: 'khqr',
      note: `${MEASURED} random KHQRs of every kind, calls a second; ratio: to the better of the two peers, median of rounds. Reading here includes the checksum and every rule, theirs neither`,
      figures: {
        inputsCompared: agreement.inputs,
        differencesExplained: agreement.explained,
        ...Object.fromEntries(
          Object.entries(each).flatMap(([operation, { perSecond }]) =>
            names.map((name, index) => [`${operation}.${name}`, Math.round(perSecond[index] ?? 0)]),
          ),
        ),
      },
      checks: Object.entries(each).map(([operation, { ratio }]) => ({
        name: `ratio.${operation}`,
        value: ratio,
        aim: AIM_RATIO,
        better: 'higher',
      })),
    };
  } finally {
    Date.now = realNow;
  }
}

/** Calls a second of each, and how many times the first is faster than the best of the others. */
function measure(works: readonly (() => void)[]): { readonly perSecond: readonly number[]; readonly ratio: number } {
  const rounds = Array.from({ length: ROUNDS }, () => works.map(time));
  // The first rounds warm up.
  const kept = rounds.slice(ROUNDS / 3);
  return {
    perSecond: works.map((_work, index) => MEASURED / median(kept.map((times) => times[index] ?? Number.NaN))),
    ratio: median(kept.map(([ours = Number.NaN, ...theirs]) => Math.min(...theirs) / ours)),
  };
}

/** Seconds that it takes. */
function time(work: () => void): number {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

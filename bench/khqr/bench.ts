import type { Instant } from '@rielrails/core';
import { decodeKhqr, encodeKhqr, verifyKhqr } from '@rielrails/provider-bakong/khqr';
import type { KhqrInput } from '@rielrails/provider-bakong/khqr';
import type { BenchResult } from '../result.ts';
import { compareAll } from './agreement.ts';
import { randomInputs } from './inputs.ts';
import { peers } from './peers.ts';
import type { Read } from './peers.ts';

const AIM_RATIO = 10;
const ROUNDS = 150;
/** Few, so that a round of the slowest is short enough to be left alone sometimes. */
const MEASURED = 250;
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
    const some = inputs.slice(0, MEASURED).map(inOneShape);
    // In one piece, as a scanner hands them over: what was just written is still in parts, which costs its first reader.
    const texts = some.map((input) => structuredClone(encodeKhqr(input).text));
    const prepared = peers.map((peer) => some.map((input) => peer.prepare(input)));
    const encode = measure([
      () => sum(some, (input) => encodeKhqr(input).md5.length),
      ...prepared.map((calls) => () => sum(calls, (call) => call().md5.length)),
    ]);
    const decode = measure([
      () => sum(texts, (text) => decodeKhqr(text).merchantName.length),
      ...peers.map((peer) => () => sum(texts, (text) => nameLength(peer.read(text)))),
    ]);
    const checked = measure([
      () => sum(texts, (text) => decodeKhqr(text).merchantName.length),
      ...peers.map((peer) => () => sum(texts, (text) => (peer.verify(text) ? nameLength(peer.read(text)) : 0))),
    ]);
    const verify = measure([
      () => sum(texts, (text) => verifyKhqr(text, { now }).outcome.length),
      ...peers.map((peer) => () => sum(texts, (text) => Number(peer.verify(text)))),
    ]);
    const each = { encode, decode, verify };
    const names = ['ours', ...peers.map(({ name }) => name)];
    return {
      name: 'khqr',
      note: `${MEASURED} random KHQRs of every kind, calls a second in the fastest of ${ROUNDS} rounds; ratio: to the better of the two peers. ours reads with checksum and rules, theirs with neither; checked: beside their two calls, which do both`,
      figures: {
        inputsCompared: agreement.inputs,
        differencesExplained: agreement.explained,
        ...Object.fromEntries(
          Object.entries({ ...each, checked }).flatMap(([operation, { perSecond }]) =>
            names.map((name, index) => [`${operation}.${name}`, Math.round(perSecond[index] ?? 0)]),
          ),
        ),
        'checked.ratio': checked.ratio,
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

/**
 * The same input with a place for every option, as a program writes it that makes all its QRs in one place, and as the
 * peers' inputs are prepared: objects of sixty different shapes would measure the engine's property look-ups.
 */
function inOneShape(input: KhqrInput): KhqrInput {
  const { account, demand, merchantName, merchantCity, merchantCategoryCode, unionPayAccount, alternate } = input;
  const { billNumber, mobileNumber, storeLabel, terminalLabel, purpose } = input.additional ?? {};
  const additional = { billNumber, mobileNumber, storeLabel, terminalLabel, purpose };
  const { merchantName: name, merchantCity: city, language } = alternate ?? {};
  const whole = {
    account,
    demand,
    merchantName,
    merchantCity,
    merchantCategoryCode,
    unionPayAccount,
    additional: input.additional && additional,
    alternate: alternate && { language, merchantName: name, merchantCity: city },
  };
  return whole as KhqrInput;
}

/** Calls every one and adds up something of each result, so that none of the work can be left out. */
function sum<T>(items: readonly T[], call: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += call(item);
  return total;
}

function nameLength({ merchantName }: Read): number {
  return merchantName?.length ?? 0;
}

/** Calls a second of each, and how many times the first is faster than the best of the others. */
function measure(works: readonly (() => number)[]): { readonly perSecond: readonly number[]; readonly ratio: number } {
  const [ours = Number.NaN, ...theirs] = works.map(fastest);
  return { perSecond: [ours, ...theirs].map((seconds) => MEASURED / seconds), ratio: Math.min(...theirs) / ours };
}

/** Seconds of the fastest round: the first ones warm up, and during others something else runs on the machine. */
function fastest(work: () => number): number {
  return Math.min(...Array.from({ length: ROUNDS }, () => time(work)));
}

/** Seconds that it takes. */
function time(work: () => number): number {
  const startedAt = performance.now();
  if (work() === 0) throw new Error('khqr: nothing was done');
  return (performance.now() - startedAt) / 1000;
}

import { unavailable } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { describe, expect, it } from 'vitest';
import { createFeeEstimator } from './fees.ts';
import type { FeePolicy, FeeSource } from './fees.ts';

const policy: FeePolicy = {
  targetBlocks: 3,
  floorSatPerVbyte: 2,
  ceilingSatPerVbyte: 50,
  maximumFeeSats: 50_000n,
};

/** A source that says what the test wants. */
function source(answer: number | null | 'unreachable' = null) {
  const asked: number[] = [];
  const one = {
    answer,
    asked,
    async feeRate(blocks: number) {
      asked.push(blocks);
      if (one.answer === 'unreachable') throw unavailable('source', 'source: not reached');
      return one.answer;
    },
  };
  return one satisfies FeeSource;
}

function estimator(sources: readonly FeeSource[], changes: Partial<FeePolicy> = {}) {
  const runtime = createVirtualRuntime();
  const fees = createFeeEstimator({ ...policy, ...changes }, sources, runtime);
  return { runtime, rate: async () => Number(await fees.rateMilli(undefined)) / 1000, fees };
}

describe('a fee rate', () => {
  it.each([
    ['of one source', [7], 7],
    ['of two that agree: the higher', [7, 9], 9],
    ['of two that do not: twice the lower', [7, 40], 14],
    ['whichever is the lower', [40, 7], 14],
    ['never below the floor', [1], 2],
    ['never above the ceiling', [400, 300], 50],
    ['of a fraction, rounded up', [3.0001], 3.001],
    ['of what makes sense', [Number.NaN, 5], 5],
    ['of what is above zero', [0, -3, 6], 6],
  ])('%s', async (_, answers, expected) => {
    expect(await estimator(answers.map(source)).rate()).toBe(expected);
  });

  it('says when sources disagree, and when one is silent', async () => {
    const { runtime, rate } = estimator([source(5), source(40), source('unreachable')]);
    expect(await rate()).toBe(10);
    const events = runtime.entries.map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['fee-source-silent', 'fee-sources-disagree']));
  });

  it('counts what a silent source said last, until it is stale', async () => {
    const one = source(10);
    const { runtime, rate, fees } = estimator([one], { staleAfterMs: 60_000 });
    expect(await rate()).toBe(10);
    one.answer = 'unreachable';
    await runtime.clock.advance(60_000);
    expect(await rate()).toBe(10);
    await runtime.clock.advance(1);
    await expect(rate()).rejects.toMatchObject({
      fault: { kind: 'unavailable', message: expect.stringContaining('fee.fallbackSatPerVbyte') as string },
    });
    one.answer = 4;
    expect(await rate()).toBe(4);
    // What was said for one target says nothing about another.
    one.answer = null;
    await expect(fees.rateMilli(undefined, 144)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(one.asked.at(-1)).toBe(144);
  });

  it('is the fallback while nobody has an estimate, within the bounds', async () => {
    expect(await estimator([source(null), source('unreachable')], { fallbackSatPerVbyte: 6 }).rate()).toBe(6);
    expect(await estimator([source(null)], { fallbackSatPerVbyte: 900 }).rate()).toBe(50);
    expect(await estimator([source(null), source(8)], { fallbackSatPerVbyte: 6 }).rate()).toBe(8);
  });

  it('is asked of all sources at once', async () => {
    const sources = [source(3), source(4)];
    await estimator(sources).rate();
    expect(sources.map(({ asked }) => asked)).toEqual([[3], [3]]);
  });
});

import { describe, test } from 'vitest';
import { prepareConformance } from './run.ts';
import type { ConformanceSubject } from './subject.ts';

/**
 * One vitest test for each clause of each subject's contract. The whole of `test/conformance.test.ts`.
 *
 * A clause that a subject's manifest excludes passes here; which ones those are is reviewed in
 * `test/conformance.expected.json` and checked by `pnpm conformance`.
 */
export function describeConformance(subjects: readonly ConformanceSubject[]): void {
  for (const subject of subjects) {
    const { clauses } = prepareConformance(subject);
    describe(`${subject.contract}: ${subject.name}`, () => {
      for (const clause of clauses) {
        test(`${clause.id} ${clause.title}`, async () => {
          const result = await clause.run();
          if (result.outcome === 'failed') throw new Error(`${clause.id}: ${result.failure}`);
        });
      }
    });
  }
}

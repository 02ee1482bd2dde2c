/**
 * Numbered clauses for every Rielrails contract, asked of an adapter against its emulator, with mutants that prove the
 * clauses.
 *
 * For tests only. Runs under any test runner; `@rielrails/testkit/vitest` binds it to vitest.
 *
 * @packageDocumentation
 */

export { prepareConformance, runConformance } from './run.ts';
export type {
  ConformanceSubject,
  CustodySubject,
  ExchangeSubject,
  KycSubject,
  PaymentSubject,
  ScreeningSubject,
  Subject,
} from './subject.ts';
export type { ClauseResult, MutantResult, PreparedRun, Report } from './suite.ts';

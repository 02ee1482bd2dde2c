import { custodySuite } from './custody/suite.ts';
import { exchangeSuite } from './exchange/suite.ts';
import { kycSuite } from './kyc/suite.ts';
import { paymentSuite } from './payment/suite.ts';
import { screeningSuite } from './screening/suite.ts';
import type { ConformanceSubject } from './subject.ts';
import { prepare } from './suite.ts';
import type { PreparedRun, Report } from './suite.ts';

/** Binds a subject to the clauses and mutants of its contract. Nothing runs yet. */
export function prepareConformance(subject: ConformanceSubject): PreparedRun {
  switch (subject.contract) {
    case 'payment':
      return prepare(paymentSuite, subject);
    case 'exchange':
      return prepare(exchangeSuite, subject);
    case 'custody':
      return prepare(custodySuite, subject);
    case 'kyc':
      return prepare(kycSuite, subject);
    case 'screening':
      return prepare(screeningSuite, subject);
  }
}

/**
 * Asks a subject every clause of its contract, each in a fresh world; with `mutants` also proves for each clause that a
 * broken adapter fails it. Never throws for a failed clause: that stands in the report.
 */
export async function runConformance(
  subject: ConformanceSubject,
  options: { readonly mutants?: boolean } = {},
): Promise<Report> {
  const prepared = prepareConformance(subject);
  const clauses = [];
  for (const clause of prepared.clauses) clauses.push(await clause.run());
  const mutants = [];
  if (options.mutants) for (const mutant of prepared.mutants) mutants.push(await mutant.run());
  return { contract: prepared.contract, subject: prepared.subject, clauses, mutants };
}

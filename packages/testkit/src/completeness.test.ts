import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { custodySuite } from './custody/suite.ts';
import { exchangeSuite } from './exchange/suite.ts';
import { kycSuite } from './kyc/suite.ts';
import { paymentSuite } from './payment/suite.ts';
import { runConformance } from './index.ts';
import type { Report } from './index.ts';
import { referenceCustodies } from './reference/custody/subject.ts';
import { referenceExchanges } from './reference/exchange/subject.ts';
import { referenceKycs } from './reference/kyc/subject.ts';
import { referencePayments } from './reference/payment/subject.ts';
import { referenceScreenings } from './reference/screening/subject.ts';
import { screeningSuite } from './screening/suite.ts';

const contracts = [
  { name: 'payment', prefix: 'PAY', suite: paymentSuite, references: referencePayments },
  { name: 'exchange', prefix: 'EXC', suite: exchangeSuite, references: referenceExchanges },
  { name: 'custody', prefix: 'CUS', suite: custodySuite, references: referenceCustodies },
  { name: 'kyc', prefix: 'KYC', suite: kycSuite, references: referenceKycs },
  { name: 'screening', prefix: 'SCR', suite: screeningSuite, references: referenceScreenings },
] as const;

describe.each(contracts)('$name', ({ name, prefix, suite, references }) => {
  const ids: readonly string[] = suite.clauses.map(({ id }) => id);

  test('clauses are numbered without a gap', () => {
    expect(ids).toEqual(ids.map((_, index) => `${prefix}-${String(index + 1).padStart(2, '0')}`));
  });

  test('docs/spec has the same clauses under the same titles', () => {
    const page = readFileSync(new URL(`../../../docs/spec/${name}.md`, import.meta.url), 'utf8');
    const written = [...page.matchAll(/^## (\S+)\n\n\*\*(.+?)\.\*\* \S/gm)].map(([, id, title]) => `${id} ${title}`);
    expect(written).toEqual(suite.clauses.map(({ id, title }) => `${id} ${title}`));
  });

  test('every clause is asked of a reference adapter, and every mutant is killed', async () => {
    const reports: Report[] = [];
    for (const reference of references) reports.push(await runConformance(reference, { mutants: true }));
    const green = new Set<string>();
    const killers = new Set<string>();
    for (const { clauses, mutants } of reports) {
      expect(clauses.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect(mutants.filter(({ outcome }) => outcome === 'survived')).toEqual([]);
      for (const { id, outcome } of clauses) if (outcome === 'green') green.add(id);
      for (const { clause, outcome } of mutants) if (outcome === 'killed') killers.add(clause);
    }
    expect([...green].toSorted()).toEqual(ids.toSorted());
    expect([...killers].toSorted()).toEqual(ids.toSorted());
  });

  test('no mutant of one clause has the name of another', () => {
    const names = suite.mutants.map(({ id, clause }) => `${clause} ${id}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

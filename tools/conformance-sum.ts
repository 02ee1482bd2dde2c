/** `node tools/conformance-sum.ts FILE`: what a report of `pnpm conformance --json` says, in lines for a log. */

import { readFileSync } from 'node:fs';

interface Line {
  readonly outcome: string;
}

interface Report {
  readonly package: string;
  readonly subject: string;
  readonly clauses: readonly ({ readonly id: string; readonly failure?: string } & Line)[];
  readonly mutants: readonly ({ readonly id: string; readonly clause: string } & Line)[];
  readonly unreviewed: readonly string[];
}

const { reports } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as { readonly reports: readonly Report[] };
const sum = { passed: 0, failed: 0 };
for (const { package: name, subject, clauses, mutants, unreviewed } of reports) {
  const problems = [
    ...clauses.filter(({ outcome }) => outcome === 'failed').map(({ id, failure }) => `${id}: ${failure ?? ''}`),
    ...mutants
      .filter(({ outcome }) => outcome === 'survived')
      .map(({ id, clause }) => `the mutant "${id}" survived ${clause}`),
    ...unreviewed.map((difference) => `exclusions are not the reviewed ones: ${difference}`),
  ];
  const good = clauses.filter(({ outcome }) => outcome === 'green').length;
  const killed = mutants.filter(({ outcome }) => outcome === 'killed').length;
  const excluded = clauses.filter(({ outcome }) => outcome === 'excluded').length;
  sum.passed += good + killed;
  sum.failed += problems.length;
  console.log(`${name} ${subject}: ${good} clauses hold, ${excluded} do not apply, ${killed} mutants killed`);
  for (const problem of problems) console.log(`  ${problem}`);
}
console.log(`${sum.passed} passed, ${sum.failed} failed`);

/**
 * `pnpm conformance [NAME] [--json] [--update]`: asks every adapter every clause of its contract, and every clause of a
 * mutant.
 *
 * Subjects are what `packages/NAME/test/conformance.ts` exports as `subjects`. Which clauses a subject's manifest
 * excludes is reviewed in `conformance.expected.json` beside it; `--update` writes that file anew.
 *
 * Exit code 1: a clause failed, a mutant survived, or the exclusions are not the reviewed ones. 2: wrong usage.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runConformance } from '../packages/testkit/src/index.ts';
import type { ConformanceSubject, Report } from '../packages/testkit/src/index.ts';
import { runProgram, UsageError } from './command-line.ts';

/** For each subject, the manifest field that excludes each clause which is not asked. */
type Exclusions = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Checked extends Report {
  readonly package: string;
  /** Clauses whose exclusion differs from the reviewed one. */
  readonly unreviewed: readonly string[];
}

const packages = resolve(import.meta.dirname, '../packages');

function findPackages(wanted: string | undefined): readonly string[] {
  const found = readdirSync(packages).filter((name) => existsSync(join(packages, name, 'test/conformance.ts')));
  return wanted === undefined ? found : found.filter((name) => name === wanted || name === `provider-${wanted}`);
}

async function loadSubjects(name: string): Promise<readonly ConformanceSubject[]> {
  const url = pathToFileURL(join(packages, name, 'test/conformance.ts')).href;
  const { subjects } = (await import(url)) as { readonly subjects?: readonly ConformanceSubject[] };
  if (!subjects) throw new Error(`packages/${name}/test/conformance.ts does not export subjects`);
  return subjects;
}

function exclusionsOf(reports: readonly Report[]): Exclusions {
  return Object.fromEntries(
    reports.map(({ contract, subject, clauses }) => [
      `${contract}:${subject}`,
      Object.fromEntries(
        clauses.flatMap((clause) => (clause.outcome === 'excluded' ? [[clause.id, clause.excludedBy]] : [])),
      ),
    ]),
  );
}

function compare(actual: Exclusions, reviewed: Exclusions, key: string): readonly string[] {
  const now = actual[key] ?? {};
  const then = reviewed[key];
  if (!then) return Object.keys(now).length > 0 ? ['(nothing is reviewed yet)'] : [];
  return [...new Set([...Object.keys(now), ...Object.keys(then)])].filter((id) => now[id] !== then[id]);
}

async function check(name: string, update: boolean): Promise<readonly Checked[]> {
  const reports: Report[] = [];
  for (const subject of await loadSubjects(name)) reports.push(await runConformance(subject, { mutants: true }));
  const file = join(packages, name, 'test/conformance.expected.json');
  const actual = exclusionsOf(reports);
  if (update) writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`);
  const reviewed = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Exclusions) : {};
  return reports.map((report) => ({
    ...report,
    package: name,
    unreviewed: compare(actual, reviewed, `${report.contract}:${report.subject}`),
  }));
}

function count<T extends { readonly outcome: string }>(results: readonly T[], outcome: T['outcome']): number {
  return results.filter((result) => result.outcome === outcome).length;
}

function printTable(reports: readonly Checked[]): void {
  const rows = reports.map(({ package: name, contract, subject, clauses, mutants }) => [
    name,
    contract,
    subject,
    `${count(clauses, 'green')}`,
    `${count(clauses, 'failed')}`,
    `${count(clauses, 'excluded')}`,
    `${count(mutants, 'killed')} of ${mutants.length - count(mutants, 'excluded')}`,
  ]);
  const table = [['package', 'contract', 'subject', 'green', 'failed', 'excluded', 'mutants killed'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  for (const { package: name, subject, clauses, mutants, unreviewed } of reports) {
    for (const clause of clauses) {
      if (clause.outcome !== 'failed') continue;
      console.log(`\n${name} ${subject}: ${clause.id} ${clause.title}\n  ${clause.failure.replaceAll('\n', '\n  ')}`);
    }
    for (const { id, clause, outcome } of mutants) {
      if (outcome === 'survived') console.log(`\n${name} ${subject}: the mutant "${id}" survived ${clause}`);
    }
    if (unreviewed.length === 0) continue;
    console.log(
      `\n${name} ${subject}: exclusions differ from test/conformance.expected.json: ${unreviewed.join(', ')}`,
    );
    console.log(`  Read them, then: pnpm conformance ${name} --update`);
  }
}

const usage = `pnpm conformance [NAME] [--json] [--update]

  NAME      one adapter: ${findPackages(undefined).join(', ')}; default all of them
  --json    every clause and every mutant, as one JSON object
  --update  writes the reviewed exclusions anew: read the change before you commit it

Exit codes: 0 green, 1 a clause failed, a mutant survived or the exclusions are not the reviewed ones, 2 wrong usage.`;

const options = {
  json: { type: 'boolean', default: false },
  update: { type: 'boolean', default: false },
} as const;

process.exitCode = await runProgram({ name: 'conformance', usage, options, mostWords: 1 }, async (values, [wanted]) => {
  const names = findPackages(wanted);
  if (names.length === 0)
    throw new UsageError(`no adapter called "${wanted ?? ''}"; there are: ${findPackages(undefined).join(', ')}`);
  const reports: Checked[] = [];
  for (const name of names) reports.push(...(await check(name, values.update)));
  const ok = reports.every(
    ({ clauses, mutants, unreviewed }) =>
      count(clauses, 'failed') === 0 && count(mutants, 'survived') === 0 && unreviewed.length === 0,
  );
  if (values.json) console.log(JSON.stringify({ ok, reports }));
  else printTable(reports);
  return ok ? 0 : 1;
});
// A library below an adapter may leave a timer of weeks behind. Everything was asked; nothing is waited for.
process.stdout.write('', () => process.exit());

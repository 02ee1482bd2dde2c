/**
 * `pnpm check [--only NAME]… [--json]`: every static check, one line each; output only of what failed.
 *
 * Exit code 1: a check failed. 2: wrong usage.
 */

import { join } from 'node:path';
import { runProgram, UsageError } from './command-line.ts';
import { root } from './packages.ts';
import { runCommand } from './run-command.ts';
import type { CommandResult } from './run-command.ts';

const folders = ['packages', 'examples', 'templates', 'tools', 'bench'];

interface Check {
  readonly name: string;
  /** Checks that must have gone well first. */
  readonly after?: readonly string[];
  readonly run: () => Promise<CommandResult>;
}

interface Finding extends CommandResult {
  readonly name: string;
  readonly seconds: number;
}

function program(command: string, ...args: readonly string[]): () => Promise<CommandResult> {
  return () => runCommand(join(root, 'node_modules/.bin', command), args, { cwd: root });
}

function tool(name: string): () => Promise<CommandResult> {
  return () => runCommand(process.execPath, [join(root, 'tools', name)], { cwd: root });
}

function buildAll(): Promise<CommandResult> {
  return runCommand('pnpm', ['--recursive', '--no-bail', '--filter', './packages/*', 'run', 'build'], { cwd: root });
}

/** In the order in which they start, two at a time: what others wait for comes first. */
const checks: readonly Check[] = [
  { name: 'build', run: buildAll },
  { name: 'format', run: program('oxfmt', '--check', '.') },
  { name: 'types', run: program('tsc', '--noEmit') },
  { name: 'boundaries', run: tool('check-boundaries.ts') },
  { name: 'docs', run: tool('check-docs.ts') },
  { name: 'providers', run: tool('provider-docs.ts') },
  { name: 'knip', run: program('knip', '--no-config-hints') },
  { name: 'private', run: tool('check-private.ts') },
  { name: 'lint', run: program('oxlint', '--type-aware', ...folders) },
  { name: 'api', after: ['build'], run: tool('api-report.ts') },
  { name: 'packed', after: ['build'], run: tool('check-packed.ts') },
];

async function perform({ name, run }: Check): Promise<Finding> {
  const startedAt = performance.now();
  const result = await run();
  return { name, ...result, seconds: Math.round((performance.now() - startedAt) / 100) / 10 };
}

/** Runs checks two at a time, each one after those it needs. A check whose need failed fails too. */
async function performAll(wanted: readonly Check[], tell: (finding: Finding) => void): Promise<readonly Finding[]> {
  const findings = new Map<string, Finding>();
  const waiting = [...wanted];
  const names = new Set(wanted.map(({ name }) => name));
  const isReady = ({ after = [] }: Check) => after.every((name) => !names.has(name) || findings.has(name));
  const running = new Set<Promise<void>>();
  const start = (check: Check) => {
    const broken = check.after?.find((name) => findings.get(name)?.ok === false);
    const work = broken
      ? Promise.resolve({ name: check.name, ok: false, output: `not run: "${broken}" failed\n`, seconds: 0 })
      : perform(check);
    const done = work.then((finding) => {
      findings.set(check.name, finding);
      running.delete(done);
      tell(finding);
    });
    running.add(done);
  };
  while (waiting.length > 0 || running.size > 0) {
    const next = running.size < 2 ? waiting.findIndex(isReady) : -1;
    if (next >= 0) waiting.splice(next, 1).forEach(start);
    else await Promise.race(running);
  }
  return [...findings.values()];
}

const usage = `pnpm check [--only NAME]… [--json]

  --only NAME  ${checks.map(({ name }) => name).join(', ')}
  --json       one JSON object at the end

Exit codes: 0 all is well, 1 a check failed, 2 wrong usage.`;

const options = {
  only: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

process.exitCode = await runProgram({ name: 'check', usage, options }, async ({ only = [], json }) => {
  const unknown = only.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no check "${unknown}"`);
  const wanted = checks.filter(({ name }) => only.length === 0 || only.includes(name));
  const findings = await performAll(wanted, ({ name, ok, seconds, output }) => {
    if (json) return;
    console.log(`${name.padEnd(12)} ${seconds.toFixed(1).padStart(5)} s  ${ok ? 'ok' : 'failed'}`);
    if (!ok) console.log(output.trimEnd().replaceAll(/^/gm, '  '));
  });
  const ok = findings.every((finding) => finding.ok);
  if (json) {
    const told = findings.map((finding) => ({ ...finding, output: finding.ok ? '' : finding.output }));
    console.log(JSON.stringify({ ok, checks: told }));
  }
  return ok ? 0 : 1;
});

/**
 * `node tools/check-packed.ts`: packs every package as it would be published, and checks the tarballs: publint, attw,
 * and an installation in an empty folder from which every entry is imported. Needs a build; needs no network.
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAll } from './pack.ts';
import { listPackages, readManifest, root, specifierOf } from './packages.ts';
import type { WorkspacePackage } from './packages.ts';
import { runCommand } from './run-command.ts';
import type { CommandResult } from './run-command.ts';

/** Entries that are started and not imported, or that need a program around them: they are parsed only. */
const notImported = /-process$|\/main$|\/vitest$/;

const work = mkdtempSync(join(tmpdir(), 'rielrails-packed-'));
const problems: string[] = [];

function judge(what: string, { ok, output }: CommandResult): boolean {
  if (!ok) problems.push(`${what}\n${output.trimEnd()}`);
  return ok;
}

async function lint(tarball: string): Promise<void> {
  const bin = join(root, 'node_modules/.bin');
  judge(`publint ${tarball}`, await runCommand(join(bin, 'publint'), ['run', '--strict', join(work, tarball)]));
  const types = await runCommand(join(bin, 'attw'), ['--no-color', '--profile', 'esm-only', join(work, tarball)]);
  judge(`attw ${tarball}`, types);
}

async function importEverything(packages: readonly WorkspacePackage[], modules: string): Promise<void> {
  const specifiers: string[] = [];
  for (const { manifest } of packages) {
    const published = readManifest(join(modules, manifest.name, 'package.json'));
    for (const [entry, target] of Object.entries(published.exports)) {
      if (typeof target === 'string') continue;
      const file = join(modules, manifest.name, target.default);
      if (notImported.test(entry))
        judge(`${manifest.name} ${entry}`, await runCommand(process.execPath, ['--check', file]));
      else specifiers.push(specifierOf(manifest.name, entry));
    }
    for (const [name, target] of Object.entries(published.bin ?? {})) {
      const file = join(modules, manifest.name, target);
      if (!existsSync(file)) problems.push(`${manifest.name}: bin "${name}" is not in the tarball: ${target}`);
      else judge(`${manifest.name} bin ${name}`, await runCommand(process.execPath, ['--check', file]));
    }
  }
  const script = specifiers.map((specifier) => `await load(${JSON.stringify(specifier)});`).join('\n');
  const load = `async function load(name) {
  const names = Object.keys(await import(name));
  if (names.length === 0) throw new Error(name + ': exports nothing');
}\n`;
  writeFileSync(join(work, 'import-everything.mjs'), load + script);
  judge(
    'import of every entry',
    await runCommand(process.execPath, [join(work, 'import-everything.mjs')], { cwd: work }),
  );
}

try {
  const packages = listPackages();
  const { packed, tarballs, modules, missing } = await packAll(work);
  if (judge('pnpm pack', packed)) {
    problems.push(...missing);
    const half = Math.ceil(tarballs.length / 2);
    const lintAll = async (some: readonly string[]) => {
      for (const tarball of some) await lint(tarball);
    };
    await Promise.all([lintAll(tarballs.slice(0, half)), lintAll(tarballs.slice(half))]);
    await importEverything(packages, modules);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exitCode = 1;

/**
 * `node tools/check-packed.ts`: packs every package as it would be published, and checks the tarballs: publint, attw,
 * and an installation in an empty folder from which every entry is imported. Needs a build; needs no network.
 */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

/** Unpacks a tarball as an installer would, with nothing beside it but what its package.json asks for. */
async function install({ path }: WorkspacePackage, tarball: string, modules: string): Promise<void> {
  const unpacked = join(work, 'unpacked', tarball);
  mkdirSync(unpacked, { recursive: true });
  await runCommand('tar', ['-xzf', join(work, tarball), '--strip-components=1', '-C', unpacked]);
  const manifest = readManifest(join(unpacked, 'package.json'));
  const home = join(modules, manifest.name);
  mkdirSync(dirname(home), { recursive: true });
  await runCommand('mv', [unpacked, home]);
  const wanted = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
  for (const name of Object.keys(wanted)) {
    if (name.startsWith('@rielrails/')) continue;
    const found = [path, root].map((folder) => join(folder, 'node_modules', name)).find(existsSync);
    if (!found) continue;
    const link = join(home, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(found), link);
  }
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
  const packed = await runCommand(
    'pnpm',
    ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', work],
    { cwd: root },
  );
  if (judge('pnpm pack', packed)) {
    const tarballs = readdirSync(work).filter((name) => name.endsWith('.tgz'));
    const modules = join(work, 'node_modules');
    for (const one of packages) {
      const { name, version } = one.manifest;
      const tarball = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
      if (tarballs.includes(tarball)) await install(one, tarball, modules);
      else problems.push(`${name}: no tarball ${tarball}`);
    }
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

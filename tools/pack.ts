import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listPackages, readManifest, root } from './packages.ts';
import type { WorkspacePackage } from './packages.ts';
import { runCommand } from './run-command.ts';
import type { CommandResult } from './run-command.ts';

/** Every package as it would be published. */
export interface Packed {
  readonly packed: CommandResult;
  /** File names within the folder. */
  readonly tarballs: readonly string[];
  /** A `node_modules` into which all of them are installed. */
  readonly modules: string;
  /** A sentence for each package that gave no tarball. */
  readonly missing: readonly string[];
}

/** Packs every package into a folder and installs them there, beside nothing. Needs a build; needs no network. */
export async function packAll(work: string): Promise<Packed> {
  const modules = join(work, 'node_modules');
  const arguments_ = ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', work];
  const packed = await runCommand('pnpm', arguments_, { cwd: root });
  const tarballs = readdirSync(work).filter((name) => name.endsWith('.tgz'));
  const missing: string[] = [];
  if (!packed.ok) return { packed, tarballs, modules, missing };
  for (const one of listPackages()) {
    const { name, version } = one.manifest;
    const tarball = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
    if (tarballs.includes(tarball)) await install(one, tarball, work, modules);
    else missing.push(`${name}: no tarball ${tarball}`);
  }
  return { packed, tarballs, modules, missing };
}

/** Unpacks a tarball as an installer would, with nothing beside it but what its package.json asks for. */
async function install({ path }: WorkspacePackage, tarball: string, work: string, modules: string): Promise<void> {
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

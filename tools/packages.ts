import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What the tools read of a package.json. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /** Of adapters: the provider's name, and what was run against what. */
  readonly rielrails?: {
    readonly title: string;
    readonly verified: readonly { readonly what: string; readonly against: string; readonly when?: string }[];
  };
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of this workspace. */
export interface WorkspacePackage {
  /** The folder's name. */
  readonly folder: string;
  /** The folder, absolute. */
  readonly path: string;
  readonly manifest: PackageManifest;
}

/** Names of the folders that hold adapters. */
export const ADAPTER: RegExp = /^(?:provider|custody|kyc)-|^(?:exchange|wallet|screening)$/;

/** The root of the workspace. */
export const root: string = resolve(import.meta.dirname, '..');

/** Every package that is published, by folder name. */
export function listPackages(): readonly WorkspacePackage[] {
  const folders = readdirSync(join(root, 'packages')).sort();
  return folders.flatMap((folder) => {
    const path = join(root, 'packages', folder);
    const file = join(path, 'package.json');
    return existsSync(file) ? [{ folder, path, manifest: readManifest(file) }] : [];
  });
}

/** Whether a package speaks to a provider. */
export function isAdapter({ folder }: WorkspacePackage): boolean {
  return ADAPTER.test(folder);
}

/** Reads a package.json. */
export function readManifest(file: string): PackageManifest {
  return JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
}

/** `@rielrails/kit` and `./emulator` make `@rielrails/kit/emulator`. */
export function specifierOf(name: string, entry: string): string {
  return entry === '.' ? name : `${name}${entry.slice(1)}`;
}

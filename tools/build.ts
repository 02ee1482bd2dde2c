/**
 * Builds the package in the current folder into `dist`: tsup for JavaScript, `tsc` for declarations.
 *
 * There is one JavaScript file for every source that `exports` or `bin` names. What a program starts by path must
 * therefore be an export of its package.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'tsup';
import { runCommand } from './run-command.ts';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

const SOURCE = /^\.\/src\/(.+)\.ts$/;
const SHEBANG = '#!/usr/bin/env node\n';

const manifest = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
const programs = namesOf(Object.values(manifest.bin ?? {}));
const names = namesOf(Object.values(manifest.exports)).concat(programs);

function namesOf(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => SOURCE.exec(path)?.[1] ?? []);
}

/** Lets a program be started by its name; source maps count the added line. */
async function addShebang(name: string): Promise<void> {
  const file = `dist/${name}.js`;
  const code = await readFile(file, 'utf8');
  if (code.startsWith('#!')) return;
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8')) as { mappings: string };
  map.mappings = `;${map.mappings}`;
  await writeFile(file, SHEBANG + code, { mode: 0o755 });
  await writeFile(`${file}.map`, JSON.stringify(map));
}

await build({
  config: false,
  entry: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  tsconfig: 'tsconfig.build.json',
  format: ['esm'],
  platform: 'node',
  target: 'node22',
  splitting: true,
  sourcemap: true,
  dts: false,
  clean: true,
  silent: true,
  // Smaller to fetch and quicker to read; names stay, for whoever meets them in a stack trace without the source maps.
  esbuildOptions(options) {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
});
for (const name of programs) await addShebang(name);
const tsc = resolve(import.meta.dirname, '../node_modules/.bin/tsc');
const declarations = await runCommand(tsc, ['-p', 'tsconfig.build.json']);
process.stdout.write(declarations.output);
if (!declarations.ok) process.exitCode = 1;

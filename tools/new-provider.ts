/**
 * `pnpm new:provider NAME`: copies templates/provider into packages/provider-NAME, under its own name.
 *
 * Exit code 2: a name that cannot be used.
 */

import { cpSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, UsageError } from './command-line.ts';
import { namesOf, refusalOf } from './provider-names.ts';
import { root } from './packages.ts';

const usage = `pnpm new:provider NAME

Makes packages/provider-NAME: a typed skeleton, a strict emulator with one route, and a suite that is red and says what to
write where. NAME: lower-case words with hyphens, such as demo-bank. The guide: docs/adding-a-provider.md`;

const command = { name: 'new:provider', usage, options: {}, mostWords: 1 } as const;

process.exitCode = await runProgram(command, async (_values, [name = '']) => {
  const folder = join(root, 'packages', `provider-${name}`);
  const refusal = refusalOf(name, existsSync(folder));
  if (refusal) throw new UsageError(refusal);
  cpSync(join(root, 'templates/provider'), folder, {
    recursive: true,
    filter: (path) => !/\/(?:node_modules|dist|etc)(?:\/|$)/.test(path.slice(root.length)),
  });
  const names = namesOf(name);
  for (const file of globSync('**/*.{ts,json,md}', { cwd: folder })) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8')
      .replace('  "private": true,\n', '')
      .replaceAll('ACME', names.title)
      .replaceAll('Acme', names.type)
      .replaceAll('acmeSubject', names.variable)
      .replaceAll('acmeManifest', `${names.variable}Manifest`)
      .replaceAll('acme', names.folder);
    writeFileSync(path, text);
  }
  console.log(`packages/provider-${name}: made. Next, and after every step:\n\n  pnpm conformance ${name}\n`);
  console.log('It says what to write where. The guide: docs/adding-a-provider.md');
  return 0;
});

/**
 * `node tools/api-report.ts [--update]`: keeps what each package exports in `packages/NAME/etc/api.d.ts`, so that a
 * change of the API shows in a review. Needs a build. Exit code 1: a report is out of date.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { listPackages, root, specifierOf } from './packages.ts';
import type { WorkspacePackage } from './packages.ts';

const packages = listPackages();
const entries = packages.flatMap((one) => entriesOf(one).map(({ file }) => file));
const program = ts.createProgram(entries, {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  types: ['node'],
});
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });

function entriesOf({ path, manifest }: WorkspacePackage): readonly { readonly entry: string; readonly file: string }[] {
  return Object.entries(manifest.exports).flatMap(([entry, target]) => {
    const name = typeof target === 'string' ? /^\.\/src\/(.+)\.ts$/.exec(target)?.[1] : undefined;
    return name === undefined ? [] : [{ entry, file: join(path, 'dist', `${name}.d.ts`) }];
  });
}

/** The declarations of an entry's exports, by name. What is declared in another package is only named. */
function describeEntry(file: string, home: string): string {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) return '// exports nothing';
  const exported = checker.getExportsOfModule(module).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return exported.map((symbol) => describe(symbol, home)).join('\n');
}

function describe(symbol: ts.Symbol, home: string): string {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const texts = (target.declarations ?? []).map((declaration) => {
    const source = declaration.getSourceFile();
    if (!source.fileName.startsWith(home)) return `// ${symbol.name}: declared elsewhere`;
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return printer.printNode(ts.EmitHint.Unspecified, node, source);
  });
  const name = symbol.name === target.name ? '' : `// as ${symbol.name}\n`;
  return name + [...new Set(texts)].join('\n');
}

const update = process.argv.includes('--update');
for (const one of packages) {
  const home = join(one.path, 'dist');
  const missing = entriesOf(one).find(({ file }) => !existsSync(file));
  if (missing) {
    console.log(`${relative(root, missing.file)} is missing: build first`);
    process.exitCode = 1;
    continue;
  }
  const parts = entriesOf(one).map(({ entry, file }) => {
    return `// ── ${specifierOf(one.manifest.name, entry)}\n\n${describeEntry(file, home)}\n`;
  });
  const report = parts.join('\n');
  const file = join(one.path, 'etc/api.d.ts');
  if (existsSync(file) && readFileSync(file, 'utf8') === report) continue;
  if (update) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, report);
    console.log(`${relative(root, file)}: written`);
  } else {
    console.log(`${relative(root, file)}: the exported API is another one; read the change, then: pnpm api`);
    process.exitCode = 1;
  }
}

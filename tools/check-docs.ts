/**
 * `node tools/check-docs.ts`: every TypeScript block of the documents compiles, each as a module of its own, and every
 * link to a file leads to one. README.md shows one adapter in at most fifteen lines and the engine in at most thirty.
 *
 * Exit code 1: one of that is not so; errors name the document and the line.
 */

import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { countCodeLines, readCodeBlocks } from './code-blocks.ts';
import { listPackages, root } from './packages.ts';
import { runCommand } from './run-command.ts';

const documents = globSync(['*.md', '{packages,examples}/*/README.md', 'docs/**/*.md'], { cwd: root }).sort();
const problems: string[] = [];

/** A module of the folder in which the blocks are compiled. */
interface Module {
  readonly document: string;
  readonly line: number;
}

function collectModules(folder: string): ReadonlyMap<string, Module> {
  const modules = new Map<string, Module>();
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8');
    for (const { line, code } of readCodeBlocks(text)) {
      const name = `${document.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${line}.ts`;
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
      modules.set(name, { document, line });
    }
  }
  return modules;
}

/** Lets blocks import every package of the workspace by its name, and what the examples use. */
function linkPackages(folder: string): void {
  const scope = join(folder, 'node_modules/@rielrails');
  mkdirSync(scope, { recursive: true });
  for (const { manifest, path } of listPackages()) symlinkSync(path, join(folder, 'node_modules', manifest.name));
  for (const name of ['grammy', 'hono', 'zod']) {
    const owner = globSync(`{packages,examples}/*/node_modules/${name}`, { cwd: root })[0];
    if (owner) symlinkSync(join(root, owner), join(folder, 'node_modules', name));
  }
}

async function compileBlocks(): Promise<void> {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache/docs-'));
  try {
    const modules = collectModules(folder);
    linkPackages(folder);
    const compilerOptions = {
      noEmit: true,
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [join(root, 'node_modules/@types')],
    };
    const settings = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    const compiler = join(root, 'node_modules/.bin/tsc');
    const { ok, output } = await runCommand(compiler, ['-p', 'tsconfig.json', '--pretty', 'false'], { cwd: folder });
    if (ok) return;
    problems.push(
      output.trimEnd().replaceAll(/^(\S+\.ts)\((\d+),\d+\)/gm, (match, name: string, line: string) => {
        const module = modules.get(name);
        return module ? `${module.document}:${module.line + Number(line) - 1}` : match;
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The two promises of the README about brevity. */
function countReadme(): void {
  const blocks = readCodeBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
  const limits = [
    { what: 'one adapter', mark: /@rielrails\/provider-/, without: /createOrders\(/, most: 15 },
    { what: 'the engine', mark: /createOrders\(/, without: /(?!)/, most: 30 },
  ];
  for (const { what, mark, without, most } of limits) {
    const block = blocks.find(({ code }) => mark.test(code) && !without.test(code));
    const lines = block ? countCodeLines(block.code) : 0;
    if (!block) problems.push(`README.md: shows no block with ${what}`);
    else if (lines > most) problems.push(`README.md:${block.line}: ${what} takes ${lines} lines, more than ${most}`);
  }
}

/** Links to files of this repository. */
function checkLinks(): void {
  for (const document of documents) {
    readFileSync(join(root, document), 'utf8')
      .split('\n')
      .forEach((text, index) => {
        for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
          const path = decodeURIComponent(target.split('#')[0] ?? '');
          if (path === '' || /^[a-z]+:/.test(path)) continue;
          const file = join(root, dirname(document), path);
          if (relative(root, file).startsWith('..') || !existsSync(file))
            problems.push(`${document}:${index + 1}: the link leads nowhere: ${target}`);
        }
      });
  }
}

await compileBlocks();
countReadme();
checkLinks();
for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exitCode = 1;

/**
 * `pnpm try:guide`: follows docs/adding-a-provider.md to the letter, in a clean clone of the last commit: every `sh` block
 * is run, and every block that names a file becomes that file of the new package.
 *
 * Exit code 1: a step of the guide failed, or the package that it makes is not green. Needs no network.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readFencedBlocks } from './code-blocks.ts';
import { runProgram } from './command-line.ts';
import { root } from './packages.ts';
import { runCommand } from './run-command.ts';

const PACKAGE = 'packages/provider-demo-bank';
const GUIDE = 'docs/adding-a-provider.md';

const usage = `pnpm try:guide

Follows ${GUIDE} to the letter, in a clean clone of the last commit. Needs no network.

Exit codes: 0 the package that it makes is green, 1 a step failed, 2 wrong usage.`;

/** Runs lines as a reader would: by hand, and not on a build machine, where a changed lockfile is refused. */
async function run(folder: string, what: string, lines: string): Promise<boolean> {
  const { ok, output } = await runCommand('env', ['-u', 'CI', 'bash', '-euo', 'pipefail', '-c', lines], {
    cwd: folder,
  });
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${what}`);
  if (!ok) console.log(output.trimEnd().slice(-6000));
  return ok;
}

async function follow(folder: string): Promise<boolean> {
  if (
    !(await run(
      folder,
      'a clean clone',
      `git clone --quiet --local '${root}' . && pnpm install --offline --frozen-lockfile`,
    ))
  )
    return false;
  for (const { info, line, code } of readFencedBlocks(readFileSync(join(folder, GUIDE), 'utf8'))) {
    const [, file] = /^ts (\S+\/\S+\.ts)$/.exec(info) ?? [];
    if (file) {
      const path = join(folder, PACKAGE, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${code}\n`);
      console.log(`ok      ${GUIDE}:${line}: ${file}`);
    } else if (info === 'sh') {
      for (const command of code.split('\n'))
        if (!(await run(folder, `${GUIDE}:${line}: ${command}`, command))) return false;
    }
  }
  return true;
}

process.exitCode = await runProgram({ name: 'try:guide', usage, options: {} }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rielrails-guide-'));
  try {
    return (await follow(folder)) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

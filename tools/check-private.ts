/**
 * `node tools/check-private.ts`: nothing of a person's machine and nothing that looks like a live key is committed.
 * Exit code 1: something is; the finding names file, line and rule, never the text.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPrivate } from './private-data.ts';
import { root } from './packages.ts';
import { runCommand } from './run-command.ts';

const listed = await runCommand('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
if (!listed.ok) throw new Error(listed.output);
const MAX_BYTES = 2 * 1024 * 1024;
for (const path of listed.output.split('\0').filter(Boolean)) {
  const bytes = readFileSync(join(root, path), { flag: 'r' });
  if (bytes.length > MAX_BYTES || bytes.includes(0)) continue;
  for (const { line, rule } of findPrivate(bytes.toString('utf8'))) {
    console.log(`${path}:${line}  ${rule}`);
    process.exitCode = 1;
  }
}

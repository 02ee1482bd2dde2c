/** `node tools/check-boundaries.ts`: the arrows between packages and rooms. Exit code 1: one goes the wrong way. */

import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findViolations } from './boundaries.ts';

const root = resolve(import.meta.dirname, '..');
const patterns = [
  'package.json',
  '{packages,examples}/*/package.json',
  '{packages,examples}/*/{src,test}/**/*.ts',
  '{tools,bench}/**/*.ts',
];
const paths = globSync(patterns, { cwd: root }).filter((path) => !path.includes('node_modules'));
const files = new Map(paths.map((path) => [path, readFileSync(resolve(root, path), 'utf8')]));
const violations = findViolations(files);
for (const { path, line, rule } of violations) console.log(`${path}:${line}  ${rule}`);
if (violations.length > 0) process.exitCode = 1;

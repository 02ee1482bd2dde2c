#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runPolicy } from './program.ts';
import { cambodianPolicy } from './read.ts';

process.exitCode = runPolicy(process.argv.slice(2), {
  read: (file) => readFileSync(file ?? cambodianPolicy, 'utf8'),
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
});

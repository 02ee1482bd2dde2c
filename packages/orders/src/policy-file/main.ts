#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { cambodianPolicy } from '../cambodian-policy.ts';
import { runPolicy } from './program.ts';

process.exitCode = runPolicy(process.argv.slice(2), {
  read: (file) => readFileSync(file ?? cambodianPolicy, 'utf8'),
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
});

#!/usr/bin/env node
import { jsonLog, systemClock, systemRuntime } from '@rielrails/kit';
import { runLists } from './lists-program.ts';

process.exitCode = await runLists(process.argv.slice(2), {
  environment: process.env,
  runtime: (options) => systemRuntime({ ...options, log: jsonLog(() => {}, systemClock) }),
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
});

#!/usr/bin/env node
import { runAdmin } from './admin-shell.ts';

process.exitCode = await runAdmin(process.argv.slice(2), {
  environment: process.env,
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
});

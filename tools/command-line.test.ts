import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './packages.ts';
import { runCommand } from './run-command.ts';

const commands = [
  ['check', 'tools/check.ts'],
  ['conformance', 'tools/conformance.ts'],
  ['soak', 'tools/soak.ts'],
  ['bench', 'bench/main.ts'],
  ['new:provider', 'tools/new-provider.ts'],
  ['try:guide', 'tools/try-guide.ts'],
  ['docs:providers', 'tools/provider-docs.ts'],
] as const;

function run(file: string, ...words: readonly string[]) {
  return runCommand(process.execPath, [join(root, file), ...words], { cwd: root });
}

describe('every command', () => {
  test.each(commands)('pnpm %s --help says how it is used, and does nothing else', async (name, file) => {
    const { ok, output } = await run(file, '--help');
    expect(ok).toBe(true);
    expect(output.startsWith(`pnpm ${name}`)).toBe(true);
  });
});

test.each([
  [['--nonsense'], "check: Unknown option '--nonsense'"],
  [['--only'], "check: Option '--only <value>' argument missing"],
  [['types'], 'check: "types" is one word too many'],
  [['--only', 'tipes'], 'check: there is no check "tipes"'],
])('%j is one line and the usage, no stack', async (words, line) => {
  const { ok, output } = await run('tools/check.ts', ...words);
  expect(ok).toBe(false);
  expect(output.split('\n')[0]).toBe(line);
  expect(output).toContain('\npnpm check');
  expect(output).not.toMatch(/\n\s+at /);
});

import { parseArgs } from 'node:util';
import { isInputError, isProviderError } from '@rielrails/core';
import { explainPolicy } from './explain.ts';
import type { ExplainedSection } from './explain.ts';
import { readPolicy } from './read.ts';

const exits = { done: 0, refused: 1, usage: 2 } as const;

/** Where the program runs. `read` gives a file's text; without a file the one for Cambodia. */
export interface PolicyTerminal {
  readonly read: (file: string | null) => string;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const usage = `pnpm policy explain [FILE] [--json]

  Reads a policy file strictly and says in plain words what holds. Without FILE: the starting point for Cambodia.

Exit codes: 0 it can be used, 1 it cannot, with every field that is wrong, 2 wrong usage.
`;

/** `pnpm policy explain [FILE] [--json]`. Gives the exit code. */
export function runPolicy(line: readonly string[], { read, out, error }: PolicyTerminal): number {
  const typed = readLine(line);
  if (!typed) {
    error(usage);
    return exits.usage;
  }
  let text: string;
  try {
    text = read(typed.file);
  } catch {
    error('policy: the file cannot be read\n');
    return exits.refused;
  }
  try {
    const sections = explainPolicy(readPolicy(text));
    out(typed.json ? `${JSON.stringify(sections, null, 2)}\n` : tell(sections));
    return exits.done;
  } catch (problem) {
    if (!isInputError(problem) && !isProviderError(problem)) throw problem;
    error(`${problem.message.replaceAll('; ', '\n  ')}\n`);
    return exits.refused;
  }
}

function readLine(line: readonly string[]): { readonly file: string | null; readonly json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...line],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [command, file = null, more] = positionals;
    return command === 'explain' && more === undefined ? { file, json: values.json } : null;
  } catch {
    return null;
  }
}

function tell(sections: readonly ExplainedSection[]): string {
  return sections
    .map(({ title, lines }) => {
      const told = lines.map(({ holds, ground }) =>
        ground === null ? `  ${holds}` : `  ${holds}\n      [${ground.standing}] ${ground.says}`,
      );
      return `${title}\n${told.join('\n')}\n`;
    })
    .join('\n');
}

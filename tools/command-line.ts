import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Somebody typed what the command does not take; the message says what it takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How a command is told what to do. */
export interface CommandLine<T extends Options> {
  /** As it is typed: `soak`. */
  readonly name: string;
  /** What `--help` prints. */
  readonly usage: string;
  readonly options: T;
  /** Words that are no options: how many it takes at most. */
  readonly mostWords?: number;
}

/**
 * Reads the command line and runs the command. `--help` ends with 0; wrong usage is one line and ends with 2.
 *
 * @returns The exit code.
 */
export async function runProgram<const T extends Options>(
  { name, usage, options, mostWords = 0 }: CommandLine<T>,
  main: (
    values: ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>['values'],
    words: readonly string[],
  ) => Promise<number>,
): Promise<number> {
  const help = `${usage.trim()}\n`;
  try {
    if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
      process.stdout.write(help);
      return 0;
    }
    const { values, positionals } = read(options);
    if (positionals.length > mostWords) throw new UsageError(`"${positionals[mostWords]}" is one word too many`);
    return await main(values, positionals);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n\n${help}`);
    return 2;
  }
}

function read<const T extends Options>(options: T) {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    // Node's own sentence goes on about "--" after its first full stop.
    if (error instanceof TypeError) throw new UsageError(error.message.replace(/\. .*$/s, ''));
    throw error;
  }
}

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isInputError } from '@rielrails/core';
import { createTransport, Secret } from '@rielrails/kit';
import { adminCommands, commandPath, findCommand, PLAY_TOKEN, readInput } from '@rielrails/orders/admin';
import type { AdminCommand, CommandArgument } from '@rielrails/orders/admin';
import { tell } from './admin-tell.ts';
import { secretReader } from './secrets.ts';

const exits = { done: 0, refused: 1, usage: 2, unreachable: 3, differs: 4 } as const;
const DEFAULT_DOOR = 'http://127.0.0.1:8081';
const ANSWER_WITHIN_MS = 30_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with the command line. */
class UsageError extends Error {}

/** Where an operators' shell runs. */
export interface Terminal {
  readonly environment: Environment;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/**
 * The operators' shell: sends one command to the door of a bot that runs on this machine, and gives the exit code.
 *
 * Nothing is ever sent twice.
 */
export async function runAdmin(line: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await perform(line, terminal);
  } catch (error) {
    const isUsage = error instanceof UsageError || isInputError(error);
    if (!isUsage && !(error instanceof UnreachableError)) throw error;
    terminal.error(`admin: ${error.message}\n`);
    return isUsage ? exits.usage : exits.unreachable;
  }
}

async function perform(line: readonly string[], { environment, out, error: say }: Terminal): Promise<number> {
  const { values, positionals } = readLine(line);
  if (values.help || positionals.length === 0) {
    out(help());
    return values.help ? exits.done : exits.usage;
  }
  const { command, given } = findTyped(positionals);
  const input = readInput(command, given);
  const door = readDoor(values.door ?? environment['RIELRAILS_ADMIN_DOOR'] ?? DEFAULT_DOOR);
  const token = readToken(values.as, environment);
  const { status, answer } = await ask(door, token, command, input);
  if (status === 200) {
    out(values.json ? `${JSON.stringify(answer)}\n` : (tableIn(answer) ?? tell(answer)));
    return (answer as { readonly agrees?: boolean }).agrees === false ? exits.differs : exits.done;
  }
  const { error } = answer as { readonly error?: { readonly message?: string } };
  say(values.json && error ? `${JSON.stringify({ error })}\n` : `${error?.message ?? `the door answered ${status}`}\n`);
  // 5xx: nobody knows what happened, as if no answer had come.
  return status < 500 ? exits.refused : exits.unreachable;
}

/** A report that is a table for programs is given as it is, to be led into a file. */
function tableIn(answer: unknown): string | null {
  const { csv } = answer as { readonly csv?: unknown };
  return typeof csv === 'string' ? csv : null;
}

function readLine(line: readonly string[]): {
  readonly values: { readonly help: boolean; readonly json: boolean; readonly as?: string; readonly door?: string };
  readonly positionals: readonly string[];
} {
  try {
    return parseArgs({
      args: [...line],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        as: { type: 'string' },
        door: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'wrong usage', { cause: error });
  }
}

/** The command that was typed, of one word or of two, and its arguments by name. */
function findTyped(words: readonly string[]): {
  readonly command: AdminCommand;
  readonly given: Readonly<Record<string, string>>;
} {
  const [first = '', second = ''] = words;
  const two = second === '' ? null : findCommand(`${first} ${second}`);
  const command = two ?? findCommand(first);
  if (!command) throw new UsageError('there is no such command; see --help');
  const rest = words.slice(two ? 2 : 1);
  if (rest.length > command.arguments.length) throw new UsageError(`usage: ${usage(command)}`);
  const given = Object.fromEntries(
    command.arguments.slice(0, rest.length).map((one, index) => [one.name, valueOf(one, rest[index] ?? '')]),
  );
  return { command, given };
}

/** A long value stands in a file. */
function valueOf({ name, longest }: CommandArgument, word: string): string {
  if (longest === undefined) return word;
  try {
    if (statSync(word).size > longest * 4) throw new UsageError(`${name}: the file is too large`);
    return readFileSync(word, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name}: the file cannot be read`, { cause: error });
  }
}

function readDoor(text: string): { readonly url: string; readonly port: number } {
  const [, port] = /^http:\/\/127\.0\.0\.1:([0-9]{1,5})\/?$/.exec(text) ?? [];
  if (port === undefined) throw new UsageError('--door: expected http://127.0.0.1:PORT');
  return { url: `http://127.0.0.1:${port}`, port: Number(port) };
}

/** A token comes from a private file; one for play money may also stand in the environment. */
function readToken(file: string | undefined, environment: Environment): Secret {
  if (file !== undefined) return secretReader('live', {})({ file: resolve(file) });
  const token = environment['RIELRAILS_ADMIN_TOKEN'] ?? '';
  if (token === '') throw new UsageError('say who you are: --as TOKEN_FILE');
  if (!token.startsWith(PLAY_TOKEN))
    throw new UsageError('RIELRAILS_ADMIN_TOKEN is for the sandbox only; use --as TOKEN_FILE');
  return new Secret(token);
}

async function ask(
  { url, port }: { readonly url: string; readonly port: number },
  token: Secret,
  command: AdminCommand,
  input: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly answer: unknown }> {
  const fetch = createTransport({ loopbackPorts: [port] });
  const authorization = `Bearer ${token.reveal()}`;
  const path = `${url}/api/${commandPath(command)}`;
  const request =
    command.type === 'read'
      ? new Request(`${path}?${new URLSearchParams(input).toString()}`, { headers: { authorization } })
      : new Request(path, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify(input),
        });
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return { status: response.status, answer: JSON.parse(await response.text()) as unknown };
  } catch (error) {
    const what =
      command.type === 'read' || wasRefused(error)
        ? `nobody answers at ${url}`
        : 'no usable answer came: it is not known whether this happened; look at it before you do it again';
    throw new UnreachableError(what, { cause: error });
  }
}

class UnreachableError extends Error {}

function wasRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

function argumentName({ name, longest, isOptional }: CommandArgument): string {
  const typed =
    name.replaceAll(/[A-Z]/g, (letter) => `-${letter}`).toUpperCase() + (longest === undefined ? '' : '_FILE');
  return isOptional ? `[${typed}]` : typed;
}

function usage(command: AdminCommand): string {
  return [command.name, ...command.arguments.map(argumentName)].join(' ');
}

function help(): string {
  const commands = adminCommands.map((command) =>
    [
      `  ${usage(command)}`,
      `      ${command.tells}`,
      ...command.arguments.map((one) => `        ${argumentName(one)}  ${one.tells}`),
    ].join('\n'),
  );
  return `pnpm admin COMMAND [ARGUMENTS] --as TOKEN_FILE [--door URL] [--json]

${commands.join('\n')}

  --as TOKEN_FILE  says who you are: a file that only you may read. In the sandbox RIELRAILS_ADMIN_TOKEN does too.
  --door URL       where the bot's admin door is. Default: RIELRAILS_ADMIN_DOOR, else ${DEFAULT_DOOR}
  --json           for programs
  --help           this

Exit codes: 0 done (or proposed), 1 refused, 2 wrong usage, 3 no usable answer: look before you repeat, 4 what was compared
differs.
`;
}

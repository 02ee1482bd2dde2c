import { InputError } from '@rielrails/core';
import { digest, equalInConstantTime } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';

/** What not every operator does: reading personal data, and deciding cases. */
export type Duty = 'compliance';

/** An operator: one person, one token. */
export interface Operator {
  /** Lower-case letters, digits, points or dashes; at most 40. Stands in the books and timelines. */
  readonly name: string;
  /** 20 to 200 printable characters without spaces. In the sandbox it begins with `play-`; in live mode it must not. */
  readonly token: Secret;
  /** Default: none. */
  readonly duties?: readonly Duty[];
}

/** Tells who holds a token. */
export interface People {
  /** The name of whoever holds this token, or `null`. Takes the same time for every wrong one. */
  identify(token: string): string | null;
  /** Whether somebody has the duty that is asked for, if any is. */
  has(name: string, duty: Duty | undefined): boolean;
}

/** Tokens that begin so are for play money only. */
export const PLAY_TOKEN = 'play-';

/**
 * Reads the list of operators.
 *
 * @throws InputError for `people`: `empty`, `name`, `same-name`, `token`, `same-token`. Never repeats a token.
 */
export function createPeople(operators: readonly Operator[], sandbox: boolean): People {
  if (operators.length === 0) throw new InputError('people', 'empty', 'at least one operator is needed');
  const known = operators.map(({ name, token }, index) => {
    const fail = (rule: string, message: string) => new InputError(`people[${index}]`, rule, message);
    if (!NAME.test(name)) throw fail('name', SHORT_NAME);
    const text = token.reveal();
    if (!/^[\x21-\x7e]{20,200}$/.test(text)) throw fail('token', 'expected 20 to 200 characters without spaces');
    if (text.startsWith(PLAY_TOKEN) !== sandbox)
      throw fail('token', 'tokens that begin with "play-" are for the sandbox, and only they are');
    return { name, hash: digest('sha256', text) };
  });
  // Two people with one token, or two tokens for one name, would let one person be two.
  if (new Set(known.map(({ name }) => name)).size < known.length)
    throw new InputError('people', 'same-name', 'two operators have the same name');
  if (new Set(operators.map(({ token }) => token.reveal())).size < known.length)
    throw new InputError('people', 'same-token', 'two operators have the same token');
  return {
    identify(token) {
      const hash = digest('sha256', token);
      let found: string | null = null;
      for (const one of known) if (equalInConstantTime(one.hash, hash)) found = one.name;
      return found;
    },
    has: (name, duty) =>
      duty === undefined || operators.some((one) => one.name === name && (one.duties ?? []).includes(duty)),
  };
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;
const SHORT_NAME = 'expected the operator’s own short name: lower-case letters, digits, points or dashes';

/** @throws InputError `by`, `malformed`. */
export function assertPerson(by: string): void {
  if (!NAME.test(by)) throw new InputError('by', 'malformed', SHORT_NAME);
}

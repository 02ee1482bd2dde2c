import { isInputError } from '@rielrails/core';
import type { Proposal } from '../src/index.ts';

/** Field and rule of a refusal; whatever else happened is told as it is. */
export function refusalIn(error: unknown): string {
  return isInputError(error) ? `${error.field} ${error.rule}` : String(error);
}

/** Field and rule by which a command was refused; `done` where it was not. */
export function ruleOf(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'done', refusalIn);
}

/** What waits for a second person after a command; a test that expects it fails where one sufficed. */
export async function proposed(
  work: Promise<{ readonly outcome: string; readonly proposal?: Proposal }>,
): Promise<Proposal> {
  const { proposal } = await work;
  if (!proposal) throw new Error('one person sufficed');
  return proposal;
}

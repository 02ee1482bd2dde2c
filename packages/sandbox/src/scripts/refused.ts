import { isInputError } from '@rielrails/core';

/** The rule by which something was refused; `done` where it was not, and `failed` where it came to nothing else. */
export function ruleOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (isInputError(error) ? error.rule : 'failed'),
  );
}

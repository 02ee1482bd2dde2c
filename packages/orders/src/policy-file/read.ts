import { InputError } from '@rielrails/core';
import { readConfig } from '@rielrails/kit';
import type { DueDiligence } from '../order/due-diligence.ts';
import { policySchema } from './schema.ts';

const MOST_CHARACTERS = 200_000;

/**
 * Reads the text of a policy file.
 *
 * @throws InputError `policy`: `json`, `too-long`. ProviderError of kind `config` naming every field that breaks a rule, and
 *   the rule; never a value.
 */
export function readPolicy(text: string): DueDiligence {
  if (text.length > MOST_CHARACTERS) throw new InputError('policy', 'too-long', 'is longer than any policy');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InputError('policy', 'json', 'is not JSON');
  }
  return readConfig('policy', policySchema, parsed);
}

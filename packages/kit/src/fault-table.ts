import { ProviderError } from '@rielrails/core';

/**
 * What a code of a provider means to us. `vague`: something went wrong, and nobody says whether before or after the work
 * was done, which leaves a write unknown. `duplicate`: this reference was used before, so that the first write did happen.
 */
export type CodeMeaning =
  | 'config'
  | 'invalid'
  | 'declined'
  | 'not-found'
  | 'conflict'
  | 'throttled'
  | 'vague'
  | 'duplicate';

/** A provider's codes, each with what it means and the sentence that says it. */
export type CodeTable = Readonly<Record<string, readonly [meaning: CodeMeaning, rule: string]>>;

/**
 * The fault of a code. `operation` says what was tried; the sentence of the table follows it.
 *
 * `null` for a code that the table does not list: what it means is not known.
 */
export function faultOfCode(
  provider: string,
  operation: string,
  code: string,
  table: CodeTable,
  detail = '',
): ProviderError | null {
  if (!Object.hasOwn(table, code)) return null;
  const [meaning, rule] = table[code] as CodeTable[string];
  const common = { provider, message: `${provider} ${operation}: ${rule}${detail}`, providerCode: code };
  switch (meaning) {
    case 'duplicate':
      return new ProviderError<'unknown'>({ kind: 'unknown', reason: 'duplicate', ...common });
    case 'vague':
      return new ProviderError({ kind: 'unavailable', ...common });
    case 'declined':
      return new ProviderError({ kind: 'declined', reason: rule, ...common });
    default:
      return new ProviderError({ kind: meaning, ...common });
  }
}

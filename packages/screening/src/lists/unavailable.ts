import { ProviderError } from '@rielrails/core';

/** There is no list that can be trusted. */
export function unavailable(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: 'unavailable', provider: 'lists', message: `lists: ${message}` }, { cause });
}

import { ProviderError } from '@rielrails/core';
import { doubt, neverSent, unavailable } from '@rielrails/kit';

/**
 * What an answer of a venue means for money.
 *
 * Of an order or a withdrawal, `unknown` may have been done and `duplicate` was done before; everything else was not
 * done. What stands in no table is unknown too.
 */
export type Meaning =
  | { readonly means: 'unknown' | 'duplicate' | 'not-taken' | 'config' | 'invalid' | 'not-found'; readonly say: string }
  | { readonly means: 'declined'; readonly say: string; readonly reason: string }
  | { readonly means: 'throttled'; readonly say: string; readonly retryAfterMs?: number };

/** A venue's codes or words, each with its meaning. */
export type Meanings = Readonly<Record<string, Meaning>>;

/** The fault for a meaning. `code` is the venue's own word. */
export function faultOf(provider: string, code: string, meaning: Meaning): ProviderError {
  const common = { provider, providerCode: code, message: `${provider}: ${meaning.say}` };
  switch (meaning.means) {
    case 'unknown':
      // A read is repeated; a write becomes unknown, because kit takes this for no proof.
      return new ProviderError({ kind: 'unavailable', ...common });
    case 'duplicate':
      return doubt(provider, 'duplicate', `${common.message}; look it up`);
    case 'not-taken':
      return neverSent(provider, common.message);
    case 'declined':
      return new ProviderError({ kind: 'declined', reason: meaning.reason, ...common });
    case 'throttled': {
      const { retryAfterMs } = meaning;
      return new ProviderError({
        kind: 'throttled',
        ...common,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    }
    default:
      return new ProviderError({ kind: meaning.means, ...common });
  }
}

/** A fault that says: no price can be told from what the venue shows. */
export function unusable(provider: string, why: string): ProviderError {
  return unavailable(provider, `${provider}: ${why}; no quote`);
}

/** The order is refused before it leaves. */
export function declined(provider: string, reason: string, why: string): ProviderError {
  return new ProviderError({ kind: 'declined', provider, reason, message: `${provider}: ${why}` });
}

import type { Doubt, Refusal } from './fault.ts';

/**
 * How a write ended.
 *
 * `refused` settles an effect only if no earlier try of it was `unknown`; otherwise only a lookup settles it. `unknown`
 * is never repeated blindly, never compensated, never shown as a failure.
 */
export type Attempt<T> =
  | { readonly outcome: 'applied'; readonly value: T }
  | { readonly outcome: 'refused'; readonly fault: Refusal }
  | { readonly outcome: 'unknown'; readonly fault: Doubt };

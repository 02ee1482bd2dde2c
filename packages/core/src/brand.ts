/**
 * A value that passed a check which its plain type cannot express.
 *
 * Exists for the compiler only: reading `'~brand'` at run time gives `undefined`. The names form a set, so that a brand
 * may refine another (`OwnAddress` is still a `CheckedAddress`). The key is a string and not a symbol, so
 * that two installed copies of this package agree on it.
 */
export type Brand<T, Name extends string> = T & { readonly '~brand': { readonly [K in Name]: true } };

/** At least one `T`. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** The members of `T` that may be absent. */
export type OptionalKey<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/**
 * Whether this provider has that operation; afterwards the compiler knows it too.
 *
 * Only asks what can be asked: an operation that the type has for certain, or has not at all, does not compile.
 */
export function can<T extends object, K extends OptionalKey<T>>(
  provider: T,
  operation: K,
): provider is T & Required<Pick<T, K>> {
  return typeof provider[operation] === 'function';
}

/** Writes data for a `jsonb` column: a bigint becomes `{"#":"…"}`. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? { '#': one.toString() } : one));
}

/** Reads back what {@link encode} wrote. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, one: unknown) => {
    if (typeof one !== 'object' || one === null || !('#' in one) || Object.keys(one).length !== 1) return one;
    const text = one['#'];
    return typeof text === 'string' && /^-?[0-9]+$/.test(text) ? BigInt(text) : one;
  });
}

/** Writes data so that equal data gives equal text, whatever the order of its keys: for hashes. */
export function encodeCanonically(value: unknown): string {
  return encode(sortKeys(value));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sortKeys(one)]));
}

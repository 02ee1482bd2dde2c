/** Writes data for a `jsonb` column: a bigint becomes `{"#":"…"}`. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? { '#': one.toString() } : one));
}

/** Reads back what {@link encode} wrote. */
export function decode(text: string): unknown {
  // A walk over what was parsed: `JSON.parse` with a reviver takes several times as long.
  return revive(JSON.parse(text));
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('#' in value && isWritten(value['#']) && Object.keys(value).length === 1) return BigInt(value['#']);
  const parts = value as Record<string, unknown>;
  for (const key of Object.keys(parts)) {
    const part = parts[key];
    if (typeof part === 'object' && part !== null) parts[key] = revive(part);
  }
  return value;
}

function isWritten(text: unknown): text is string {
  return typeof text === 'string' && /^-?[0-9]+$/.test(text);
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

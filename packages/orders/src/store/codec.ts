/** Writes data for a `jsonb` column: a bigint becomes `{"#":"…"}`. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? { '#': one.toString() } : one));
}

/** Reads back what {@link encode} wrote. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, one: unknown) => {
    if (typeof one !== 'object' || one === null || !('#' in one) || typeof one['#'] !== 'string') return one;
    return BigInt(one['#']);
  });
}

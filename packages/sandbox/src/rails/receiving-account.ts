/**
 * The account that a KHQR pays: `name@bank` in the first sub-tag of tag 29 or 30; `null` where there is none.
 *
 * It verifies nothing: the bank that keeps the account does, before it moves money.
 */
export function receivingAccount(qr: string): string | null {
  const tags = readTags(qr);
  const holder = tags.get('29') ?? tags.get('30');
  return holder === undefined ? null : (readTags(holder).get('00') ?? null);
}

/** Two digits of name, two of length, the value, as far as it comes out even. */
function readTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const [, name = '', digits = ''] = /^(\d\d)(\d\d)$/.exec(text.slice(at, at + 4)) ?? [];
    const end = at + 4 + Number(digits);
    if (name === '' || end > text.length) break;
    if (!tags.has(name)) tags.set(name, text.slice(at + 4, end));
    at = end;
  }
  return tags;
}

import type { Reference } from '@rielrails/core';
import { digest, fromHex, toHex, utf8 } from '@rielrails/kit';

/** Never to be changed: another one gives every withdrawal another key, and with it a second payment. */
const NAMESPACE = '0d8eae97-a67f-45d1-b10e-8fc1c52ec240';

/** The key of the withdrawal that has this reference: the same one for ever, whatever the portfolio. */
export function idempotencyKey(reference: Reference): string {
  return nameBasedUuid(NAMESPACE, reference);
}

/** A UUID made of a name. RFC 9562, 5.5: version 5. */
export function nameBasedUuid(namespace: string, name: string): string {
  const bytes = digest('sha1', Uint8Array.from([...fromHex(namespace.replaceAll('-', '')), ...utf8(name)]));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes.slice(0, 16)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

import type { AddressRule } from '@rielrails/core';
import { digest, toHex } from '@rielrails/kit';

/** The reference network: `ref1`, twenty hexadecimal digits, and eight more of their hash. */
export const referenceAddressRule: AddressRule = {
  network: 'reference',
  read(text) {
    const match = /^ref1([0-9a-f]{20})([0-9a-f]{8})$/.exec(text);
    if (!match || text.length !== 32) return { outcome: 'refused', problem: 'malformed' };
    return checksumOf(match[1] ?? '') === match[2]
      ? { outcome: 'valid', canonical: text }
      : { outcome: 'refused', problem: 'checksum' };
  },
};

/** An address of the reference network out of ten bytes. */
export function referenceAddress(bytes: Uint8Array): string {
  const body = toHex(bytes);
  return `ref1${body}${checksumOf(body)}`;
}

function checksumOf(body: string): string {
  return toHex(digest('sha256', body)).slice(0, 8);
}

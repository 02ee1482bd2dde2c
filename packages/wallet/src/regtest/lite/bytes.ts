import { fromHex, toHex } from '@rielrails/kit';

/** Whether two byte strings are the same. Not for secrets. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** The hexadecimal of a hash as explorers write it: the last byte first. */
export function hashToHex(hash: Uint8Array): string {
  return toHex(hash.toReversed());
}

/** The hash behind {@link hashToHex}. */
export function hexToHash(hex: string): Uint8Array {
  return fromHex(hex).toReversed();
}

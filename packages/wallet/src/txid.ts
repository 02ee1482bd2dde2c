import { fromHex, toHex } from '@rielrails/kit/offline';

/** The hash of a transaction id: the same bytes, the other way round. */
export function hashOfTxid(txid: string): Uint8Array {
  return fromHex(txid).toReversed();
}

/** The id of a transaction's hash, as explorers write it. */
export function txidOfHash(hash: Uint8Array): string {
  return toHex(hash.toReversed());
}

import { fromBase64, fromHex, toBase64, toHex } from '@rielrails/kit';

/** Writes bytes over equal ones, everywhere in a PSBT (base64): what no library would write. */
export function overwrite(psbt: string, before: Uint8Array, after: Uint8Array): string {
  return toBase64(fromHex(toHex(fromBase64(psbt)).replaceAll(toHex(before), toHex(after))));
}

/** An amount as transactions write it: eight bytes, of which the highest bit is no sign. */
export function amountBytes(sats: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, sats), true);
  return bytes;
}

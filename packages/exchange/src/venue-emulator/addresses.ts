import { addressOfScript } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import type { Random } from '@rielrails/kit';

/** A fresh segwit address that somebody else could own. */
export function freshAddress(network: BitcoinNetwork, random: Random): string {
  const address = addressOfScript(new Uint8Array([0x00, 0x14, ...random.bytes(20)]), network);
  if (address === null) throw new Error('a witness program of twenty bytes has an address');
  return address;
}

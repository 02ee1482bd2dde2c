/** What Bitcoin Core takes for the price of spending an output when it judges dust: 3 sat per virtual byte. */
const DUST_RELAY_SAT_PER_VBYTE = 3n;

/**
 * The least amount that nodes relay to this output script, in satoshi: 294 for P2WPKH, 330 for P2WSH and P2TR, 546 for
 * P2PKH, 540 for P2SH.
 */
export function dustLimitSats(script: Uint8Array): bigint {
  const [version = 0xff, length] = script;
  const isWitness = (version === 0 || (version >= 0x51 && version <= 0x60)) && length === script.length - 2;
  const spending = isWitness ? 67 : 148;
  return BigInt(9 + script.length + spending) * DUST_RELAY_SAT_PER_VBYTE;
}

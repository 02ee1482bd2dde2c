/**
 * The weight of a P2WPKH input, witness included, as BIP141 counts it.
 *
 * Outpoint, empty script and sequence count four times; then two witness items: a signature of at most 71 bytes (low R
 * and low S, one byte of hash type) and a key of 33, each with its length, and their count.
 */
export const inputWeight: number = 4 * 41 + 1 + (1 + 71) + (1 + 33);

/** The weight of a transaction of P2WPKH inputs; outputs are given by the length of their scripts. Never below the real one. */
export function transactionWeight(inputCount: number, outputScriptLengths: readonly number[]): number {
  const outputs = outputScriptLengths.reduce((sum, length) => sum + 8 + varintLength(length) + length, 0);
  const frame = 4 + varintLength(inputCount) + varintLength(outputScriptLengths.length) + outputs + 4;
  return 4 * frame + 2 + inputCount * inputWeight;
}

/** Virtual bytes of a weight, rounded up. */
function vsizeOf(weight: number): number {
  return Math.ceil(weight / 4);
}

/** The fee of a weight at a rate in thousandths of a satoshi per virtual byte, rounded up. */
export function feeFor(weight: number, feeRateMilli: bigint): bigint {
  return (BigInt(vsizeOf(weight)) * feeRateMilli + 999n) / 1000n;
}

/** A rate in sat per virtual byte as whole thousandths, rounded up, so that no float meets an amount. */
export function toMilliRate(satPerVbyte: number): bigint {
  return BigInt(Math.ceil(satPerVbyte * 1000));
}

function varintLength(value: number): number {
  return value < 0xfd ? 1 : value <= 0xffff ? 3 : 5;
}

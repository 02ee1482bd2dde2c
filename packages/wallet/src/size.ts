import type { AccountScript } from './account-script.ts';

/** Outpoint, empty script and sequence, which count four times (BIP141). */
const OUTPOINT_WEIGHT = 4 * 41;
/**
 * An ECDSA signature with its hash type and its length. The signer of this package makes them one byte shorter (low R),
 * hardware and other people's signers need not: an estimate below the real size would miss the relay minimum.
 */
const ECDSA_WEIGHT = 1 + 72;
/** A Schnorr signature of the default hash type with its length (BIP341). */
const SCHNORR_WEIGHT = 1 + 64;
const PUBLIC_KEY_WEIGHT = 1 + 33;

const p2wpkh: AccountScript = { type: 'p2wpkh' };

/** The weight of an input that spends a coin of such an account, witness included. Never below the real one. */
export function inputWeightOf(script: AccountScript): number {
  switch (script.type) {
    case 'p2wpkh':
      return OUTPOINT_WEIGHT + 1 + ECDSA_WEIGHT + PUBLIC_KEY_WEIGHT;
    case 'p2tr':
      return OUTPOINT_WEIGHT + 1 + SCHNORR_WEIGHT;
    case 'p2wsh': {
      const scriptLength = 3 + script.keyCount * PUBLIC_KEY_WEIGHT;
      // The empty item is what CHECKMULTISIG takes too much from the stack.
      return (
        OUTPOINT_WEIGHT +
        varintLength(script.threshold + 2) +
        1 +
        script.threshold * ECDSA_WEIGHT +
        varintLength(scriptLength) +
        scriptLength
      );
    }
  }
}

/**
 * The weight of a transaction whose inputs are all of one account; outputs are given by the length of their scripts.
 * Never below the real one.
 */
export function transactionWeight(
  inputCount: number,
  outputScriptLengths: readonly number[],
  script: AccountScript = p2wpkh,
): number {
  const outputs = outputScriptLengths.reduce((sum, length) => sum + 8 + varintLength(length) + length, 0);
  const frame = 4 + varintLength(inputCount) + varintLength(outputScriptLengths.length) + outputs + 4;
  return 4 * frame + 2 + inputCount * inputWeightOf(script);
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

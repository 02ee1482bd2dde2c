import { parametersOf } from '@rielrails/kit/bitcoin';
import { toHex } from '@rielrails/kit/offline';
import { Psbt, Transaction } from 'bitcoinjs-lib';
import { placeOfPath } from '../account.ts';
import type { Account, KeyPlace } from '../account.ts';

/** Signals replaceability (BIP125) and no lock time: the one sequence that our transactions carry. */
export const SEQUENCE = 0xffff_fffd;

/** An input whose amount was read from its own previous transaction. */
export interface ReadInput {
  readonly txid: string;
  readonly index: number;
  readonly sats: bigint;
  readonly place: KeyPlace;
  readonly previousTransaction: Uint8Array;
}

/** An output; `place` where the PSBT says rightly which of our keys it pays. */
export interface ReadOutput {
  readonly script: Uint8Array;
  readonly sats: bigint;
  readonly place: KeyPlace | null;
}

/** What a PSBT really asks for, in our own words. */
export interface ReadPsbt {
  readonly inputs: readonly ReadInput[];
  readonly outputs: readonly ReadOutput[];
  readonly feeSats: bigint;
  /** Final already: witnesses do not count into it. */
  readonly txid: string;
}

/** What can be wrong with a PSBT before its purpose matters. */
export type PsbtProblem = 'malformed' | 'foreign-input' | 'foreign-output';

const MAX_LENGTH = 6 * 1024 * 1024;
const MAX_INPUTS = 500;
const MAX_OUTPUTS = 20;

/**
 * Reads a PSBT, believing nothing in it that can be checked.
 *
 * Amounts come from the whole previous transactions, whose hash is the outpoint's (a PSBT's `witnessUtxo` can lie).
 * Every input must be one of this account's keys; an output that claims to be must be.
 */
export function readPsbt(text: string, account: Account): ReadPsbt | { readonly problem: PsbtProblem } {
  if (text.length > MAX_LENGTH) return { problem: 'malformed' };
  try {
    return read(Psbt.fromBase64(text, { network: parametersOf(account.network) }), account);
  } catch (error) {
    return { problem: error instanceof Unacceptable ? error.problem : 'malformed' };
  }
}

class Unacceptable extends Error {
  readonly problem: PsbtProblem;

  constructor(problem: PsbtProblem) {
    super(problem);
    this.problem = problem;
  }
}

function read(psbt: Psbt, account: Account): ReadPsbt {
  const unsigned = Transaction.fromBuffer(psbt.data.globalMap.unsignedTx.toBuffer());
  if (unsigned.version !== 2 || unsigned.locktime !== 0) throw new Unacceptable('malformed');
  if (unsigned.ins.length === 0 || unsigned.ins.length > MAX_INPUTS) throw new Unacceptable('malformed');
  if (unsigned.outs.length === 0 || unsigned.outs.length > MAX_OUTPUTS) throw new Unacceptable('malformed');

  const inputs = unsigned.ins.map(({ hash, index, sequence }, position): ReadInput => {
    const { nonWitnessUtxo, bip32Derivation, sighashType } = psbt.data.inputs[position] ?? {};
    if (sequence !== SEQUENCE || !nonWitnessUtxo) throw new Unacceptable('malformed');
    if (sighashType !== undefined && sighashType !== Transaction.SIGHASH_ALL) throw new Unacceptable('malformed');
    const previous = Transaction.fromBuffer(nonWitnessUtxo);
    const spent = previous.outs[index];
    if (!spent || toHex(previous.getHash()) !== toHex(hash)) throw new Unacceptable('malformed');
    const place = placeOf(account, bip32Derivation, spent.script);
    if (!place) throw new Unacceptable('foreign-input');
    return { txid: previous.getId(), index, sats: spent.value, place, previousTransaction: nonWitnessUtxo };
  });
  if (new Set(inputs.map(({ txid, index }) => `${txid}:${index}`)).size !== inputs.length) {
    throw new Unacceptable('malformed');
  }
  const outputs = unsigned.outs.map(({ script, value }, position): ReadOutput => {
    const claimed = psbt.data.outputs[position]?.bip32Derivation;
    const place = placeOf(account, claimed, script);
    if (claimed?.length && !place) throw new Unacceptable('foreign-output');
    return { script, sats: value, place };
  });
  const feeSats = sum(inputs) - sum(outputs);
  if (feeSats < 0n) throw new Unacceptable('malformed');
  return { inputs, outputs, feeSats, txid: unsigned.getId() };
}

type Derivations = NonNullable<Psbt['data']['inputs'][number]['bip32Derivation']>;

/** Which of our keys a script pays, if the claim holds: the key is derived again and its script compared. */
function placeOf(account: Account, claims: Derivations | undefined, script: Uint8Array): KeyPlace | null {
  const [claim, second] = claims ?? [];
  if (!claim || second || toHex(claim.masterFingerprint) !== toHex(account.masterFingerprint)) return null;
  const place = placeOfPath(account, claim.path);
  return place && toHex(account.key(place).script) === toHex(script) ? place : null;
}

function sum(parts: readonly { readonly sats: bigint }[]): bigint {
  return parts.reduce((total, { sats }) => total + sats, 0n);
}

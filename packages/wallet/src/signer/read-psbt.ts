import { toHex } from '@rielrails/kit/offline';
import { parametersOf } from '@rielrails/kit/bitcoin';
import { Psbt, Transaction } from 'bitcoinjs-lib';
import { placeOfClaims } from '../account.ts';
import type { Account, AccountKey, KeyClaim, KeyPlace } from '../account.ts';
import { SEQUENCE, unsignedOf } from '../psbt.ts';
import { MAX_SUPPLY_SATS } from '../supply.ts';

/** An input whose amount was read from its own previous transaction. */
export interface ReadInput {
  readonly txid: string;
  readonly index: number;
  readonly sats: bigint;
  readonly key: AccountKey;
  readonly previousTransactionHex: string;
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
 * Every input must be an output of this account; an output that claims to be must be.
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
  const unsigned = unsignedOf(psbt);
  if (unsigned.version !== 2 || unsigned.locktime !== 0) throw new Unacceptable('malformed');
  if (unsigned.ins.length === 0 || unsigned.ins.length > MAX_INPUTS) throw new Unacceptable('malformed');
  if (unsigned.outs.length === 0 || unsigned.outs.length > MAX_OUTPUTS) throw new Unacceptable('malformed');

  const inputs = unsigned.ins.map((input, position) => readInput(input, psbt.data.inputs[position] ?? {}, account));
  if (new Set(inputs.map(({ txid, index }) => `${txid}:${index}`)).size !== inputs.length) {
    throw new Unacceptable('malformed');
  }
  const outputs = unsigned.outs.map(({ script, value }, position): ReadOutput => {
    assertAmount(value);
    const claims = claimsOf(psbt.data.outputs[position] ?? {});
    const place = placeOfClaims(account, claims, script);
    if (claims.length > 0 && !place) throw new Unacceptable('foreign-output');
    return { script, sats: value, place };
  });
  const feeSats = sum(inputs) - sum(outputs);
  if (feeSats < 0n) throw new Unacceptable('malformed');
  return { inputs, outputs, feeSats, txid: unsigned.getId() };
}

type InputFields = Partial<Psbt['data']['inputs'][number]>;

function readInput(
  { hash, index, sequence }: Transaction['ins'][number],
  fields: InputFields,
  account: Account,
): ReadInput {
  const { nonWitnessUtxo, witnessUtxo } = fields;
  if (sequence !== SEQUENCE || !nonWitnessUtxo || !isWholeSighash(fields, account)) throw new Unacceptable('malformed');
  const previous = Transaction.fromBuffer(nonWitnessUtxo);
  const spent = previous.outs[index];
  if (!spent || toHex(previous.getHash()) !== toHex(hash)) throw new Unacceptable('malformed');
  assertAmount(spent.value);
  const lies = witnessUtxo && (witnessUtxo.value !== spent.value || toHex(witnessUtxo.script) !== toHex(spent.script));
  if (lies) throw new Unacceptable('malformed');
  const place = placeOfClaims(account, claimsOf(fields), spent.script);
  if (!place) throw new Unacceptable('foreign-input');
  const key = account.key(place);
  if (!agrees(fields, key)) throw new Unacceptable('malformed');
  return { txid: previous.getId(), index, sats: spent.value, key, previousTransactionHex: previous.toHex() };
}

/** Beyond the supply the eight bytes of an amount can even be read as below zero, and hide a fee from the sum. */
function assertAmount(sats: bigint): void {
  if (sats < 0n || sats > MAX_SUPPLY_SATS) throw new Unacceptable('malformed');
}

/** Signatures commit to the whole transaction, or are not given. */
function isWholeSighash({ sighashType }: InputFields, { script }: Account): boolean {
  const whole = script.type === 'p2tr' ? Transaction.SIGHASH_DEFAULT : Transaction.SIGHASH_ALL;
  return sighashType === undefined || sighashType === whole;
}

/** Whether scripts and keys that are told are those of the place. */
function agrees({ witnessScript, redeemScript, tapInternalKey, ...fields }: InputFields, key: AccountKey): boolean {
  const isOther = (told: Uint8Array | undefined, right: Uint8Array | null) =>
    told !== undefined && (right === null || toHex(told) !== toHex(right));
  const hasScripts = fields.tapLeafScript?.length || fields.tapMerkleRoot || redeemScript;
  return !hasScripts && !isOther(witnessScript, key.witnessScript) && !isOther(tapInternalKey, key.internalKey);
}

/** What a PSBT says about the keys of an input or output: nothing, of one kind, or wrongly. */
function claimsOf({
  bip32Derivation = [],
  tapBip32Derivation = [],
}: Pick<InputFields, 'bip32Derivation' | 'tapBip32Derivation'>): readonly KeyClaim[] {
  if (tapBip32Derivation.some(({ leafHashes }) => leafHashes.length > 0)) throw new Unacceptable('malformed');
  return [...bip32Derivation, ...tapBip32Derivation].map(({ masterFingerprint, path, pubkey }) => {
    return { masterFingerprint, path, publicKey: pubkey };
  });
}

function sum(parts: readonly { readonly sats: bigint }[]): bigint {
  return parts.reduce((total, { sats }) => total + sats, 0n);
}

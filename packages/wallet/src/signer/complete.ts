import { fromHex, toHex } from '@rielrails/kit/offline';
import { Psbt } from 'bitcoinjs-lib';
import type { Transaction } from 'bitcoinjs-lib';
import type { Account } from '../account.ts';
import { draftPsbt, unsignedOf } from '../psbt.ts';
import { readWitness } from '../witness.ts';
import { readPsbt } from './read-psbt.ts';
import type { ReadInput, ReadPsbt } from './read-psbt.ts';
import type { SignerRefusal } from './protocol.ts';
import { finalise, isSignatureOf, sighashOf, transactionOf } from './signatures.ts';
import type { InputSignatures } from './signatures.ts';

/** The longest PSBT that is handed out or taken back, in characters: the log keeps it. */
export const MAX_HANDED_OUT: number = 1024 * 1024;

/** A PSBT with the signatures so far; a hardware signer finds in it everything that it wants to check. */
export function handOut(read: ReadPsbt, signatures: readonly InputSignatures[], account: Account): string {
  const parts = read.outputs.map(({ script, sats, place }) => ({ script, sats, key: place && account.key(place) }));
  const psbt = draftPsbt(account, read.inputs, parts);
  for (const [position, given] of signatures.entries()) {
    for (const [publicKey, signature] of given) {
      const isTaproot = read.inputs[position]?.key.internalKey;
      psbt.updateInput(
        position,
        isTaproot ? { tapKeySig: signature } : { partialSig: [{ pubkey: fromHex(publicKey), signature }] },
      );
    }
  }
  return psbt.toBase64();
}

/** The transaction of a PSBT that came back; `null` when it is none, or too long. */
export function readTransaction(text: string): Transaction | null {
  const psbt = parse(text);
  return psbt && unsignedOf(psbt);
}

/** What became of a PSBT that came back. */
export type Completion =
  | {
      readonly read: ReadPsbt;
      readonly signatures: readonly InputSignatures[];
      /** `null` while signatures are still missing. */
      readonly transaction: Transaction | null;
    }
  | { readonly refusal: SignerRefusal };

/**
 * Adds the signatures of a PSBT that came back to those of the one that was handed out.
 *
 * Nothing but signatures is taken from it, and they must be over the very transaction that was handed out. Signatures of
 * inputs that are final already count too.
 */
export function completeWith(returned: string, handedOut: string, account: Account): Completion {
  const before = readPsbt(handedOut, account);
  const psbt = parse(returned);
  if ('problem' in before || !psbt) return { refusal: 'malformed' };
  const planned = transactionOf(before);
  const known = signaturesOf(parse(handedOut), before, planned);
  const added = signaturesOf(psbt, before, planned);
  if (!known || !added) return { refusal: 'signature' };
  const signatures = before.inputs.map(
    (_, position) => new Map([...(known[position] ?? []), ...(added[position] ?? [])]),
  );
  const isMore = signatures.some((all, position) => all.size > (known[position]?.size ?? 0));
  if (!isMore) return { refusal: 'signature' };
  return { read: before, signatures, transaction: finalise(before, signatures) };
}

function parse(text: string): Psbt | null {
  if (text.length > 2 * MAX_HANDED_OUT) return null;
  try {
    return Psbt.fromBase64(text);
  } catch {
    return null;
  }
}

/** What is not as it was, by name; `null` when it is the same transaction. */
export function differenceOf(returned: Transaction, planned: Transaction): SignerRefusal | null {
  if (returned.version !== planned.version || returned.locktime !== planned.locktime) return 'changed-transaction';
  const outpoint = ({ hash, index }: Transaction['ins'][number]) => `${toHex(hash)}:${index}`;
  if (!isSame(returned.ins.map(outpoint), planned.ins.map(outpoint))) return 'changed-inputs';
  const sequence = ({ sequence: one }: Transaction['ins'][number]) => one;
  if (!isSame(returned.ins.map(sequence), planned.ins.map(sequence))) return 'changed-sequence';
  const script = ({ script: one }: Transaction['outs'][number]) => toHex(one);
  if (!isSame(returned.outs.map(script), planned.outs.map(script))) return 'changed-outputs';
  const sats = ({ value }: Transaction['outs'][number]) => value;
  return isSame(returned.outs.map(sats), planned.outs.map(sats)) ? null : 'changed-amounts';
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

/** Every signature of a PSBT by input; `null` when one of them is not what it should be. */
function signaturesOf(
  psbt: Psbt | null,
  { inputs }: ReadPsbt,
  transaction: Transaction,
): readonly InputSignatures[] | null {
  const all: InputSignatures[] = [];
  for (const [position, input] of inputs.entries()) {
    const hash = sighashOf(transaction, inputs, position);
    const found = claimedSignatures(psbt?.data.inputs[position] ?? {}, input, hash);
    if (found?.some(([publicKey, signature]) => !isSignatureOf(input.key, publicKey, signature, hash)) ?? true) {
      return null;
    }
    all.push(new Map(found));
  }
  return all;
}

type Claim = readonly [publicKey: string, signature: Uint8Array];

/** The signatures of an input, as partial ones or inside a final witness; `null` when that has another form. */
function claimedSignatures(
  { partialSig = [], tapKeySig, finalScriptWitness, finalScriptSig }: Partial<Psbt['data']['inputs'][number]>,
  { key }: ReadInput,
  hash: Uint8Array,
): readonly Claim[] | null {
  if (finalScriptSig?.length) return null;
  const internal = key.internalKey ? toHex(key.internalKey) : '';
  const claims: Claim[] = partialSig.map(({ pubkey, signature }) => [toHex(pubkey), signature]);
  if (tapKeySig) claims.push([internal, tapKeySig]);
  if (!finalScriptWitness) return claims;
  const witness = readWitness(finalScriptWitness);
  const [first, second] = witness ?? [];
  if (!witness || !first) return null;
  if (key.internalKey) return witness.length === 1 ? [...claims, [internal, first]] : null;
  if (!key.witnessScript) return witness.length === 2 && second ? [...claims, [toHex(second), first]] : null;
  if (first.length > 0 || toHex(witness.at(-1) ?? first) !== toHex(key.witnessScript)) return null;
  for (const signature of witness.slice(1, -1)) {
    const signer = key.keys.find(({ publicKey }) => isSignatureOf(key, toHex(publicKey), signature, hash));
    if (!signer) return null;
    claims.push([toHex(signer.publicKey), signature]);
  }
  return claims;
}

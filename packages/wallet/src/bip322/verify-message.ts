import { digest, fromBase64, toBase64, toHex } from '@rielrails/kit/offline';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { crypto, payments, script as scripts, Transaction } from 'bitcoinjs-lib';
import { isPoint, verify, verifySchnorr } from 'tiny-secp256k1';
import { readMultisigScript } from '../multisig-script.ts';
import { readWitness } from '../witness.ts';
import { isNothing, toSign, toSpend } from './virtual-transactions.ts';

/** A message and who is said to have signed it. */
export interface SignedMessage {
  readonly message: string;
  /** P2WPKH, P2WSH or P2TR. */
  readonly address: string;
  /** Base64, as BIP322 has it; with or without its prefix `smp` or `ful`. */
  readonly signature: string;
}

/** Why a signed message proves nothing. */
export type MessageProblem =
  /** Longer than 65,536 characters, or the signature longer than 65,536. */
  | 'too-long'
  /** The signature is not base64 of a witness or transaction of BIP322's form, or the message is no valid text. */
  | 'malformed'
  /** The address is not one of this network. */
  | 'address'
  /** The old form of P2PKH addresses, which commits to no key: ask for a signature by a segwit address. */
  | 'legacy'
  /** A P2SH address: ask for a signature by a segwit address. */
  | 'unsupported-address'
  /** A script that this verifier cannot judge: BIP322 calls that inconclusive. */
  | 'unsupported-script'
  /** A proof of funds, which only who knows all coins can judge. */
  | 'proof-of-funds'
  /** The signature is of another message, another address or another key. */
  | 'signature';

/** How a verification ended. */
export type MessageReading =
  | {
      readonly outcome: 'valid';
      readonly form: 'simple' | 'full';
      /** The signature holds from this block height or time on (BIP65); 0: from ever. */
      readonly lockTime: number;
      /** The age of a coin from which on it holds (BIP68); 0: any. */
      readonly sequence: number;
    }
  | { readonly outcome: 'refused'; readonly problem: MessageProblem };

const MAX_LENGTH = 65_536;
/** A signature of the old form: one byte of recovery and 64 of signature. */
const LEGACY_BYTES = 65;

/**
 * Verifies a signed message by BIP322, in its simple and full forms: P2WPKH, P2TR by its key, P2WSH of a multisignature.
 *
 * Pure and offline. A valid signature proves that whoever could spend from the address agreed to the message; it does
 * not prove that they still can, nor who they are.
 */
export function verifyMessage(signed: SignedMessage, network: BitcoinNetwork): MessageReading {
  const { message, address, signature } = signed;
  if (message.length > MAX_LENGTH || signature.length > MAX_LENGTH) return refused('too-long');
  if (!message.isWellFormed()) return refused('malformed');
  let script: Uint8Array;
  try {
    script = scriptOfAddress(address, network);
  } catch {
    return refused('address');
  }
  const kind = kindOf(script);
  if (kind === 'p2pkh') return refused('legacy');
  if (kind === 'p2sh') return refused('unsupported-address');
  const read = readSignature(signature, message, script);
  if ('problem' in read) return refused(read.problem);
  const { form, transaction } = read;
  const problem = judge(kind, script, transaction);
  if (problem) return refused(problem);
  return { outcome: 'valid', form, lockTime: transaction.locktime, sequence: transaction.ins[0]?.sequence ?? 0 };
}

function refused(problem: MessageProblem): MessageReading {
  return { outcome: 'refused', problem };
}

type Kind = 'p2pkh' | 'p2sh' | 'p2wpkh' | 'p2wsh' | 'p2tr';

/** Of the scripts that an address can stand for, each has its own length or beginning. */
function kindOf(script: Uint8Array): Kind {
  if (script.length === 25) return 'p2pkh';
  if (script.length === 23) return 'p2sh';
  if (script.length === 22) return 'p2wpkh';
  return script[0] === 0 ? 'p2wsh' : 'p2tr';
}

type Read =
  | { readonly form: 'simple' | 'full'; readonly transaction: Transaction }
  | { readonly problem: MessageProblem };

function readSignature(text: string, message: string, script: Uint8Array): Read {
  const [, prefix = '', body = ''] = /^(smp|ful|pof)?(.*)$/s.exec(text) ?? [];
  if (prefix === 'pof') return { problem: 'proof-of-funds' };
  const bytes = decode(body);
  if (!bytes) return { problem: 'malformed' };
  if (prefix === '' && bytes.length === LEGACY_BYTES) return { problem: 'legacy' };
  const witness = prefix === 'ful' ? null : readWitness(bytes);
  if (witness) return { form: 'simple', transaction: toSign(message, script, witness) };
  return prefix === 'smp' ? { problem: 'malformed' } : readFull(bytes, message, script);
}

function decode(text: string): Uint8Array | null {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) || text === '') return null;
  const bytes = fromBase64(text);
  // Bits left over at the end would let one signature be written in many ways.
  return toBase64(bytes) === text ? bytes : null;
}

function readFull(bytes: Uint8Array, message: string, script: Uint8Array): Read {
  let transaction: Transaction;
  try {
    transaction = Transaction.fromBuffer(bytes);
  } catch {
    return { problem: 'malformed' };
  }
  const [first, more] = transaction.ins;
  const [output, another] = transaction.outs;
  if (!first || !output || another || !isNothing(output)) return { problem: 'malformed' };
  if (first.script.length > 0) return { problem: 'malformed' };
  if (transaction.version !== 0 && transaction.version !== 2) return { problem: 'unsupported-script' };
  if (more) return { problem: 'proof-of-funds' };
  const spent = toSpend(message, script).getHash();
  if (toHex(first.hash) !== toHex(spent) || first.index !== 0) return { problem: 'signature' };
  return { form: 'full', transaction };
}

/** What is wrong with the witness of `to_sign`; `null` when it satisfies the script. */
function judge(kind: 'p2wpkh' | 'p2wsh' | 'p2tr', script: Uint8Array, transaction: Transaction): MessageProblem | null {
  const witness = transaction.ins[0]?.witness ?? [];
  switch (kind) {
    case 'p2wpkh':
      return isKeyHashSpend(script, witness, transaction) ? null : 'signature';
    case 'p2wsh':
      return judgeScriptHash(script, witness, transaction);
    case 'p2tr':
      if (witness.length > 1) return 'unsupported-script';
      return isTaprootSpend(script, witness[0] ?? new Uint8Array(), transaction) ? null : 'signature';
  }
}

function isKeyHashSpend(script: Uint8Array, witness: readonly Uint8Array[], transaction: Transaction): boolean {
  const [signature, publicKey, more] = witness;
  if (!signature || publicKey?.length !== 33 || more) return false;
  if (toHex(crypto.hash160(publicKey)) !== toHex(script.subarray(2))) return false;
  const code = payments.p2pkh({ hash: script.subarray(2) }).output;
  return code !== undefined && isSignature(signature, publicKey, transaction.hashForWitnessV0(0, code, 0n, ALL));
}

function judgeScriptHash(
  script: Uint8Array,
  witness: readonly Uint8Array[],
  transaction: Transaction,
): MessageProblem | null {
  const code = witness.at(-1);
  if (!code || toHex(digest('sha256', code)) !== toHex(script.subarray(2))) return 'signature';
  const multisig = readMultisigScript(code);
  if (!multisig) return 'unsupported-script';
  const [dummy, ...signatures] = witness.slice(0, -1);
  if (dummy?.length !== 0 || signatures.length !== multisig.threshold) return 'signature';
  const hash = transaction.hashForWitnessV0(0, code, 0n, ALL);
  // Signatures stand in the order of their keys; each key is asked once.
  const open = [...multisig.publicKeys];
  const holds = signatures.every((signature) => {
    const at = open.findIndex((publicKey) => isSignature(signature, publicKey, hash));
    open.splice(0, at + 1);
    return at >= 0;
  });
  return holds ? null : 'signature';
}

function isTaprootSpend(script: Uint8Array, signature: Uint8Array, transaction: Transaction): boolean {
  const isDefault = signature.length === 64;
  if (!isDefault && (signature.length !== 65 || signature[64] !== ALL)) return false;
  const type = isDefault ? Transaction.SIGHASH_DEFAULT : ALL;
  const hash = transaction.hashForWitnessV1(0, [script], [0n], type);
  return verifySchnorr(hash, script.subarray(2), signature.subarray(0, 64));
}

const ALL = Transaction.SIGHASH_ALL;

function isSignature(signature: Uint8Array, publicKey: Uint8Array, hash: Uint8Array): boolean {
  try {
    const { hashType, signature: compact } = scripts.signature.decode(signature);
    return hashType === ALL && isPoint(publicKey) && verify(hash, publicKey, compact, true);
  } catch {
    return false;
  }
}

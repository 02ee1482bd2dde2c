import { crypto, script as scripts, Transaction } from 'bitcoinjs-lib';
import * as secp256k1 from 'tiny-secp256k1';
import { equalBytes } from './bytes.ts';
import type { Coin } from './transaction.ts';

const FALSE_RESULT = 'Script evaluated without error but finished with a false/empty top stack element';
const FAILED_CHECK = 'Signature must be zero for failed CHECK(MULTI)SIG operation';
const { OPS } = scripts;

/**
 * Judges the scripts and signatures of every input.
 *
 * Knows P2PKH, P2WPKH, P2WSH with bare multi-signature, and P2TR by key path; anything else is refused by name, because
 * an unjudged script must not pass. Gives the index of the first bad input with the node's own words, or null.
 */
export function findBadInput(
  transaction: Transaction,
  spent: readonly Coin[],
): { readonly index: number; readonly words: string } | null {
  for (const [index, coin] of spent.entries()) {
    const words = judgeInput(transaction, index, coin, spent);
    if (words !== null) return { index, words };
  }
  return null;
}

/** The form of an output script. */
export type ScriptForm =
  | 'pubkeyhash'
  | 'witness_v0_keyhash'
  | 'witness_v0_scripthash'
  | 'witness_v1_taproot'
  | 'nulldata'
  | 'scripthash'
  | 'nonstandard';

/** Names the form of an output script, in the node's words. */
export function formOf(script: Uint8Array): ScriptForm {
  const [first, second] = script;
  const last = script[script.length - 1];
  if (script.length === 22 && first === 0 && second === 20) return 'witness_v0_keyhash';
  if (script.length === 34 && first === 0 && second === 32) return 'witness_v0_scripthash';
  if (script.length === 34 && first === 0x51 && second === 32) return 'witness_v1_taproot';
  if (
    script.length === 25 &&
    first === 0x76 &&
    second === 0xa9 &&
    script[2] === 20 &&
    script[23] === 0x88 &&
    last === 0xac
  )
    return 'pubkeyhash';
  if (script.length === 23 && first === 0xa9 && second === 20 && last === 0x87) return 'scripthash';
  return first === 0x6a ? 'nulldata' : 'nonstandard';
}

function judgeInput(transaction: Transaction, index: number, coin: Coin, spent: readonly Coin[]): string | null {
  const input = transaction.ins[index];
  if (!input) return 'no such input';
  const form = formOf(coin.script);
  const { witness } = input;
  const program = coin.script.subarray(2);
  if (form.startsWith('witness') && input.script.length > 0) return 'Witness requires empty scriptSig';
  if (form === 'pubkeyhash' && witness.length > 0) return 'Witness provided for non-witness script';
  if (form.startsWith('witness') && witness.length === 0) return 'Witness program was passed an empty witness';
  switch (form) {
    case 'witness_v0_keyhash': {
      const [signature, key] = witness;
      if (witness.length !== 2 || !signature || !key) return 'Witness program hash mismatch';
      const code = keyHashScript(program);
      return judgeKeyHash(program, signature, key, (type) =>
        transaction.hashForWitnessV0(index, code, coin.sats, type),
      );
    }
    case 'pubkeyhash': {
      // Of numbers only zero is a push of bytes that a signature may be: none.
      const pushed = (scripts.decompile(input.script) ?? []).map((part) => (part === 0 ? new Uint8Array() : part));
      const [signature, key, ...more] = pushed;
      if (!(signature instanceof Uint8Array) || !(key instanceof Uint8Array) || more.length > 0)
        return 'Operation not valid with the current stack size';
      return judgeKeyHash(coin.script.subarray(3, 23), signature, key, (type) =>
        transaction.hashForSignature(index, coin.script, type),
      );
    }
    case 'witness_v0_scripthash': {
      const code = witness[witness.length - 1];
      if (!code || !equalBytes(crypto.sha256(code), program)) return 'Witness program hash mismatch';
      return judgeMultisig(code, witness.slice(0, -1), (type) =>
        transaction.hashForWitnessV0(index, code, coin.sats, type),
      );
    }
    case 'witness_v1_taproot':
      return judgeKeyPath(program, witness, (type) =>
        transaction.hashForWitnessV1(
          index,
          spent.map((one) => one.script),
          spent.map((one) => one.sats),
          type,
        ),
      );
    default:
      return `regtest-lite does not judge ${form} scripts`;
  }
}

type HashFor = (type: number) => Uint8Array;

function judgeKeyHash(keyHash: Uint8Array, signature: Uint8Array, key: Uint8Array, hashFor: HashFor): string | null {
  if (!equalBytes(crypto.hash160(key), keyHash)) return 'Script failed an OP_EQUALVERIFY operation';
  const reading = readSignature(signature);
  if (typeof reading === 'string') return reading;
  return key.length === 33 && checks(reading, key, hashFor) ? null : FAILED_CHECK;
}

/** `m <keys> n OP_CHECKMULTISIG`, with the signatures in the order of their keys. */
function judgeMultisig(code: Uint8Array, stack: readonly Uint8Array[], hashFor: HashFor): string | null {
  const parts = scripts.decompile(code) ?? [];
  const keys = parts
    .slice(1, -2)
    .filter((part): part is Uint8Array => part instanceof Uint8Array && part.length === 33);
  const count = (part: Uint8Array | number | undefined) => (typeof part === 'number' ? part - 0x50 : 0);
  const required = count(parts[0]);
  if (
    parts.at(-1) !== OPS['OP_CHECKMULTISIG'] ||
    count(parts.at(-2)) !== keys.length ||
    keys.length !== parts.length - 3 ||
    required < 1 ||
    required > keys.length
  ) {
    return 'regtest-lite judges no witness script but bare multi-signature';
  }
  const [dummy, ...signatures] = stack;
  if (!dummy || signatures.length !== required) return 'Operation not valid with the current stack size';
  if (dummy.length > 0) return 'Dummy CHECKMULTISIG argument must be zero';
  const left = [...keys];
  for (const signature of signatures) {
    const reading = readSignature(signature);
    if (typeof reading === 'string') return reading;
    for (;;) {
      const key = left.shift();
      if (!key) return FAILED_CHECK;
      if (checks(reading, key, hashFor)) break;
    }
  }
  return null;
}

/** BIP341 by key path, without annex. */
function judgeKeyPath(program: Uint8Array, witness: readonly Uint8Array[], hashFor: HashFor): string | null {
  const [signature] = witness;
  if (witness.length !== 1 || !signature) return 'regtest-lite judges taproot by key path only';
  if (signature.length !== 64 && signature.length !== 65) return 'Invalid Schnorr signature size';
  const type = signature[64] ?? Transaction.SIGHASH_DEFAULT;
  const known = type <= 3 || (type >= 0x81 && type <= 0x83);
  if (!known || (signature.length === 65 && type === 0)) return 'Invalid Schnorr signature hash type';
  if (!secp256k1.isXOnlyPoint(program)) return 'Invalid Schnorr signature';
  return secp256k1.verifySchnorr(hashFor(type), program, signature.subarray(0, 64))
    ? null
    : 'Invalid Schnorr signature';
}

interface Signature {
  readonly compact: Uint8Array;
  readonly type: number;
}

/** A DER signature with its hash type byte, or the node's words about it. */
function readSignature(bytes: Uint8Array): Signature | string {
  if (bytes.length === 0) return FALSE_RESULT;
  const type = bytes[bytes.length - 1] ?? 0;
  try {
    // The form is judged before the hash type, so a plain type stands in for reading.
    const { signature } = scripts.signature.decode(
      Uint8Array.from([...bytes.subarray(0, -1), Transaction.SIGHASH_ALL]),
    );
    if (![1, 2, 3].includes(type & 0x7f)) return 'Signature hash type missing or not understood';
    // secp256k1's group order halved, from "SEC 2", with which BIP146 bounds S.
    if (Buffer.compare(signature.subarray(32), HALF_ORDER) > 0)
      return 'Non-canonical signature: S value is unnecessarily high';
    return { compact: signature, type };
  } catch {
    return 'Non-canonical DER signature';
  }
}

const HALF_ORDER = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex');

function checks({ compact, type }: Signature, key: Uint8Array, hashFor: HashFor): boolean {
  return secp256k1.isPoint(key) && secp256k1.verify(hashFor(type), key, compact);
}

function keyHashScript(keyHash: Uint8Array): Uint8Array {
  return Uint8Array.from([0x76, 0xa9, 20, ...keyHash, 0x88, 0xac]);
}

import { fromHex, toHex, utf8 } from '@rielrails/kit/offline';
import { Transaction } from 'bitcoinjs-lib';
import type { AccountKey } from './account.ts';
import type { DerivedKey } from './descriptor/derive.ts';

/** An input to write: what it spends, the whole transaction that made it, and its keys. */
export interface WrittenInput {
  readonly previousTransaction: Uint8Array;
  readonly spent: { readonly script: Uint8Array; readonly value: bigint };
  readonly key: AccountKey;
}

/** One entry of a map: its type, what follows the type in the key, and the value. */
type Entry = readonly [type: number, keyData: Uint8Array, value: Uint8Array];

/** The types of fields, by the tables of BIP174 and BIP371. The same field has another number in an output. */
const INPUT = { scripts: 0x05, derivation: 0x06, tapDerivation: 0x16, tapInternalKey: 0x17 };
const OUTPUT = { scripts: 0x01, derivation: 0x02, tapInternalKey: 0x05, tapDerivation: 0x07 };
const UNSIGNED_TRANSACTION = 0x00;
const NON_WITNESS_UTXO = 0x00;
const WITNESS_UTXO = 0x01;
const HARDENED = 0x8000_0000;
const nothing = new Uint8Array();
const END = Uint8Array.of(0);

/**
 * Writes an unsigned PSBT of version 0 (BIP174, BIP371), byte for byte as bitcoinjs-lib writes what is given to it.
 *
 * Written here, because that library tries every kind of script on each input by throwing errors, which takes longer
 * than signing.
 */
export function writePsbt(
  unsigned: Transaction,
  inputs: readonly WrittenInput[],
  outputs: readonly (AccountKey | null)[],
): Uint8Array {
  return join([
    utf8('psbt'),
    Uint8Array.of(0xff),
    mapOf([[UNSIGNED_TRANSACTION, nothing, unsigned.toBuffer()]]),
    ...inputs.map(({ previousTransaction, spent, key }) =>
      mapOf([
        [NON_WITNESS_UTXO, nothing, previousTransaction],
        [WITNESS_UTXO, nothing, outputOf(spent)],
        ...keyEntries(key, INPUT),
      ]),
    ),
    ...outputs.map((key) => mapOf(key ? keyEntries(key, OUTPUT) : [])),
  ]);
}

/** What a signer must be told about an output of ours, in an input that spends it or an output that pays it. */
function keyEntries({ keys, witnessScript, internalKey }: AccountKey, types: typeof INPUT): readonly Entry[] {
  if (internalKey) {
    const derivations = keys.map((key): Entry => {
      // No leaves: the key path.
      return [types.tapDerivation, key.publicKey.subarray(-32), join([Uint8Array.of(0), originOf(key)])];
    });
    return [[types.tapInternalKey, nothing, internalKey], ...derivations];
  }
  const derivations = keys.map((key): Entry => [types.derivation, key.publicKey, originOf(key)]);
  return witnessScript ? [[types.scripts, nothing, witnessScript], ...derivations] : derivations;
}

/** The fingerprint of the master key, and each step of the path in four bytes. */
function originOf({ masterFingerprint, path }: DerivedKey): Uint8Array {
  const steps = path.split('/').slice(1);
  const bytes = new Uint8Array(4 + 4 * steps.length);
  bytes.set(masterFingerprint);
  const view = new DataView(bytes.buffer);
  for (const [position, step] of steps.entries()) {
    const number = Number.parseInt(step, 10) + (/['h]$/.test(step) ? HARDENED : 0);
    view.setUint32(4 + 4 * position, number, true);
  }
  return bytes;
}

function outputOf({ script, value }: WrittenInput['spent']): Uint8Array {
  const amount = new Uint8Array(8);
  new DataView(amount.buffer).setBigUint64(0, value, true);
  return join([amount, compact(script.length), script]);
}

/** A map in the order of its keys, with its end. */
function mapOf(entries: readonly Entry[]): Uint8Array {
  const written = entries.map(([type, keyData, value]) => ({ key: join([Uint8Array.of(type), keyData]), value }));
  const ordered = written.length > 1 ? written.sort((a, b) => (toHex(a.key) < toHex(b.key) ? -1 : 1)) : written;
  const pieces = ordered.flatMap(({ key, value }) => [compact(key.length), key, compact(value.length), value]);
  return join([...pieces, END]);
}

/** A length in Bitcoin's compact form. */
function compact(length: number): Uint8Array {
  if (length < 0xfd) return Uint8Array.of(length);
  if (length <= 0xffff) return Uint8Array.of(0xfd, length & 0xff, length >> 8);
  return join([
    Uint8Array.of(0xfe),
    Uint8Array.of(length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, length >>> 24),
  ]);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The output that an input spends, and the bytes of the transaction that made it. */
export function readSpent(hex: string, index: number): Pick<WrittenInput, 'previousTransaction' | 'spent'> {
  const previousTransaction = fromHex(hex);
  const spent = Transaction.fromBuffer(previousTransaction).outs[index];
  if (!spent) throw new RangeError('psbt: the previous transaction has no such output');
  return { previousTransaction, spent };
}

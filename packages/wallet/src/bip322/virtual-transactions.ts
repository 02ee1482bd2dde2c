import { digest, utf8 } from '@rielrails/kit/offline';
import { script as scripts, Transaction } from 'bitcoinjs-lib';

const TAG = 'BIP0322-signed-message';
const { OPS } = scripts;
/** The one output of `to_sign`: OP_RETURN. */
const NOTHING = Uint8Array.of(OPS['OP_RETURN'] ?? 0x6a);

/** The hash of a message as BIP322 has it: tagged (BIP340), over its UTF-8 bytes. */
export function messageHash(message: string): Uint8Array {
  const tag = digest('sha256', utf8(TAG));
  return digest('sha256', Uint8Array.from([...tag, ...tag, ...utf8(message)]));
}

/** The transaction that nobody can send, whose output is spent by signing a message. */
export function toSpend(message: string, script: Uint8Array): Transaction {
  const transaction = new Transaction();
  transaction.version = 0;
  transaction.addInput(new Uint8Array(32), 0xffff_ffff, 0);
  transaction.setInputScript(0, Uint8Array.from([0x00, 0x20, ...messageHash(message)]));
  transaction.addOutput(script, 0n);
  return transaction;
}

/** The transaction that a signature of the simple form stands for. */
export function toSign(message: string, script: Uint8Array, witness: readonly Uint8Array[] = []): Transaction {
  const transaction = new Transaction();
  transaction.version = 0;
  transaction.addInput(toSpend(message, script).getHash(), 0, 0);
  transaction.addOutput(NOTHING, 0n);
  transaction.setWitness(0, [...witness]);
  return transaction;
}

/** Whether an output is the one that `to_sign` must have. */
export function isNothing({ script, value }: Transaction['outs'][number]): boolean {
  return value === 0n && script.length === 1 && script[0] === NOTHING[0];
}

import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { toBase64, toHex } from '@rielrails/kit';
import { crypto, payments, script as scripts, Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../test/spending.ts';
import vectors from '../../fixtures/bip322.json' with { type: 'json' };
import { messageHash, toSign, toSpend } from './virtual-transactions.ts';
import { verifyMessage } from './verify-message.ts';

describe('the vectors of BIP322', () => {
  it.each(vectors.hashes)('hash "$message" and both transactions', ({ message, address, ...expected }) => {
    const script = scriptOfAddress(address, 'bitcoin');
    expect({
      messageHash: toHex(messageHash(message)),
      toSpend: toSpend(message, script).getId(),
      toSign: toSign(message, script).getId(),
    }).toEqual(expected);
  });

  it.each(vectors.valid)('hold: $form form of $type, $message', ({ form, message, address, signature, ...more }) => {
    const { lockTime = 0, sequence = 0 } = more as { readonly lockTime?: number; readonly sequence?: number };
    const valid = { outcome: 'valid', form, lockTime, sequence };
    expect(verifyMessage({ message, address, signature }, 'bitcoin')).toEqual(valid);
    for (const change of more.elsewhere) {
      const changed = { message, address, signature, ...change };
      expect(verifyMessage(changed, 'bitcoin')).toEqual({ outcome: 'refused', problem: 'signature' });
    }
  });

  it.each(vectors.refused)('are refused by name: $description', ({ problem, message, address, signature }) => {
    expect(verifyMessage({ message, address, signature }, 'bitcoin')).toEqual({ outcome: 'refused', problem });
  });
});

describe('verifyMessage', () => {
  const [first] = vectors.valid;
  const signed = { message: '', address: first?.address ?? '', signature: first?.signature ?? '' };

  it.each([
    ['too-long', { message: 'x'.repeat(65_537) }],
    ['too-long', { signature: 'A'.repeat(65_540) }],
    ['malformed', { message: '\ud83d' }],
    ['malformed', { signature: `${signed.signature}=` }],
    ['malformed', { signature: ` ${signed.signature}` }],
    ['malformed', { signature: `${signed.signature}AAAA` }],
    ['malformed', { signature: 'smpAg==' }],
    // The last base64 digit hides a bit that belongs to no byte.
    ['malformed', { signature: signed.signature.replace('HI=', 'HJ=') }],
    ['address', { address: 'bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0m' }],
    ['address', { address: 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx' }],
    ['legacy', { signature: toBase64(new Uint8Array(65).fill(31)) }],
    ['proof-of-funds', { signature: `pof${signed.signature.slice(3)}` }],
  ])('refuses as %s %o', (problem, change) => {
    expect(verifyMessage({ ...signed, ...change }, 'bitcoin')).toEqual({ outcome: 'refused', problem });
  });

  it('wants the whole transaction signed, in the one form of a signature', () => {
    const key = keyOf('message');
    const { address = '', output = new Uint8Array() } = payments.p2wpkh({ pubkey: key.publicKey });
    const code = payments.p2pkh({ pubkey: key.publicKey }).output ?? output;
    const sign = (type: number, change: (compact: Uint8Array) => Uint8Array = (compact) => compact) => {
      const hash = toSign('hi', output).hashForWitnessV0(0, code, 0n, type);
      return scripts.signature.encode(change(key.sign(hash, true)), type);
    };
    const verify = (signature: Uint8Array) =>
      verifyMessage(
        { message: 'hi', address, signature: `smp${toBase64(witness([signature, key.publicKey]))}` },
        'bitcoin',
      );
    expect(verify(sign(Transaction.SIGHASH_ALL))).toMatchObject({ outcome: 'valid' });
    expect(verify(sign(Transaction.SIGHASH_NONE))).toMatchObject({ problem: 'signature' });
    expect(verify(sign(0x81))).toMatchObject({ problem: 'signature' });
    expect(verify(sign(Transaction.SIGHASH_ALL, highS))).toMatchObject({ problem: 'signature' });
  });

  it('refuses a full form whose parts are not as they must be', () => {
    const key = keyOf('message');
    const { address = '', output = new Uint8Array() } = payments.p2tr({ pubkey: key.publicKey.subarray(1) });
    const full = (change: (transaction: Transaction) => void) => {
      const transaction = toSign('hi', output);
      change(transaction);
      const hash = transaction.hashForWitnessV1(
        0,
        transaction.ins.map(() => output),
        transaction.ins.map(() => 0n),
        Transaction.SIGHASH_DEFAULT,
      );
      transaction.setWitness(0, [key.signSchnorr(hash)]);
      return verifyMessage({ message: 'hi', address, signature: `ful${toBase64(transaction.toBuffer())}` }, 'bitcoin');
    };
    const extraInput = (transaction: Transaction) => void transaction.addInput(crypto.sha256(output), 0);
    expect(full(() => {})).toEqual({ outcome: 'valid', form: 'full', lockTime: 0, sequence: 0 });
    expect(full((transaction) => void (transaction.version = 2))).toMatchObject({ outcome: 'valid' });
    expect(full((transaction) => void (transaction.version = 1))).toMatchObject({ problem: 'unsupported-script' });
    expect(full(extraInput)).toMatchObject({ problem: 'proof-of-funds' });
    expect(full((transaction) => void transaction.addOutput(output, 0n))).toMatchObject({ problem: 'malformed' });
    expect(full(({ outs: [only] }) => void (only && (only.value = 1n)))).toMatchObject({ problem: 'malformed' });
    expect(full(({ ins: [only] }) => void (only && (only.index = 1)))).toMatchObject({ problem: 'signature' });
  });
});

function witness(items: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from([items.length, ...items.flatMap((item) => [item.length, ...item])]);
}

/** The other root: the same signature to the curve, another one to a transaction. */
function highS(compact: Uint8Array): Uint8Array {
  const order = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;
  const s = order - BigInt(`0x${toHex(compact.subarray(32))}`);
  const bytes = s.toString(16).padStart(64, '0').match(/../g) ?? [];
  return Uint8Array.from([...compact.subarray(0, 32), ...bytes.map((pair) => Number.parseInt(pair, 16))]);
}

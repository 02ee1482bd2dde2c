import { toHex } from '@rielrails/kit/offline';
import type { Secret } from '@rielrails/kit/offline';
import { addressOfScript, scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { Psbt, Transaction } from 'bitcoinjs-lib';
import { openBinding } from '../binding.ts';
import { dustLimitSats } from '../dust.ts';
import { unsignedOf } from '../psbt.ts';
import { txidOfHash } from '../txid.ts';
import type { GivenLogEntry, SignerRefusal, SignRequest } from './protocol.ts';
import type { ReadOutput, ReadPsbt } from './read-psbt.ts';

/** What a signer judges by. */
export interface Judging {
  readonly network: BitcoinNetwork;
  readonly bindingKey: Secret;
  /** Whether a script belongs to one of the operator's own descriptors, beside the account. */
  readonly isOwnElsewhere: (script: Uint8Array) => boolean;
}

/** Which output pays; or why there is nothing to sign. */
export type Judgement = { readonly payment: ReadOutput } | { readonly refusal: SignerRefusal };

/** Whether the purpose allows this transaction, given what was given out under its reference before. */
export function judge(
  request: SignRequest,
  read: ReadPsbt,
  given: readonly GivenLogEntry[],
  judging: Judging,
): Judgement {
  const { network, bindingKey } = judging;
  const payments = given.filter(({ purpose }) => purpose !== 'child');
  switch (request.purpose) {
    case 'deliver': {
      const { reference, address, amountSats } = request;
      const bounds = openBinding(bindingKey, request.binding, { network, reference, address });
      if (!bounds) return { refusal: 'binding' };
      if (amountSats < bounds.minimumSats || amountSats > bounds.maximumSats) return { refusal: 'amount' };
      return once(payments, read) ?? split(request, read, network);
    }
    case 'sweep': {
      const parts = splitOwn(request, read, network);
      if ('refusal' in parts) return parts;
      return isOwn(parts.payment, judging) ? (once(payments, read) ?? parts) : { refusal: 'foreign-output' };
    }
    case 'replace':
      return judgeReplacement(read, payments, judging);
    case 'child':
      return judgeChild(read, payments, judging);
  }
}

function isOwn({ place, script }: ReadOutput, { isOwnElsewhere }: Judging): boolean {
  return place !== null || isOwnElsewhere(script);
}

/** A reference is signed once; the same transaction again is no second time. */
function once(payments: readonly GivenLogEntry[], read: ReadPsbt): { readonly refusal: SignerRefusal } | null {
  const [original] = payments;
  if (!original) return null;
  return { refusal: spends(read, original.anchor) ? 'already-signed' : 'second-anchor' };
}

/** One output pays; the others go to keys of ours on the change branch: a sweep may split coins into many. */
function splitOwn(
  payment: { readonly address: string; readonly amountSats: bigint },
  read: ReadPsbt,
  network: BitcoinNetwork,
): Judgement {
  const pays = ({ sats, script }: ReadOutput) =>
    sats === payment.amountSats && addressOfScript(script, network) === payment.address;
  const others = read.outputs.filter((output) => !pays(output));
  if (others.some(({ place }) => place?.branch !== 'change')) return { refusal: 'foreign-output' };
  return split(payment, { ...read, outputs: read.outputs.filter(pays) }, network);
}

/** One output pays; at most one other is change to a key of ours. */
function split(
  { address, amountSats }: { readonly address: string; readonly amountSats: bigint },
  { outputs }: ReadPsbt,
  network: BitcoinNetwork,
): Judgement {
  const paying = outputs.filter(
    ({ script, sats }) => sats === amountSats && addressOfScript(script, network) === address,
  );
  const [payment] = paying;
  if (!payment || paying.length > 1) return { refusal: 'payment-output' };
  if (payment.sats < dustLimitSats(payment.script)) return { refusal: 'amount' };
  const [change, more] = outputs.filter((output) => output !== payment);
  if (more || (change && change.place?.branch !== 'change')) return { refusal: 'foreign-output' };
  return { payment };
}

/** Spends an output of the delivery's own transactions, to one output of our own. */
function judgeChild(read: ReadPsbt, payments: readonly GivenLogEntry[], judging: Judging): Judgement {
  const known = new Set(payments.map(({ txid }) => txid));
  if (!read.inputs.some(({ txid }) => known.has(txid))) return { refusal: 'nothing-signed' };
  const [payment, second] = read.outputs;
  if (!payment || second || !isOwn(payment, judging)) return { refusal: 'foreign-output' };
  return payment.sats < dustLimitSats(payment.script) ? { refusal: 'amount' } : { payment };
}

/** A replacement spends the same inputs, pays the same output, and takes the higher fee from the change alone. */
function judgeReplacement(read: ReadPsbt, payments: readonly GivenLogEntry[], { network }: Judging): Judgement {
  const [original] = payments;
  const latest = payments.at(-1);
  if (!original || !latest) return { refusal: 'nothing-signed' };
  if (!spends(read, original.anchor)) return { refusal: 'second-anchor' };
  const paymentScript = toHex(scriptOfAddress(latest.address, network));
  const before = transactionGiven(latest);
  const inputs = new Set(before.ins.map(({ hash, index }) => `${txidOfHash(hash)}:${index}`));
  const [payment, ...others] = [...read.outputs].sort((a, b) => rank(a) - rank(b));
  const oldChange = before.outs.find(({ script, value }) => !isPayment(script, value));
  const [change, more] = others;
  const holds =
    read.inputs.length === inputs.size &&
    read.inputs.every(({ txid, index }) => inputs.has(`${txid}:${index}`)) &&
    read.feeSats > BigInt(latest.feeSats) &&
    payment !== undefined &&
    isPayment(payment.script, payment.sats) &&
    more === undefined &&
    (!change || (oldChange !== undefined && toHex(change.script) === toHex(oldChange.script))) &&
    (!change || change.sats >= dustLimitSats(change.script));
  return holds ? { payment } : { refusal: 'not-a-replacement' };

  function isPayment(script: Uint8Array, sats: bigint): boolean {
    return sats.toString() === latest?.amountSats && toHex(script) === paymentScript;
  }

  function rank({ script, sats }: ReadOutput): number {
    return isPayment(script, sats) ? 0 : 1;
  }
}

/** The transaction of an entry, signed or not. */
export function transactionGiven(entry: GivenLogEntry): Transaction {
  return entry.type === 'signed' ? Transaction.fromHex(entry.transactionHex) : unsignedOf(Psbt.fromBase64(entry.psbt));
}

function spends({ inputs }: ReadPsbt, anchor: string): boolean {
  return inputs.some(({ txid, index }) => `${txid}:${index}` === anchor);
}

import { addressOfScript, scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { toHex } from '@rielrails/kit/offline';
import type { Clock, Secret } from '@rielrails/kit/offline';
import { Transaction } from 'bitcoinjs-lib';
import { openBinding } from '../binding.ts';
import { dustLimitSats } from '../dust.ts';
import type { SigningAccount } from './keys.ts';
import { DamagedLogError, headOf, nextEntry, signedUnder } from './log.ts';
import type { SignerLog } from './log.ts';
import { ownsScript } from './policy.ts';
import type { SignerPolicy } from './policy.ts';
import type {
  LogHead,
  SignAnswer,
  SignedEntry,
  SignedLogEntry,
  Signer,
  SignerRefusal,
  SignRequest,
} from './protocol.ts';
import { readPsbt } from './read-psbt.ts';
import type { ReadOutput, ReadPsbt } from './read-psbt.ts';

/** What a signer is made of. */
export interface SignerOptions {
  readonly keys: SigningAccount;
  /** Shared with the wallet's `bind`. */
  readonly bindingKey: Secret;
  readonly policy: SignerPolicy;
  readonly log: SignerLog;
  /** Asked before every signature. */
  readonly frozen: () => boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAGE = 50;

/**
 * The signer's mind, without its process: reads the PSBT itself and decides by purpose.
 *
 * - `deliver`: once per reference, to the sealed address, within the sealed bounds; its first input becomes the anchor.
 * - `replace`: the same inputs and payment, a higher fee, only the change smaller or gone.
 * - `child`: spends change of a delivery's own transaction, to our own keys only.
 * - `sweep`: once per reference, to the operator's own descriptors only.
 *
 * Between reading a request and the durable log entry nothing waits, so two requests cannot interleave.
 *
 * @throws DamagedLogError when the log is empty or belongs to another account.
 */
export function createSigner(options: SignerOptions, { clock }: { readonly clock: Clock }): Signer {
  const { keys, bindingKey, policy, log, frozen } = options;
  const { account } = keys;
  const { network } = account;
  const isOwnElsewhere = ownsScript(policy, account);
  const [first] = log.entries;
  headOf(log);
  if (first?.type !== 'init' || first.network !== network || first.descriptor !== account.descriptor) {
    throw new DamagedLogError('belongs to another account');
  }

  function sign(request: SignRequest): SignAnswer {
    if (frozen()) return refuse('frozen');
    const read = readPsbt(request.psbt, account);
    if ('problem' in read) return refuse(read.problem);
    const signed = signedUnder(log, request.reference);
    // What was signed already may be handed out again, whatever the caller knows of the log: its answer was lost.
    const before = signed.find(({ txid }) => txid === read.txid);
    if (before) {
      const { txid, transactionHex, sequence, hash } = before;
      return { outcome: 'signed', txid, transactionHex, head: { sequence, hash } };
    }
    const judgement = judge(request, read, signed);
    if ('refusal' in judgement) return refuse(judgement.refusal);
    if (read.feeSats > policy.maximumFeeSats) return refuse('fee');
    if (!agrees(request.logHead)) return refuse('log-disagrees');
    if (request.purpose === 'deliver' && isTooFast(request.amountSats)) return refuse('velocity');

    const transaction = keys.sign(read);
    // Compared as a product of whole numbers: the rate itself would be a float.
    const rateCapMilli = BigInt(Math.floor(policy.maximumSatPerVbyte * 1000));
    if (read.feeSats * 1000n > BigInt(transaction.virtualSize()) * rateCapMilli) return refuse('fee');
    const [anchor] = read.inputs;
    const change = judgement.change;
    const content: SignedEntry = {
      type: 'signed',
      purpose: request.purpose,
      reference: request.reference,
      txid: read.txid,
      anchor: request.purpose === 'replace' && signed[0] ? signed[0].anchor : `${anchor?.txid}:${anchor?.index}`,
      address: addressOfScript(judgement.payment.script, network) ?? '',
      amountSats: judgement.payment.sats.toString(),
      feeSats: read.feeSats.toString(),
      change: change?.place ? { index: change.place.index, sats: change.sats.toString() } : null,
      transactionHex: transaction.toHex(),
    };
    log.append(nextEntry(log.entries, content, clock.now()));
    return { outcome: 'signed', txid: read.txid, transactionHex: content.transactionHex, head: headOf(log) };
  }

  /** Whether the purpose allows this transaction, and which output is what. */
  function judge(request: SignRequest, read: ReadPsbt, signed: readonly SignedLogEntry[]): Judgement {
    const payments = signed.filter(({ purpose }) => purpose !== 'child');
    switch (request.purpose) {
      case 'deliver': {
        const bounds = openBinding(bindingKey, request.binding, {
          network,
          reference: request.reference,
          address: request.address,
        });
        if (!bounds) return { refusal: 'binding' };
        const { amountSats } = request;
        if (amountSats < bounds.minimumSats || amountSats > bounds.maximumSats) return { refusal: 'amount' };
        return once(payments, read) ?? split(request, read);
      }
      case 'sweep': {
        const parts = split(request, read);
        if ('refusal' in parts) return parts;
        const { place, script } = parts.payment;
        if (!place && !isOwnElsewhere(script)) return { refusal: 'foreign-output' };
        return once(payments, read) ?? parts;
      }
      case 'replace':
        return judgeReplacement(read, payments, network);
      case 'child': {
        const known = new Set(payments.map(({ txid }) => txid));
        if (payments.length === 0) return { refusal: 'nothing-signed' };
        if (!read.inputs.some(({ txid }) => known.has(txid))) return { refusal: 'nothing-signed' };
        const [payment, second] = read.outputs;
        if (!payment?.place || second) return { refusal: 'foreign-output' };
        return payment.sats < dustLimitSats(payment.script) ? { refusal: 'amount' } : { payment, change: null };
      }
    }
  }

  /** One output pays; at most one other is change to a key of ours. */
  function split(
    { address, amountSats }: { readonly address: string; readonly amountSats: bigint },
    { outputs }: ReadPsbt,
  ): Judgement {
    const paying = outputs.filter(
      ({ script, sats }) => sats === amountSats && addressOfScript(script, network) === address,
    );
    const [payment] = paying;
    if (!payment || paying.length > 1) return { refusal: 'payment-output' };
    if (payment.sats < dustLimitSats(payment.script)) return { refusal: 'amount' };
    const [change, more] = outputs.filter((output) => output !== payment);
    if (more || (change && change.place?.branch !== 'change')) return { refusal: 'foreign-output' };
    return { payment, change: change ?? null };
  }

  function isTooFast(amountSats: bigint): boolean {
    const now = Math.max(clock.now(), log.entries.at(-1)?.atMs ?? 0);
    let hour = amountSats;
    let day = amountSats;
    // Newest first: time never runs backwards in the log.
    for (let index = log.entries.length - 1; index > 0; index -= 1) {
      const entry = log.entries[index];
      if (!entry || entry.atMs <= now - DAY_MS) break;
      if (entry.type !== 'signed' || entry.purpose !== 'deliver') continue;
      day += BigInt(entry.amountSats);
      if (entry.atMs > now - HOUR_MS) hour += BigInt(entry.amountSats);
    }
    return hour > policy.maximumSatsPerHour || day > policy.maximumSatsPerDay;
  }

  /** A caller without a head is believed only by a log in which nothing was signed. */
  function agrees(head: LogHead | null): boolean {
    const last = headOf(log);
    return head === null ? last.sequence === 0 : head.sequence === last.sequence && head.hash === last.hash;
  }

  return {
    sign: async (request) => sign(request),
    describe: async () => ({
      network,
      descriptor: account.descriptor,
      bindingFingerprint: bindingKey.fingerprint(),
      head: headOf(log),
      frozen: frozen(),
    }),
    entriesAfter: async (head) => {
      if (head === null) return log.entries.slice(0, PAGE);
      const at = log.entries[head.sequence];
      return at?.hash === head.hash ? log.entries.slice(head.sequence + 1, head.sequence + 1 + PAGE) : null;
    },
    find: async (reference) => signedUnder(log, reference),
  };
}

type Judgement =
  | { readonly payment: ReadOutput; readonly change: ReadOutput | null }
  | { readonly refusal: SignerRefusal };

function refuse(code: SignerRefusal): SignAnswer {
  return { outcome: 'refused', code };
}

/** A reference is signed once; the same transaction again is no second time. */
function once(payments: readonly SignedLogEntry[], read: ReadPsbt): { readonly refusal: SignerRefusal } | null {
  const [original] = payments;
  if (!original) return null;
  return { refusal: spends(read, original.anchor) ? 'already-signed' : 'second-anchor' };
}

/** A replacement spends the same inputs, pays the same output, and takes the higher fee from the change alone. */
function judgeReplacement(read: ReadPsbt, payments: readonly SignedLogEntry[], network: BitcoinNetwork): Judgement {
  const [original] = payments;
  const latest = payments.at(-1);
  if (!original || !latest) return { refusal: 'nothing-signed' };
  if (!spends(read, original.anchor)) return { refusal: 'second-anchor' };
  const paymentScript = toHex(scriptOfAddress(latest.address, network));
  const before = Transaction.fromHex(latest.transactionHex);
  const inputs = new Set(before.ins.map(({ hash, index }) => `${toHex(hash.toReversed())}:${index}`));
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
  return holds ? { payment, change: change ?? null } : { refusal: 'not-a-replacement' };

  function isPayment(script: Uint8Array, sats: bigint): boolean {
    return sats.toString() === latest?.amountSats && toHex(script) === paymentScript;
  }

  function rank({ script, sats }: ReadOutput): number {
    return isPayment(script, sats) ? 0 : 1;
  }
}

function spends({ inputs }: ReadPsbt, anchor: string): boolean {
  return inputs.some(({ txid, index }) => `${txid}:${index}` === anchor);
}

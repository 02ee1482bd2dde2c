import { addressOfScript } from '@rielrails/kit/bitcoin';
import type { Clock, Secret } from '@rielrails/kit/offline';
import { readAccount } from '../account.ts';
import type { Account } from '../account.ts';
import { DescriptorError } from '../descriptor/descriptor-error.ts';
import { completeWith, differenceOf, handOut, MAX_HANDED_OUT, readTransaction } from './complete.ts';
import { judge, transactionGiven } from './judge.ts';
import type { SigningAccount } from './keys.ts';
import { isRateTooHigh, isTooFast, measure } from './limits.ts';
import { DamagedLogError, givenUnder, headOf, nextEntry, releaseOf } from './log.ts';
import type { SignerLog } from './log.ts';
import { assertPolicy, ownsScript } from './policy.ts';
import type { SignerPolicy } from './policy.ts';
import type {
  AgreedTransaction,
  CompleteRequest,
  GivenLogEntry,
  HandedOutEntry,
  LogEntry,
  LogHead,
  ReleaseAnswer,
  ReleaseRequest,
  SignAnswer,
  SignedEntry,
  Signer,
  SignerRefusal,
  SignRequest,
} from './protocol.ts';
import { psbtVersion } from './psbt-version.ts';
import { readPsbt } from './read-psbt.ts';
import type { ReadPsbt } from './read-psbt.ts';
import { judgeRelease } from './release.ts';
import { finalise } from './signatures.ts';

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

const PAGE = 50;
/** The most text of entries in one answer, below what a line may hold. */
const PAGE_LENGTH = 4 * 1024 * 1024;

/**
 * The signer's mind, without its process: reads the PSBT itself and decides by purpose.
 *
 * - `deliver`: once per reference, to the sealed address, within the sealed bounds; its first input becomes the anchor.
 * - `replace`: the same inputs and payment, a higher fee, only the change smaller or gone.
 * - `child`: spends an output of a delivery's own transaction, to our own keys only.
 * - `sweep`: once per reference, to the operator's own descriptors only.
 *
 * Where keys are missing, the PSBT is handed out with the signatures so far, and counts as signed from then on.
 *
 * Between reading a request and the durable log entry nothing waits, so two requests cannot interleave.
 *
 * @throws DamagedLogError when the log is empty or belongs to another account, RangeError when the policy breaks a rule.
 */
export function createSigner(options: SignerOptions, { clock }: { readonly clock: Clock }): Signer {
  const { keys, bindingKey, policy, log, frozen } = options;
  const { account } = keys;
  const { network } = account;
  assertPolicy(policy, account);
  const judging = { network, bindingKey, isOwnElsewhere: ownsScript(policy, account) };
  const [first] = log.entries;
  headOf(log);
  if (first?.type !== 'init' || first.network !== network || !isOf(account, first.descriptor)) {
    throw new DamagedLogError('belongs to another account');
  }

  function sign(request: SignRequest): SignAnswer {
    if (frozen()) return refuse('frozen');
    const read = readPsbt(request.psbt, account);
    if ('problem' in read) return refuse(read.problem);
    const given = givenUnder(log, request.reference);
    // What was given out already may be told again, whatever the caller knows of the log: its answer was lost.
    const before = given.find(({ txid }) => txid === read.txid);
    if (before) return answerOf(before);
    const judgement = judge(request, read, given, judging);
    if ('refusal' in judgement) return refuse(judgement.refusal);
    if (read.feeSats > policy.maximumFeeSats) return refuse('fee');
    if (!agrees(request.logHead)) return refuse('log-disagrees');
    const toCustomers = request.purpose === 'deliver' ? request.amountSats : 0n;
    if (isTooFast({ toCustomers, toMiners: read.feeSats }, policy, log, clock.now())) return refuse('velocity');

    const signatures = keys.sign(read);
    const transaction = finalise(read, signatures);
    const parents = given.filter(({ txid }) => read.inputs.some((input) => input.txid === txid));
    const size = measure(read, transaction, account);
    if (isRateTooHigh(request.purpose, size, parents, policy)) return refuse('fee');
    const [anchor] = read.inputs;
    const { payment } = judgement;
    const agreed: AgreedTransaction = {
      purpose: request.purpose,
      reference: request.reference,
      txid: read.txid,
      anchor: request.purpose === 'replace' && given[0] ? given[0].anchor : `${anchor?.txid}:${anchor?.index}`,
      address: addressOfScript(payment.script, network) ?? '',
      amountSats: payment.sats.toString(),
      feeSats: read.feeSats.toString(),
      change: lastChange(read),
    };
    if (transaction) return record({ type: 'signed', ...agreed, transactionHex: transaction.toHex() });
    const psbt = handOut(read, signatures, account);
    return psbt.length > MAX_HANDED_OUT ? refuse('malformed') : record({ type: 'handed-out', ...agreed, psbt });
  }

  function complete({ reference, psbt, logHead }: CompleteRequest): SignAnswer {
    if (frozen()) return refuse('frozen');
    const given = givenUnder(log, reference);
    const returned = readTransaction(psbt);
    if (!returned) return refuse(psbtVersion(psbt) === 2 ? 'psbt-version' : 'malformed');
    const entry = given.find(({ txid }) => txid === returned.getId());
    if (entry?.type === 'signed') return answerOf(entry);
    const waiting = entry ?? given.findLast(({ type }) => type === 'handed-out');
    if (waiting?.type !== 'handed-out') return refuse('nothing-signed');
    const difference = differenceOf(returned, transactionGiven(waiting));
    if (difference) return refuse(difference);
    const completion = completeWith(psbt, waiting.psbt, account);
    if ('refusal' in completion) return refuse(completion.refusal);
    if (!agrees(logHead)) return refuse('log-disagrees');
    const agreed = agreedOf(waiting);
    const { read, signatures, transaction } = completion;
    return transaction
      ? record({ type: 'signed', ...agreed, transactionHex: transaction.toHex() })
      : record({ type: 'handed-out', ...agreed, psbt: handOut(read, signatures, account) });
  }

  function releaseAnchor(request: ReleaseRequest): ReleaseAnswer {
    if (frozen()) return refuse('frozen');
    const released = releaseOf(log, request.reference);
    if (released) return { outcome: 'released', head: { sequence: released.sequence, hash: released.hash } };
    const entry = judgeRelease(request, givenUnder(log, request.reference), policy.release, network);
    if ('refusal' in entry) return refuse(entry.refusal);
    if (!agrees(request.logHead)) return refuse('log-disagrees');
    log.append(nextEntry(log.entries, entry, clock.now()));
    return { outcome: 'released', head: headOf(log) };
  }

  /** Nothing is answered that is not written down. */
  function record(content: SignedEntry | HandedOutEntry): SignAnswer {
    const entry = nextEntry(log.entries, content, clock.now());
    log.append(entry);
    return answerOf(entry as GivenLogEntry);
  }

  /** A caller without a head is believed only by a log in which nothing was signed. */
  function agrees(head: LogHead | null): boolean {
    const last = headOf(log);
    return head === null ? last.sequence === 0 : head.sequence === last.sequence && head.hash === last.hash;
  }

  return {
    sign: async (request) => sign(request),
    complete: async (request) => complete(request),
    releaseAnchor: async (request) => releaseAnchor(request),
    describe: async () => ({
      network,
      descriptor: account.descriptor,
      bindingFingerprint: bindingKey.fingerprint(),
      head: headOf(log),
      frozen: frozen(),
    }),
    entriesAfter: async (head) => {
      if (head === null) return pageFrom(log.entries, 0);
      const at = log.entries[head.sequence];
      return at?.hash === head.hash ? pageFrom(log.entries, head.sequence + 1) : null;
    },
    find: async (reference) => givenUnder(log, reference),
  };
}

/** Whether a descriptor names this account, whatever its spelling: logs were begun without checksums. */
function isOf({ network, descriptor }: Account, text: string): boolean {
  try {
    return readAccount(text, network).descriptor === descriptor;
  } catch (error) {
    if (error instanceof DescriptorError) return false;
    throw error;
  }
}

/** Of the outputs on the change branch the one with the highest index: a restored wallet gives none of them out again. */
function lastChange({ outputs }: ReadPsbt): AgreedTransaction['change'] {
  const own = outputs.flatMap(({ place, sats }) =>
    place?.branch === 'change' ? [{ index: place.index, sats: sats.toString() }] : [],
  );
  return own.sort((a, b) => b.index - a.index)[0] ?? null;
}

/** As many entries as fit into one answer, at least one where there is any. */
function pageFrom(entries: readonly LogEntry[], start: number): readonly LogEntry[] {
  const page: LogEntry[] = [];
  let length = 0;
  for (const entry of entries.slice(start, start + PAGE)) {
    length += JSON.stringify(entry).length;
    if (page.length > 0 && length > PAGE_LENGTH) break;
    page.push(entry);
  }
  return page;
}

/** What was agreed to, without its place in the log. */
function agreedOf(entry: GivenLogEntry): AgreedTransaction {
  const { purpose, reference, txid, anchor, address, amountSats, feeSats, change } = entry;
  return { purpose, reference, txid, anchor, address, amountSats, feeSats, change };
}

function answerOf(entry: GivenLogEntry): SignAnswer {
  const { txid, sequence, hash } = entry;
  const head = { sequence, hash };
  return entry.type === 'signed'
    ? { outcome: 'signed', txid, transactionHex: entry.transactionHex, head }
    : { outcome: 'handed-out', txid, psbt: entry.psbt, head };
}

function refuse(code: SignerRefusal): { readonly outcome: 'refused'; readonly code: SignerRefusal } {
  return { outcome: 'refused', code };
}

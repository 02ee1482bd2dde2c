import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, Instant, Payment, ProviderRef, Receipt, Reference, Target } from '@rielrails/core';
import { createVocabulary, unavailable } from '@rielrails/kit';
import type { Runtime, Vocabulary } from '@rielrails/kit';
import type { PollingBudget } from './budget.ts';
import { BAKONG } from './config.ts';
import type { BakongSettings } from './config.ts';
import { readHandle } from './handle.ts';
import type { BakongHandle } from './handle.ts';
import { LIST_MAX } from './open-api.ts';
import type { BakongOpenApi } from './open-api.ts';
import type { BakongAnswer, BakongTransaction } from './transaction.ts';
import type { Watch, WatchedRequest } from './watch.ts';

/** What an answer is worth: when its call left decides what it proves. */
interface Told {
  readonly askedAt: Instant;
  readonly answers: ReadonlyMap<string, BakongAnswer | null>;
}

/** How long "none had come" is told without asking again. */
const FRESH_MS = 60_000;

type Whereabouts = 'received' | 'on-its-way' | 'sent-back' | 'failed';

/** Words of `trackingStatus`, as implementations of the Open API met them. Most transactions have none. */
const trackingWords: Readonly<Record<string, Whereabouts>> = {
  '': 'received',
  ACKNOWLEDGED_BY_FI: 'received',
  RECEIVE_AT_RECEIVER_BANK: 'received',
  RECEIVE_AT_ACH: 'on-its-way',
  REFUNDED_BY_RECEIVER: 'sent-back',
  FAILED_AT_ACH: 'failed',
};

/** Builds `get`: asks when the budget allows it, and says `throttled` when not. */
export function createLookup(
  parts: {
    readonly settings: BakongSettings;
    readonly api: Pick<BakongOpenApi, 'byMd5' | 'byMd5List'>;
    readonly watch: Watch;
    readonly budget: PollingBudget;
  },
  { clock, log }: Runtime,
): (target: Target, context?: CallContext) => Promise<Payment | null> {
  const { settings, api, watch, budget } = parts;
  const words: Vocabulary<Whereabouts> = createVocabulary({
    provider: BAKONG,
    words: trackingWords,
    otherwise: 'on-its-way',
    log,
  });
  const underway = new Map<string, Promise<Told>>();
  let lists = settings.polling.lists;

  async function get(target: Target, context?: CallContext): Promise<Payment | null> {
    const handle = readHandle(target.handle);
    const now = clock.now();
    const request = watch.enter(handle, now);
    const { brought } = request;
    if (brought && (brought.answer.type === 'found' || now - brought.askedAt <= FRESH_MS)) {
      learn(request, brought.answer, brought.askedAt);
      return paymentOf(target.reference, handle, brought.answer, brought.askedAt);
    }
    const { askedAt, answers } = await (underway.get(handle.md5) ?? ask(request, now, context));
    const answer = answers.get(handle.md5);
    if (!answer) throw unavailable(BAKONG, `${BAKONG} get: Bakong could not say what became of this QR`);
    learn(request, answer, askedAt);
    if (answer.type !== 'found' && askedAt <= handle.expiresAt && clock.now() > handle.expiresAt)
      throw unavailable(BAKONG, `${BAKONG} get: the time to pay ended during the call; ask once more`);
    return paymentOf(target.reference, handle, answer, askedAt);
  }

  /** Notes an answer that is about to be told. */
  function learn(request: WatchedRequest, answer: BakongAnswer, askedAt: Instant): void {
    request.brought = null;
    request.looks += 1;
    request.answeredAt = askedAt;
    if (answer.type === 'found') request.paidSeenAt ??= askedAt;
  }

  /** One call for this request, and for others that wait, where lists work. */
  async function ask(request: WatchedRequest, now: Instant, context: CallContext | undefined): Promise<Told> {
    const all = watch.all(now);
    const look = budget.plan(request, all, now);
    if (look.type === 'wait') throw throttled(look.why, look.retryAfterMs);
    const company = lists ? companyOf(request, all, now) : [];
    const asked = [request, ...company];
    const told = call(asked, now, context);
    for (const { handle } of asked) underway.set(handle.md5, told);
    try {
      const { answers } = await told;
      for (const one of asked) note(one, answers.get(one.handle.md5) ?? null, now);
      if (!answers.get(request.handle.md5)) request.failures += 1;
    } catch (error) {
      request.askedAt = now;
      request.failures += 1;
      throw error;
    } finally {
      for (const { handle } of asked) if (underway.get(handle.md5) === told) underway.delete(handle.md5);
    }
    return told;
  }

  /**
   * What a call said about one request, for who asks next: that money came, or that none had come when its time was over.
   * Before that, "not found" is true in the moment in which it is told, and later no more.
   */
  function note(request: WatchedRequest, answer: BakongAnswer | null, askedAt: Instant): void {
    if (!answer) return;
    request.askedAt = askedAt;
    request.failures = 0;
    if (answer.type === 'found' || askedAt > request.expiresAt) request.brought = { answer, askedAt };
  }

  async function call(
    asked: readonly WatchedRequest[],
    askedAt: Instant,
    context: CallContext | undefined,
  ): Promise<Told> {
    const [first, ...others] = asked.map(({ handle }) => handle.md5);
    if (first === undefined) return { askedAt, answers: new Map() };
    const alone = async () => new Map([[first, await api.byMd5(first, context)]]);
    if (others.length === 0) return { askedAt, answers: await alone() };
    try {
      return { askedAt, answers: await api.byMd5List([first, ...others], context) };
    } catch (error) {
      // A token may be refused lists, a caller may be refused altogether: asking alone tells which it is.
      if (!isProviderError(error) || error.fault.providerCode !== '403') throw error;
      const answers = await alone();
      lists = false;
      log.warn('lists-refused', { provider: BAKONG, operation: 'check-transaction-by-md5-list' });
      return { askedAt, answers };
    }
  }

  /** Others whose answer is of use as well: unpaid ones, those that end first before the rest. */
  function companyOf(request: WatchedRequest, all: readonly WatchedRequest[], now: Instant): readonly WatchedRequest[] {
    return all
      .filter((one) => one !== request && one.paidSeenAt === null && !one.brought && !underway.has(one.handle.md5))
      .filter(({ expiresAt, answeredAt }) => now <= expiresAt || answeredAt === null || answeredAt <= expiresAt)
      .sort((left, right) => left.expiresAt - right.expiresAt)
      .slice(0, LIST_MAX - 1);
  }

  function paymentOf(reference: Reference, handle: BakongHandle, answer: BakongAnswer, askedAt: Instant): Payment {
    const { requested, expiresAt } = handle;
    const none = { reference, requested, receipts: [], refunds: [], reversals: [] } as const;
    const over = askedAt > expiresAt;
    const failed = (): Payment =>
      // The payer may scan again as long as the QR lives.
      over ? { ...none, status: 'failed', reason: 'transaction-failed' } : { ...none, status: 'awaiting-payer' };
    switch (answer.type) {
      case 'not-found':
        return { ...none, status: over ? 'expired' : 'awaiting-payer' };
      case 'failed':
        return failed();
      case 'static-qr':
        throw unavailable(BAKONG, `${BAKONG} get: Bakong takes this QR for a static one, and looks none of those up`);
      case 'found': {
        const { transaction } = answer;
        assertOurs(transaction);
        const where = words.read(transaction.trackingStatus ?? '');
        if (where === 'failed') return failed();
        if (where === 'on-its-way') return { ...none, status: 'processing' };
        const receipt = receiptOf(transaction);
        if (where === 'received') return { ...none, receipts: [receipt], status: 'paid' };
        const reversal = { receipt: receipt.transaction, amount: receipt.amount };
        return { ...none, receipts: [receipt], reversals: [reversal], status: 'reversed' };
      }
    }
  }

  /** Bakong matches the md5 alone. Money on somebody else's account is not ours, whatever the QR was. */
  function assertOurs({ toAccount }: BakongTransaction): void {
    const ours = [settings.account.bakongAccount, ...settings.receivingAccounts];
    if (ours.some((account) => account.toLowerCase() === toAccount.toLowerCase())) return;
    log.error('other-account', { provider: BAKONG, operation: 'get' });
    throw unavailable(
      BAKONG,
      `${BAKONG} get: the transaction names another receiving account; compare the statement with receivingAccounts`,
    );
  }

  return get;
}

/** What came, in the amount and currency that came: whether it is enough is not for this adapter to say. */
function receiptOf({ hash, amount, createdAt, fromAccount }: BakongTransaction): Receipt {
  return {
    transaction: hash as ProviderRef,
    amount,
    paidAt: createdAt,
    ...(fromAccount === '' ? {} : { payer: { account: fromAccount } }),
  };
}

function throttled(why: 'pace' | 'reserve' | 'used-up', retryAfterMs: number): ProviderError {
  const reasons = {
    pace: 'was asked about not long ago',
    reserve: 'waits: what is left of the calls of the day is kept for requests that end',
    'used-up': 'waits: the calls of the day are used up',
  };
  const message = `${BAKONG} get: this payment ${reasons[why]}; nothing was asked, so nothing is known`;
  return new ProviderError({ kind: 'throttled', provider: BAKONG, message, retryAfterMs });
}

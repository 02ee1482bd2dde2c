import { BTC, money } from '@rielrails/core';
import type { Instant, Money, Reference, Withdrawal } from '@rielrails/core';
import { formatAmount, parseAmount } from '@rielrails/kit';
import type { Vocabulary } from '@rielrails/kit';
import { z } from 'zod';
import { decimalText } from '../ccxt/decimal-text.ts';
import type { Question } from '../ccxt/question.ts';

const ASSET = 'XBT';
const METHOD = 'Bitcoin';
/** Rows of one answer. */
const PAGE = 500;

/** The account keeps ten places of bitcoin; what is below a satoshi cannot be sent. */
const satoshiText = z.string().transform((text) => parseAmount(text, BTC, { rounding: 'down' }).minor);

/** What would arrive of an amount, and what it would cost, in satoshi. */
export interface WithdrawalInfo {
  readonly arrives: bigint;
  readonly fee: bigint;
}

/** "Get Withdrawal Information" about an amount that leaves the account. */
export function infoQuestion(key: string, grossSats: bigint): Question<WithdrawalInfo> {
  return {
    method: 'privatePostWithdrawInfo',
    parameters: { asset: ASSET, key, amount: formatAmount(money(BTC, grossSats)) },
    read(answer) {
      const { result } = z
        .object({ result: z.object({ method: z.literal(METHOD), amount: decimalText, fee: decimalText }) })
        .parse(answer);
      return { arrives: result.amount, fee: result.fee };
    },
  };
}

/** "Withdraw Funds". The venue compares the address, and refuses a fee that rose. */
export function withdrawQuestion(input: {
  readonly key: string;
  readonly address: string;
  readonly grossSats: bigint;
  readonly feeSats: bigint;
}): Question<string> {
  const { key, address, grossSats, feeSats } = input;
  const text = (sats: bigint) => formatAmount(money(BTC, sats));
  return {
    method: 'privatePostWithdraw',
    parameters: { asset: ASSET, key, address, amount: text(grossSats), max_fee: text(feeSats) },
    read: (answer) => z.object({ result: z.object({ refid: z.string().min(1) }) }).parse(answer).result.refid,
  };
}

/** "Get Extended Balance": what is not held for orders, in satoshi. */
export const balanceQuestion: Question<bigint> = {
  method: 'privatePostBalanceEx',
  parameters: {},
  read(answer) {
    const held = z.object({ balance: satoshiText, hold_trade: satoshiText });
    const { result } = z.object({ result: z.looseObject({ XXBT: held.optional() }) }).parse(answer);
    return result.XXBT ? result.XXBT.balance - result.XXBT.hold_trade : 0n;
  },
};

const rowSchema = z.object({
  refid: z.string().min(1),
  txid: z.string().nullish(),
  amount: decimalText,
  fee: decimalText,
  time: z.coerce.number().pipe(z.int().min(0)),
  status: z.string(),
  'status-prop': z.string().nullish(),
  key: z.string().nullish(),
});

/** One row of "Get Status of Recent Withdrawals". */
export type StatusRow = z.infer<typeof rowSchema>;

/** The rows of a page, and where the page after it begins. */
export interface StatusPage {
  readonly rows: readonly StatusRow[];
  readonly next: string | null;
}

/** One page of the list, newest first, down to a moment. */
export function statusQuestion(input: {
  readonly from: Instant;
  readonly cursor: string | null;
}): Question<StatusPage> {
  const { from, cursor } = input;
  return {
    method: 'privatePostWithdrawStatus',
    parameters: {
      asset: ASSET,
      method: METHOD,
      start: String(Math.floor(from / 1000)),
      cursor: cursor ?? true,
      limit: PAGE,
    },
    read(answer) {
      const page = z.object({ withdrawals: z.array(rowSchema), next_cursor: z.string().nullish() });
      const { result } = z.object({ result: page }).parse(answer);
      return { rows: result.withdrawals, next: result.next_cursor || null };
    },
  };
}

/** What a status means to us. */
export type Progress = 'checking' | 'underway' | 'sent' | 'complete' | 'failed';

/** Status words of "Get Status of Recent Withdrawals". What is not listed is under way. */
export const statusWords: Readonly<Record<string, Progress>> = {
  Initial: 'checking',
  Pending: 'underway',
  Settled: 'sent',
  Success: 'complete',
  Failure: 'failed',
};

/** Our view of a row, of which this amount arrives. Assumed: a cancelled one was given back. */
export function toWithdrawal(
  row: StatusRow,
  about: {
    readonly reference: Reference;
    readonly amount: Money;
    readonly words: Vocabulary<Progress>;
    readonly depthWhenComplete: number;
  },
): Withdrawal {
  const { reference, amount, words, depthWhenComplete } = about;
  const common = { reference, amount, fee: money(BTC, row.fee) };
  const property = row['status-prop'];
  const progress = words.read(row.status);
  const transactionId = row.txid ?? '';
  if (progress === 'failed') return { ...common, status: 'failed', fundsReturned: property === 'canceled' };
  if (progress === 'checking' || property === 'onhold') return { ...common, status: 'awaiting-approval' };
  if (transactionId === '' || progress === 'underway') return { ...common, status: 'signing' };
  if (progress === 'sent') return { ...common, status: 'broadcast', transactionId };
  return { ...common, status: 'confirmed', transactionId, depth: depthWhenComplete };
}

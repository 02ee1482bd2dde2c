import { BTC, money, ProviderError } from '@rielrails/core';
import type { Instant, Money, Reference, Withdrawal } from '@rielrails/core';
import type { Vocabulary } from '@rielrails/kit';
import { z } from 'zod';
import { decimalText } from '../ccxt/decimal-text.ts';
import type { Question } from '../ccxt/question.ts';

/** The network that is named in every call. Without it the coin's default would be taken. */
const NETWORK = 'BTC';
/** Rows of one answer. */
const PAGE = 1000;
/** A tenth of what the venue grants an account in a minute, in units of 50 ms. */
const LIST_COST = 120;
const DAY_MS = 86_400_000;
/** The widest window of the history. */
const WINDOW_MS = 90 * DAY_MS;

/** How bitcoin leaves the account now, in satoshi. */
export interface NetworkTerms {
  readonly open: boolean;
  readonly fee: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly step: bigint;
}

/** What the account says of its bitcoin. */
export interface Coins {
  readonly free: bigint;
  readonly terms: NetworkTerms;
}

const coinsSchema = z.array(
  z.looseObject({ coin: z.string(), free: decimalText, networkList: z.array(z.looseObject({ network: z.string() })) }),
);
const networkSchema = z.object({
  withdrawEnable: z.boolean(),
  withdrawFee: decimalText,
  withdrawMin: decimalText,
  withdrawMax: decimalText,
  withdrawIntegerMultiple: decimalText,
  withdrawTag: z.boolean().default(false),
});

/** "All Coins' Information", of which only bitcoin on its own network is read. */
export const coinsQuestion: Question<Coins> = {
  method: 'sapiGetCapitalConfigGetall',
  parameters: {},
  read(answer) {
    const bitcoin = coinsSchema.parse(answer).find(({ coin }) => coin === BTC.code);
    const network = networkSchema.parse(bitcoin?.networkList.find((one) => one.network === NETWORK));
    if (network.withdrawTag)
      throw new ProviderError({
        kind: 'config',
        provider: 'binance',
        message: 'binance: the venue wants a memo on the bitcoin network, which has none; nothing is sent',
      });
    return {
      free: bitcoin?.free ?? 0n,
      terms: {
        open: network.withdrawEnable,
        fee: network.withdrawFee,
        minimum: network.withdrawMin,
        maximum: network.withdrawMax,
        step: network.withdrawIntegerMultiple || 1n,
      },
    };
  },
};

/** "Withdraw". `gross` is what leaves the account: the venue takes its fee out of it. */
export function applyQuestion(input: {
  readonly reference: Reference;
  readonly address: string;
  readonly gross: string;
}): Question<string> {
  const { reference, address, gross } = input;
  return {
    method: 'sapiPostCapitalWithdrawApply',
    parameters: { coin: BTC.code, network: NETWORK, address, amount: gross, withdrawOrderId: reference },
    read: (answer) => z.object({ id: z.string().min(1) }).parse(answer).id,
  };
}

const rowSchema = z.object({
  id: z.string().min(1),
  amount: decimalText,
  transactionFee: decimalText,
  status: z.union([z.int(), z.string()]).transform(String),
  txId: z.string().nullish(),
  withdrawOrderId: z.string().nullish(),
  confirmNo: z.coerce.number().pipe(z.int().min(0)).nullish(),
});

/** One row of "Withdraw History". */
export type HistoryRow = z.infer<typeof rowSchema>;

/** One page of "Withdraw History", whoever asked for what. */
export interface HistoryPage {
  readonly startTime: number;
  readonly endTime: number;
  readonly offset: number;
}

/** The rows of a page, and the page after it. */
export interface HistoryAnswer {
  readonly rows: readonly HistoryRow[];
  readonly next: HistoryPage | null;
}

/** Asks for a page. With an id of ours only the last week would be told; the rows bear the ids anyway. */
export function pageQuestion(page: HistoryPage): Question<HistoryAnswer> {
  return {
    method: 'sapiGetCapitalWithdrawHistory',
    parameters: { coin: BTC.code, ...page, limit: PAGE },
    cost: LIST_COST,
    read(answer) {
      const rows = z.array(rowSchema).parse(answer);
      return { rows, next: rows.length < PAGE ? null : { ...page, offset: page.offset + PAGE } };
    },
  };
}

/** Windows of the history that cover so many days before now, newest first. */
export function windowsBefore(now: Instant, days: number): readonly HistoryPage[] {
  const earliest = now - days * DAY_MS;
  const windows: HistoryPage[] = [];
  for (let endTime: number = now; endTime > earliest; endTime -= WINDOW_MS)
    windows.push({ startTime: Math.max(earliest, endTime - WINDOW_MS), endTime, offset: 0 });
  return windows;
}

/** What a status means to us. */
export type Progress = 'awaiting-approval' | 'underway' | 'complete' | 'returned' | 'failed';

/** Status words of "Withdraw History"; 1 and 5 stand in older documents. What is not listed is under way. */
export const statusWords: Readonly<Record<string, Progress>> = {
  '0': 'awaiting-approval',
  '1': 'returned',
  '2': 'awaiting-approval',
  '3': 'returned',
  '4': 'underway',
  '5': 'failed',
  '6': 'complete',
};

/** Our view of a row. Assumed: its amount is what arrives, with the fee beside it. */
export function toWithdrawal(
  row: HistoryRow,
  about: {
    readonly reference: Reference;
    readonly words: Vocabulary<Progress>;
    readonly depthWhenComplete: number;
  },
): Withdrawal {
  const { reference, words, depthWhenComplete } = about;
  const common: { reference: Reference; amount: Money; fee: Money } = {
    reference,
    amount: money(BTC, row.amount),
    fee: money(BTC, row.transactionFee),
  };
  const progress = words.read(row.status);
  const transactionId = row.txId ?? '';
  if (progress === 'awaiting-approval') return { ...common, status: progress };
  if (progress === 'returned' || progress === 'failed')
    return { ...common, status: 'failed', fundsReturned: progress === 'returned' };
  if (transactionId === '') return { ...common, status: 'signing' };
  if (progress === 'underway') return { ...common, status: 'broadcast', transactionId };
  return { ...common, status: 'confirmed', transactionId, depth: Math.max(row.confirmNo ?? 0, depthWhenComplete) };
}

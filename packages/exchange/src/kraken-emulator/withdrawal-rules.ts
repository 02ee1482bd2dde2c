import { fromText } from '../venue-emulator/decimal-text.ts';
import type { EmulatedWithdrawal } from '../venue-emulator/withdrawals.ts';
import type { Account } from './account.ts';
import type { Parameters } from './parameters.ts';
import { invalidArguments, Refused } from './refused.ts';

/** The least that may be sent, the fee included. */
const LEAST = fromText('0.0001');

/** A withdrawal that is asked for, or about which is asked. */
export interface WantedWithdrawal {
  readonly key: string;
  readonly address: string;
  /** What leaves the account, in satoshi. */
  readonly amount: bigint;
  /** What of it is the fee. */
  readonly fee: bigint;
}

/** Refuses every asset but bitcoin. */
export function assertBitcoin(parameters: Parameters): void {
  const asset = parameters.text('asset');
  if (asset !== 'XBT' && asset !== 'XXBT' && asset !== 'BTC') throw new Refused('EFunding:Unknown asset');
}

/** Reads asset, key and amount, as `WithdrawInfo` and `Withdraw` both have them. */
export function readWithdrawal(parameters: Parameters, account: Account): WantedWithdrawal {
  assertBitcoin(parameters);
  const key = parameters.text('key');
  const address = account.withdrawalKeys.get(key);
  if (address === undefined) throw new Refused('EFunding:Unknown withdraw key');
  const amount = parameters.decimal('amount');
  const fee = account.state.withdrawalFee;
  // Seen: too little money is called an invalid amount too.
  if (amount < LEAST || amount <= fee || amount > account.balances.of('BTC').free)
    throw new Refused('EFunding:Invalid amount');
  return { key, address, amount, fee };
}

/** Reads what only `Withdraw` has: what the caller takes the address and the fee to be. */
export function assertConfirmed(parameters: Parameters, { address, fee }: WantedWithdrawal): void {
  const confirmed = parameters.optional('address');
  if (confirmed !== undefined && confirmed !== address) throw new Refused('EFunding:Invalid withdrawal address');
  if (parameters.optional('max_fee') !== undefined && fee > parameters.decimal('max_fee'))
    throw new Refused('EFunding:Max fee exceeded');
}

/** Which withdrawals are asked for in `WithdrawStatus`. */
export interface StatusQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  /** How many are skipped; `null`: no pages are wanted. */
  readonly offset: number | null;
}

/** Reads a query of the list. Times are in seconds. */
export function readStatusQuery(parameters: Parameters): StatusQuery {
  if (parameters.optional('asset') !== undefined) assertBitcoin(parameters);
  if (parameters.optional('method') !== undefined) parameters.word('method', 'Bitcoin');
  const number = (name: string, otherwise: number) => {
    const text = parameters.optional(name);
    if (text === undefined) return otherwise;
    if (!/^[0-9]{1,12}$/.test(text)) throw invalidArguments(name);
    return Number(text);
  };
  const cursor = parameters.optional('cursor') ?? 'false';
  if (!/^(?:true|false|page-[0-9]{1,9})$/.test(cursor)) throw invalidArguments('cursor');
  return {
    fromMs: number('start', 0) * 1000,
    toMs: number('end', 1e12) * 1000,
    limit: Math.min(number('limit', 500), 500),
    offset: cursor === 'false' ? null : Number(cursor.split('-')[1] ?? 0),
  };
}

/** Chooses from the list, newest first, and says where the next page begins. */
export function chooseWithdrawals(
  all: readonly EmulatedWithdrawal[],
  { fromMs, toMs, limit, offset }: StatusQuery,
): { readonly page: readonly EmulatedWithdrawal[]; readonly next: string | null } {
  const fitting = all.filter(({ time }) => time >= fromMs && time <= toMs).toReversed();
  const begin = offset ?? 0;
  const end = begin + limit;
  return { page: fitting.slice(begin, end), next: end < fitting.length ? `page-${end}` : null };
}

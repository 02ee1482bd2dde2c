import type { Account } from '../store/account.ts';

/*
 * The chart of accounts. Assets we hold and costs are positive, debts and income negative.
 */

const account = (...parts: readonly string[]): Account => {
  for (const part of parts) if (part === '' || part.includes(':')) throw new RangeError('account: part is not a name');
  return parts.join(':') as Account;
};

/** What a payment provider has taken for us and not yet settled. */
export const providerReceivable = (provider: string): Account => account('provider', provider, 'receivable');

/** An account of ours at a bank. */
export const bank = (name: string): Account => account('bank', name);

/** What an order's customer has paid us and not yet got, in whichever asset it is owed. */
export const customerPayable = (order: string): Account => account('customer', order, 'payable');

/** What an order's customer gets back. */
export const refundsDue = (order: string): Account => account('refunds-due', order);

/** Where coins lie: a venue where we trade, or a wallet from which we deliver. */
export type Place = `exchange:${string}` | `wallet:${string}`;

/** Coins that nobody has a claim on yet. Never below zero. */
export const free = (place: Place): Account => account(...place.split(':'), 'free');

/** Coins set aside for one order. Never below zero. */
export const reserved = (place: Place, order: string): Account => account(...place.split(':'), 'reserved', order);

/** Coins that have left one place and not yet arrived; `owner` is the order or transfer they belong to. */
export const inFlight = (owner: string): Account => account('in-flight', owner);

/** The bridge between assets: what one gave and another got. Its balance per asset is our open position. */
export const trading: Account = account('trading');

/** What we earn. */
export const serviceFees: Account = account('fees', 'service');

/** What a provider, exchange or network kept; `payee` names it. */
export const costs = (payee: string): Account => account('costs', payee);

/** Money that must not move until the authorities or two people say so. */
export const blocked = (order: string): Account => account('blocked', order);

/** Money that is gone. */
export const loss: Account = account('loss');

/** Money that nobody can place yet. Its age is an alarm. */
export const suspense: Account = account('suspense');

/** What falls below a minor unit when assets are converted. */
export const rounding: Account = account('rounding');

/** What the operator brought in. */
export const capital: Account = account('capital');

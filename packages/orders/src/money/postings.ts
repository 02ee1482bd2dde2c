import { money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import type { Account } from '../store/account.ts';
import { assertBalanced } from '../store/posting.ts';
import type { Posting, PostingLine } from '../store/posting.ts';
import {
  bank,
  blocked,
  capital,
  costs,
  customerPayable,
  free,
  inFlight,
  loss,
  providerReceivable,
  refundsDue,
  reserved,
  rounding,
  serviceFees,
  suspense,
  trading,
} from './accounts.ts';
import type { Place } from './accounts.ts';

/*
 * What each event does to the books. Amounts are positive; a part that is zero leaves no line.
 */

/** `amount` goes from one account to another. */
function move(amount: Money, from: Account, to: Account): PostingLine[] {
  if (amount.minor < 0n) throw new RangeError('posting: amount is below zero');
  return [
    { account: from, amount: money(amount.asset, -amount.minor) },
    { account: to, amount },
  ];
}

/** Sums what stands twice, drops what is zero, and proves the balance. */
function posting(header: Omit<Posting, 'lines'>, ...moves: readonly PostingLine[][]): Posting {
  const lines = new Map<string, PostingLine>();
  for (const line of moves.flat()) {
    const key = `${line.amount.asset.code} ${line.account}`;
    const before = lines.get(key)?.amount.minor ?? 0n;
    lines.set(key, { account: line.account, amount: money(line.amount.asset, before + line.amount.minor) });
  }
  const made = { ...header, lines: [...lines.values()].filter(({ amount }) => amount.minor !== 0n) };
  assertBalanced(made);
  return made;
}

/** The customer's money arrived at the provider. `transaction` is the provider's own number for it. */
export function paymentReceived(event: {
  readonly order: string;
  readonly provider: string;
  readonly transaction: string;
  readonly amount: Money;
}): Posting {
  return posting(
    {
      kind: 'payment-received',
      owner: event.order,
      reason: 'the customer paid',
      reference: `receipt:${event.provider}:${event.transaction}`,
    },
    move(event.amount, customerPayable(event.order), providerReceivable(event.provider)),
  );
}

/** Money arrived that fits no order, or an order that is over. */
export function unplacedReceived(event: {
  readonly provider: string;
  readonly transaction: string;
  readonly amount: Money;
}): Posting {
  return posting(
    {
      kind: 'unplaced-received',
      reason: 'money nobody can place yet',
      reference: `receipt:${event.provider}:${event.transaction}`,
    },
    move(event.amount, suspense, providerReceivable(event.provider)),
  );
}

/** Money in suspense was found to belong to an order. */
export function unplacedPlaced(event: { readonly order: string; readonly amount: Money }): Posting {
  return posting(
    { kind: 'unplaced-placed', owner: event.order, reason: 'found whose money it is' },
    move(event.amount, customerPayable(event.order), suspense),
  );
}

/** Coins at one place, set aside for an order or given back. */
export interface Holding {
  readonly place: Place;
  readonly amount: Money;
}

/** Coins are set aside for an order, all or none: the database refuses what is not free. */
export function reserve(event: { readonly order: string; readonly holdings: readonly Holding[] }): Posting {
  return posting(
    { kind: 'reserve', owner: event.order, reason: 'set aside until the order is settled' },
    ...event.holdings.map(({ place, amount }) => move(amount, free(place), reserved(place, event.order))),
  );
}

/** Coins set aside for an order become free again. */
export function release(event: { readonly order: string; readonly holdings: readonly Holding[] }): Posting {
  return posting(
    { kind: 'release', owner: event.order, reason: 'no longer needed' },
    ...event.holdings.map(({ place, amount }) => move(amount, reserved(place, event.order), free(place))),
  );
}

/**
 * The customer's money became a claim on coins: `paid` less `fee` is exchanged for `coins`.
 *
 * The other half of the position is {@link bought}.
 */
export function sold(event: {
  readonly order: string;
  readonly paid: Money;
  readonly fee: Money;
  readonly coins: Money;
}): Posting {
  return posting(
    { kind: 'sold', owner: event.order, reason: 'the customer is now owed coins' },
    move(event.fee, serviceFees, customerPayable(event.order)),
    move(money(event.paid.asset, event.paid.minor - event.fee.minor), trading, customerPayable(event.order)),
    move(event.coins, customerPayable(event.order), trading),
  );
}

/** A sale that came to nothing: the customer is owed the money again, and no coins. */
export function unsold(event: {
  readonly order: string;
  readonly paid: Money;
  readonly fee: Money;
  readonly coins: Money;
}): Posting {
  const { lines } = sold(event);
  const back = lines.map(({ account, amount: { asset, minor } }) => ({ account, amount: money(asset, -minor) }));
  return { kind: 'unsold', owner: event.order, reason: 'nothing was delivered; the sale is taken back', lines: back };
}

/** The venue filled a buy: `spent` from what the order had set aside there, `received` into what is free there. */
export function bought(event: {
  readonly order: string;
  readonly exchange: string;
  readonly fill: string;
  readonly spent: Money;
  readonly received: Money;
  /** What the venue took in a third asset. In either of these two it is inside their amounts already, and not named. */
  readonly fee?: Money;
}): Posting {
  const place: Place = `exchange:${event.exchange}`;
  return posting(
    {
      kind: 'bought',
      owner: event.order,
      reason: 'bought at the exchange',
      reference: `fill:${event.exchange}:${event.fill}`,
    },
    move(event.spent, reserved(place, event.order), trading),
    move(event.received, trading, free(place)),
    event.fee ? move(event.fee, free(place), costs(event.exchange)) : [],
  );
}

/** Coins left the wallet for the customer: the payment and the miner's fee, from what the order had set aside. */
export function sent(event: {
  readonly order: string;
  readonly place: Place;
  readonly coins: Money;
  readonly minerFee: Money;
}): Posting {
  const all = money(event.coins.asset, event.coins.minor + event.minerFee.minor);
  return posting(
    { kind: 'sent', owner: event.order, reason: 'coins are on their way' },
    move(all, reserved(event.place, event.order), inFlight(event.order)),
  );
}

/** A stuck delivery pays its miners more, from what is free. */
export function bumped(event: { readonly order: string; readonly place: Place; readonly extraFee: Money }): Posting {
  return feeChanged({ ...event, from: null, to: event.extraFee, delivered: false });
}

/** The version of a delivery that counts pays its miners another fee than was booked: the difference is moved. */
export function feeChanged(event: {
  readonly order: string;
  readonly place: Place;
  /** What was booked; `null`: nothing yet. */
  readonly from: Money | null;
  readonly to: Money;
  readonly delivered: boolean;
}): Posting {
  const away = event.delivered ? costs('miners') : inFlight(event.order);
  const more = event.to.minor - (event.from?.minor ?? 0n);
  return posting(
    { kind: 'bumped', owner: event.order, reason: 'another fee for the same delivery' },
    more > 0n
      ? move(money(event.to.asset, more), free(event.place), away)
      : move(money(event.to.asset, -more), away, free(event.place)),
  );
}

/** The delivery is final: the customer is owed nothing more, and the miner has the fee. */
export function delivered(event: { readonly order: string; readonly coins: Money; readonly minerFee: Money }): Posting {
  return posting(
    {
      kind: 'delivered',
      owner: event.order,
      reason: 'coins are the customer’s',
      reference: `delivered:${event.order}`,
    },
    move(event.coins, inFlight(event.order), customerPayable(event.order)),
    move(event.minerFee, inFlight(event.order), costs('miners')),
  );
}

/** Money of the customer is to go back: all of it, or what was paid too much. */
export function refundDue(event: { readonly order: string; readonly amount: Money; readonly why: string }): Posting {
  return posting(
    { kind: 'refund-due', owner: event.order, reason: event.why },
    move(event.amount, refundsDue(event.order), customerPayable(event.order)),
  );
}

/** Where refunded money came from: the provider's own refund, or a transfer from a bank account of ours. */
export type RefundSource = { readonly provider: string } | { readonly bank: string };

/** The customer has the money back. `refund` is our reference of the refund, or the bank's of the transfer. */
export function refunded(event: {
  readonly order: string;
  readonly amount: Money;
  readonly source: RefundSource;
  readonly refund: string;
}): Posting {
  const source = 'bank' in event.source ? bank(event.source.bank) : providerReceivable(event.source.provider);
  return posting(
    { kind: 'refunded', owner: event.order, reason: 'sent back', reference: `refund:${event.refund}` },
    move(event.amount, source, refundsDue(event.order)),
  );
}

/**
 * The provider took a payment back without us. While the customer still has the claim it simply ends; once the coins
 * are delivered, the loss is ours.
 */
export function reversed(event: {
  readonly order: string;
  readonly provider: string;
  readonly transaction: string;
  readonly amount: Money;
  readonly bornBy: 'customer' | 'us';
}): Posting {
  return posting(
    {
      kind: 'reversed',
      owner: event.order,
      reason: 'the provider took the payment back',
      reference: `reversal:${event.provider}:${event.transaction}`,
    },
    move(
      event.amount,
      providerReceivable(event.provider),
      event.bornBy === 'customer' ? customerPayable(event.order) : loss,
    ),
  );
}

/** The customer's money must not move. */
export function blockedMoney(event: { readonly order: string; readonly amount: Money }): Posting {
  return posting(
    { kind: 'blocked', owner: event.order, reason: 'held' },
    move(event.amount, blocked(event.order), customerPayable(event.order)),
  );
}

/** Blocked money belongs to the customer's order again. */
export function unblockedMoney(event: { readonly order: string; readonly amount: Money }): Posting {
  return posting(
    { kind: 'unblocked', owner: event.order, reason: 'no longer held' },
    move(event.amount, customerPayable(event.order), blocked(event.order)),
  );
}

/** Ends a remainder that no conversion could place; `amount` below zero when the account is short of it. */
export function roundedOff(event: {
  readonly order: string;
  readonly account: Account;
  readonly amount: Money;
}): Posting {
  const { asset, minor } = event.amount;
  return posting(
    { kind: 'rounded', owner: event.order, reason: 'a remainder below the smallest unit' },
    minor < 0n ? move(money(asset, -minor), rounding, event.account) : move(event.amount, event.account, rounding),
  );
}

/** Our own money starts to move between two accounts of ours. `transfer` is its reference. */
export function transferSent(event: {
  readonly transfer: string;
  readonly from: Account;
  readonly amount: Money;
}): Posting {
  return posting(
    {
      kind: 'transfer-sent',
      owner: event.transfer,
      reason: 'between our own accounts',
      reference: `sent:${event.transfer}`,
    },
    move(event.amount, event.from, inFlight(event.transfer)),
  );
}

/** Our own money arrived; whoever carried it kept `fee`. */
export function transferArrived(event: {
  readonly transfer: string;
  readonly to: Account;
  readonly arrived: Money;
  readonly fee: Money;
  readonly carrier: string;
}): Posting {
  return posting(
    {
      kind: 'transfer-arrived',
      owner: event.transfer,
      reason: 'between our own accounts',
      reference: `arrived:${event.transfer}`,
    },
    move(event.arrived, inFlight(event.transfer), event.to),
    move(event.fee, inFlight(event.transfer), costs(event.carrier)),
  );
}

/** A transfer certainly came to nothing: its amount is free again. */
export function transferReturned(event: {
  readonly transfer: string;
  readonly to: Account;
  readonly amount: Money;
}): Posting {
  return posting(
    {
      kind: 'transfer-returned',
      owner: event.transfer,
      reason: 'it was refused, and nothing moved',
      reference: `returned:${event.transfer}`,
    },
    move(event.amount, inFlight(event.transfer), event.to),
  );
}

/** The version of a transfer that stands pays its miners `fee`, on top of what moves: the difference to what was booked is moved. */
export function transferFee(event: {
  readonly transfer: string;
  readonly from: Account;
  readonly booked: Money;
  readonly fee: Money;
}): Posting {
  const more = event.fee.minor - event.booked.minor;
  return posting(
    { kind: 'transfer-fee', owner: event.transfer, reason: 'miners are paid to move our own coins' },
    more > 0n
      ? move(money(event.fee.asset, more), event.from, costs('miners'))
      : move(money(event.fee.asset, -more), costs('miners'), event.from),
  );
}

/** The operator brings money in; how the float is opened. */
export function broughtIn(event: {
  readonly to: Account;
  readonly amount: Money;
  readonly reference: string;
}): Posting {
  return posting(
    { kind: 'brought-in', reason: 'the operator’s own money', reference: `brought-in:${event.reference}` },
    move(event.amount, capital, event.to),
  );
}

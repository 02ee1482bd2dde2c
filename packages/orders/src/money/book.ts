import { money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { free, reserved, suspense } from './accounts.ts';
import type { Movement } from '../order/movement.ts';
import type { Order } from '../order/order.ts';
import type { Posting, PostingLine } from '../store/posting.ts';
import {
  bought,
  bumped,
  delivered,
  feeChanged,
  paymentReceived,
  refundDue,
  refunded,
  release,
  reserve,
  reversed,
  sent,
  sold,
  unsold,
} from './postings.ts';
import type { Holding } from './postings.ts';

/** The bank account from which refunds are paid by hand. */
const REFUND_BANK = 'refunds';

/** Whether the postings of a movement depend on what is still set aside for the order. */
export function asksForHoldings({ type }: Movement): boolean {
  return type === 'released' || type === 'sent';
}

/**
 * What a decision moved, as postings for the books, in their order.
 *
 * `held` is what is set aside for the order when the decision is written. `short`: the database refused these postings,
 * because some account holds less than is taken from it. What a venue or a custody did has happened all the same.
 */
export function postingsOf(
  order: Order,
  exchange: string,
  movements: readonly Movement[],
  held: readonly Holding[],
  short = false,
): readonly Posting[] {
  const postings: Posting[] = [];
  let left = held;
  for (const movement of movements) {
    const meant = postingsOfOne(order, exchange, movement, left);
    const made = short && hasHappened(movement) ? meant.map((one) => fromSuspense(one, order.id, left)) : meant;
    postings.push(...made);
    left = holdingsAfter(left, order.id, made);
  }
  return postings;
}

/** Whether somebody outside did it already: the books follow, whatever they hold. */
function hasHappened({ type }: Movement): boolean {
  return type === 'bought' || type === 'sent' || type === 'fee-changed';
}

/** The same posting, where what is not set aside for the order comes from suspense: people find out what is missing where. */
function fromSuspense(posting: Posting, order: string, held: readonly Holding[]): Posting {
  const lines = posting.lines.flatMap((line): readonly PostingLine[] => {
    const { account, amount } = line;
    const place = /^((?:exchange|wallet):[^:]+):/.exec(account)?.[1] as Holding['place'] | undefined;
    if (amount.minor >= 0n || place === undefined) return [line];
    if (account === free(place)) return [{ account: suspense, amount }];
    const holding = held.find((one) => one.place === place && one.amount.asset.code === amount.asset.code);
    const kept = holding?.amount.minor ?? 0n;
    const missing = -amount.minor - kept;
    if (account !== reserved(place, order) || missing <= 0n) return [line];
    const parts = [
      { account, amount: money(amount.asset, -kept) },
      { account: suspense, amount: money(amount.asset, -missing) },
    ];
    return parts.filter((part) => part.amount.minor !== 0n);
  });
  return { ...posting, lines };
}

/** What is still set aside after postings: a release frees what a delivery left. */
function holdingsAfter(held: readonly Holding[], order: string, postings: readonly Posting[]): readonly Holding[] {
  const lines = postings.flatMap((posting) => posting.lines);
  const moved = ({ place, amount }: Holding) =>
    lines
      .filter((line) => line.account === reserved(place, order) && line.amount.asset.code === amount.asset.code)
      .reduce((sum, line) => sum + line.amount.minor, 0n);
  return held
    .map((holding) => ({ ...holding, amount: money(holding.amount.asset, holding.amount.minor + moved(holding)) }))
    .filter(({ amount }) => amount.minor > 0n);
}

function postingsOfOne(
  order: Order,
  exchange: string,
  movement: Movement,
  held: readonly Holding[],
): readonly Posting[] {
  const { id } = order;
  const minerFee = networkFeeOf(order);
  switch (movement.type) {
    case 'reserved':
      return [
        reserve({
          order: id,
          holdings: [
            { place: `exchange:${exchange}`, amount: movement.budget },
            { place: `wallet:${order.custody}`, amount: movement.coins },
          ],
        }),
      ];
    case 'released':
      return held.length > 0 ? [release({ order: id, holdings: held })] : [];
    case 'payment-received': {
      const { rail, transaction, amount } = movement;
      return [paymentReceived({ order: id, provider: rail, transaction, amount })];
    }
    case 'bought': {
      const { effect, spent, received, fees } = movement;
      return [bought({ order: id, exchange, fill: effect, spent, received, ...feeOnTop(fees, { spent, received }) })];
    }
    case 'sold':
      return [sold({ order: id, paid: movement.pay, fee: movement.fee, coins: movement.delivered })];
    case 'unsold':
      return [unsold({ order: id, paid: movement.pay, fee: movement.fee, coins: movement.delivered })];
    case 'sent':
      return coinsLeave(order, movement.amount, movement.networkFee ?? minerFee, held);
    case 'delivered':
      return [delivered({ order: id, coins: movement.amount, minerFee })];
    case 'fee-changed': {
      const { from, to, delivered: isDelivered } = movement;
      return [feeChanged({ order: id, place: `wallet:${order.custody}`, from, to, delivered: isDelivered })];
    }
    case 'refund-due':
      return [refundDue({ order: id, amount: movement.amount, why: 'goes back to the payer' })];
    case 'refunded': {
      const { rail, effect, amount } = movement;
      return [refunded({ order: id, amount, source: { provider: rail }, refund: effect })];
    }
    case 'refunded-by-hand':
      return [refunded({ order: id, amount: movement.amount, source: { bank: REFUND_BANK }, refund: movement.task })];
    case 'reversed': {
      const { rail, transaction, amount, loss } = movement;
      return [reversed({ order: id, provider: rail, transaction, amount, bornBy: loss ? 'us' : 'customer' })];
    }
  }
}

/** Coins leave. Miners may ask more than was set aside: the rest comes from what is free. */
function coinsLeave(order: Order, coins: Money, fee: Money, held: readonly Holding[]): readonly Posting[] {
  const place = `wallet:${order.custody}` as const;
  const kept = held.find((holding) => holding.place === place)?.amount.minor ?? 0n;
  const short = coins.minor + fee.minor - kept;
  const covered = short <= 0n ? fee : { asset: fee.asset, minor: fee.minor > short ? fee.minor - short : 0n };
  const leaving = sent({ order: order.id, place, coins, minerFee: covered });
  if (short <= 0n) return [leaving];
  const extraFee = { asset: fee.asset, minor: fee.minor - covered.minor };
  return [leaving, bumped({ order: order.id, place, extraFee })];
}

/** What the miners got for the delivery, as it was booked when the coins left. */
function networkFeeOf(order: Order): Money {
  for (const { result } of order.effects) if (result?.kind === 'send' && result.fee) return result.fee;
  if (!order.quote) throw new RangeError('order: has no quote');
  return order.quote.networkFee;
}

/** A fee is already missing from what was received, or inside what was spent; only one in a third asset is booked. */
function feeOnTop(
  fees: readonly Money[],
  { spent, received }: { readonly spent: Money; readonly received: Money },
): { readonly fee?: Money } {
  const onTop = fees.filter(({ asset }) => asset.code !== received.asset.code && asset.code !== spent.asset.code);
  const [first] = onTop;
  if (!first) return {};
  const minor = onTop.filter(({ asset }) => asset.code === first.asset.code).reduce((sum, fee) => sum + fee.minor, 0n);
  return { fee: { asset: first.asset, minor } };
}

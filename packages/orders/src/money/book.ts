import { money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { reserved } from './accounts.ts';
import type { Movement } from '../order/movement.ts';
import type { Order } from '../order/order.ts';
import type { Posting } from '../store/posting.ts';
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
 * `held` is what is set aside for the order when the decision is written.
 */
export function postingsOf(
  order: Order,
  exchange: string,
  movements: readonly Movement[],
  held: readonly Holding[],
): readonly Posting[] {
  const postings: Posting[] = [];
  let left = held;
  for (const movement of movements) {
    const made = postingsOfOne(order, exchange, movement, left);
    postings.push(...made);
    left = holdingsAfter(left, order.id, made);
  }
  return postings;
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

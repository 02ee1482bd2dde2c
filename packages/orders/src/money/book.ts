import type { Instant, Money } from '@rielrails/core';
import type { Movement } from '../order/movement.ts';
import type { Order } from '../order/order.ts';
import { post } from '../store/ledger.ts';
import type { Tx } from '../store/transaction.ts';
import { bought, bumped, delivered, refundDue, refunded, reversed, sent, sold, paymentReceived } from './postings.ts';
import { heldFor, releaseFloat, reserveFloat } from './reservation.ts';

/** The bank account from which refunds are paid by hand. */
const REFUND_BANK = 'refunds';

/**
 * Books what a decision moved, in the decision's own transaction.
 *
 * @throws InsufficientBalanceError when the float is sold; the transaction is then spent.
 */
export async function book(
  tx: Tx,
  order: Order,
  exchange: string,
  movements: readonly Movement[],
  at: Instant,
): Promise<void> {
  for (const movement of movements) await bookOne(tx, order, exchange, movement, at);
}

async function bookOne(tx: Tx, order: Order, exchange: string, movement: Movement, at: Instant): Promise<void> {
  const { id } = order;
  const minerFee = networkFeeOf(order);
  switch (movement.type) {
    case 'reserved':
      return reserveFloat(tx, {
        order: id,
        at,
        holdings: [
          { place: `exchange:${exchange}`, amount: movement.budget },
          { place: `wallet:${order.custody}`, amount: movement.coins },
        ],
      });
    case 'released':
      return releaseFloat(tx, { order: id, at });
    case 'payment-received': {
      const { rail, transaction, amount } = movement;
      await post(tx, paymentReceived({ order: id, provider: rail, transaction, amount }), at);
      return;
    }
    case 'bought': {
      const { effect, spent, received, fees } = movement;
      await post(tx, bought({ order: id, exchange, fill: effect, spent, received, ...feeOnTop(fees, received) }), at);
      return;
    }
    case 'sold':
      await post(tx, sold({ order: id, paid: movement.pay, fee: movement.fee, coins: movement.delivered }), at);
      return;
    case 'sent':
      return bookSent(tx, order, movement.amount, movement.networkFee ?? minerFee, at);
    case 'delivered':
      await post(tx, delivered({ order: id, coins: movement.amount, minerFee }), at);
      return;
    case 'refund-due':
      await post(tx, refundDue({ order: id, amount: movement.amount, why: 'goes back to the payer' }), at);
      return;
    case 'refunded': {
      const { rail, effect, amount } = movement;
      await post(tx, refunded({ order: id, amount, source: { provider: rail }, refund: effect }), at);
      return;
    }
    case 'refunded-by-hand':
      await post(
        tx,
        refunded({ order: id, amount: movement.amount, source: { bank: REFUND_BANK }, refund: movement.task }),
        at,
      );
      return;
    case 'reversed': {
      const { rail, transaction, amount, loss } = movement;
      await post(
        tx,
        reversed({ order: id, provider: rail, transaction, amount, bornBy: loss ? 'us' : 'customer' }),
        at,
      );
    }
  }
}

/** Coins leave. Miners may ask more than was set aside: the rest comes from what is free. */
async function bookSent(tx: Tx, order: Order, coins: Money, fee: Money, at: Instant): Promise<void> {
  const place = `wallet:${order.custody}` as const;
  const held = (await heldFor(tx, order.id)).find((holding) => holding.place === place)?.amount.minor ?? 0n;
  const short = coins.minor + fee.minor - held;
  const covered = short <= 0n ? fee : { asset: fee.asset, minor: fee.minor > short ? fee.minor - short : 0n };
  await post(tx, sent({ order: order.id, place, coins, minerFee: covered }), at);
  if (short > 0n)
    await post(
      tx,
      bumped({ order: order.id, place, extraFee: { asset: fee.asset, minor: fee.minor - covered.minor } }),
      at,
    );
}

/** What the miners got for the delivery, as it was booked when the coins left. */
function networkFeeOf(order: Order): Money {
  for (const { result } of order.effects) if (result?.kind === 'send' && result.fee) return result.fee;
  if (!order.quote) throw new RangeError('order: has no quote');
  return order.quote.networkFee;
}

/** A fee in the bought asset is already missing from what was received; only one paid on top is booked. */
function feeOnTop(fees: readonly Money[], received: Money): { readonly fee?: Money } {
  const onTop = fees.filter(({ asset }) => asset.code !== received.asset.code);
  const [first] = onTop;
  if (!first) return {};
  const minor = onTop.filter(({ asset }) => asset.code === first.asset.code).reduce((sum, fee) => sum + fee.minor, 0n);
  return { fee: { asset: first.asset, minor } };
}

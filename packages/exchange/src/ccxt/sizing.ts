import { divideUp, ONE } from './decimal-text.ts';
import { roundDown, roundUp } from './market-rules.ts';
import type { Level } from './order-book.ts';

/** How a buyer is charged. */
export interface FeeTerms {
  readonly takenFrom: 'base' | 'quote';
  readonly basisPoints: bigint;
}

/** What a size takes out of the book. */
export interface Walk {
  readonly quantity: bigint;
  /** The fee in the asset from which it is taken, every execution rounded up. */
  readonly fee: bigint;
  /** The highest price that was touched. */
  readonly worst: bigint;
}

/** As many executions may round their cost and their fee against us before an order costs more than it may. */
const ROUNDINGS = 400n;

/** What of `spend` may go for goods, when the fee comes on top. */
export function budgetOf(spend: bigint, fee: FeeTerms, costUnit: bigint): bigint {
  if (fee.takenFrom === 'base') return spend;
  const left = spend - ROUNDINGS * costUnit;
  return left > 0n ? (left * 10_000n) / (10_000n + fee.basisPoints) : 0n;
}

/**
 * The most that `budget` buys, such that the whole of it could be bought at the worst price: an order capped there needs
 * no more than `budget`. `null`: the book ends before the money does.
 */
export function walk(
  asks: readonly Level[],
  input: { readonly budget: bigint; readonly step: bigint; readonly fee: FeeTerms },
): Walk | null {
  const { budget, step } = input;
  let offered = 0n;
  let quantity = 0n;
  let enough = false;
  for (const level of asks) {
    offered += level.quantity;
    const affordable = roundDown((budget * ONE) / level.price, step);
    const available = roundDown(offered, step);
    enough = affordable <= available;
    const candidate = enough ? affordable : available;
    if (candidate > quantity) quantity = candidate;
    if (enough) break;
  }
  return enough ? { quantity, ...chargeFor(asks, quantity, input.fee) } : null;
}

function chargeFor(
  asks: readonly Level[],
  quantity: bigint,
  { takenFrom, basisPoints }: FeeTerms,
): Omit<Walk, 'quantity'> {
  let open = quantity;
  let fee = 0n;
  let worst = asks[0]?.price ?? 0n;
  for (const level of asks) {
    if (open === 0n) break;
    const part = level.quantity < open ? level.quantity : open;
    const charged = takenFrom === 'base' ? part : divideUp(part * level.price, ONE);
    fee += divideUp(charged * basisPoints, 10_000n);
    worst = level.price;
    open -= part;
  }
  return { fee, worst };
}

/** The smallest order that leaves `atLeast`, after a fee that is taken out of what is bought. */
export function quantityFor(atLeast: bigint, { takenFrom, basisPoints }: FeeTerms, step: bigint): bigint {
  const gross = takenFrom === 'base' ? divideUp(atLeast * 10_000n, 10_000n - basisPoints) : atLeast;
  return roundUp(gross, step);
}

/** The highest price at which `quantity` costs no more than `budget`. */
export function capFor(budget: bigint, quantity: bigint, tick: bigint): bigint {
  return roundDown((budget * ONE) / quantity, tick);
}

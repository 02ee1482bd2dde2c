import { divideUp, ONE } from './decimal-text.ts';
import { roundDown, roundUp } from './market-rules.ts';
import type { Level } from './order-book.ts';

/** What a size takes out of the book. */
export interface Walk {
  readonly quantity: bigint;
  /** The fee in the bought asset, every execution rounded up. */
  readonly fee: bigint;
  /** The highest price that was touched. */
  readonly worst: bigint;
}

/**
 * The most that `spend` buys, such that the whole of it could be bought at the worst price: an order capped there needs
 * no more than `spend`. `null`: the book ends before the money does.
 */
export function walk(
  asks: readonly Level[],
  input: { readonly spend: bigint; readonly step: bigint; readonly feeBasisPoints: bigint },
): Walk | null {
  const { spend, step, feeBasisPoints } = input;
  let offered = 0n;
  let quantity = 0n;
  let enough = false;
  for (const level of asks) {
    offered += level.quantity;
    const affordable = roundDown((spend * ONE) / level.price, step);
    const available = roundDown(offered, step);
    enough = affordable <= available;
    const candidate = enough ? affordable : available;
    if (candidate > quantity) quantity = candidate;
    if (enough) break;
  }
  if (!enough) return null;

  let open = quantity;
  let fee = 0n;
  let worst = asks[0]?.price ?? 0n;
  for (const level of asks) {
    if (open === 0n) break;
    const part = level.quantity < open ? level.quantity : open;
    fee += divideUp(part * feeBasisPoints, 10_000n);
    worst = level.price;
    open -= part;
  }
  return { quantity, fee, worst };
}

/** The smallest order that leaves `atLeast` after a fee taken out of what is bought. */
export function quantityFor(atLeast: bigint, feeBasisPoints: bigint, step: bigint): bigint {
  return roundUp(divideUp(atLeast * 10_000n, 10_000n - feeBasisPoints), step);
}

/** The highest price at which `quantity` costs no more than `spend`. */
export function capFor(spend: bigint, quantity: bigint, tick: bigint): bigint {
  return roundDown((spend * ONE) / quantity, tick);
}

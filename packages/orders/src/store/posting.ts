import type { Money } from '@rielrails/core';
import type { Account } from './account.ts';

/** One side of an event: what an account gains (positive) or gives (negative). */
export interface PostingLine {
  readonly account: Account;
  readonly amount: Money;
}

/**
 * One event for the books.
 *
 * Positive on an account: we hold it, somebody owes it to us, or it was spent. Negative: we owe it, or earned it.
 */
export interface Posting {
  readonly kind: string;
  /** Whose event it is, such as an order or a treasury transfer. Absent for the operator's own entries. */
  readonly owner?: string;
  /** Why, in a person's words; no personal data. */
  readonly reason: string;
  /** What happens once at most: a second posting with the same reference is not made. */
  readonly reference?: string;
  readonly lines: readonly PostingLine[];
}

/**
 * Checks that a posting has lines, none of them zero, no account and asset twice, and a sum of zero per asset.
 *
 * The database checks the same once more.
 *
 * @throws RangeError naming the rule and the asset.
 */
export function assertBalanced(posting: Posting): void {
  if (posting.lines.length < 2) throw new RangeError(`posting ${posting.kind}: has fewer than two lines`);
  const sums = new Map<string, bigint>();
  const scales = new Map<string, number>();
  const sides = new Set<string>();
  for (const { account, amount } of posting.lines) {
    const { code, scale } = amount.asset;
    if (amount.minor === 0n) throw new RangeError(`posting ${posting.kind}: a line in ${code} is zero`);
    if ((scales.get(code) ?? scale) !== scale) throw new RangeError(`posting ${posting.kind}: ${code} has two scales`);
    const side = `${code} ${account}`;
    if (sides.has(side)) throw new RangeError(`posting ${posting.kind}: ${account} stands twice in ${code}`);
    sides.add(side);
    scales.set(code, scale);
    sums.set(code, (sums.get(code) ?? 0n) + amount.minor);
  }
  for (const [code, sum] of sums) {
    if (sum !== 0n) throw new RangeError(`posting ${posting.kind}: ${code} does not balance`);
  }
}

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideUp, ONE } from './decimal-text.ts';
import type { Level } from './order-book.ts';
import { capFor, quantityFor, walk } from './sizing.ts';

const TICK = ONE / 100n;
const STEP = 1000n;

/** Ascending asks around any price from a dollar to a million. */
const asks: fc.Arbitrary<readonly Level[]> = fc
  .record({
    start: fc.bigInt(100n, 100_000_000n),
    levels: fc.array(fc.tuple(fc.bigInt(1n, 5_000n), fc.bigInt(1n, 3n * ONE)), { minLength: 1, maxLength: 30 }),
  })
  .map(({ start, levels }) => {
    let ticks = start;
    return levels.map(([gap, quantity]) => {
      ticks += gap;
      return { price: ticks * TICK, quantity };
    });
  });
const spend = fc.bigInt(7n * ONE, 1_000_000n * ONE);
const feeBasisPoints = fc.bigInt(0n, 100n);

/** What a market buy of this size pays at the book, level by level, and whether the book has that much. */
function pay(levels: readonly Level[], quantity: bigint): { cost: bigint; missing: bigint } {
  let missing = quantity;
  let cost = 0n;
  for (const level of levels) {
    const part = level.quantity < missing ? level.quantity : missing;
    cost += divideUp(level.price * part, ONE);
    missing -= part;
  }
  return { cost, missing };
}

test('a walk never promises more than the book gives for the money', () => {
  fc.assert(
    fc.property(asks, spend, feeBasisPoints, (levels, money, fee) => {
      const size = walk(levels, { spend: money, step: STEP, feeBasisPoints: fee });
      if (!size) return;
      const { cost, missing } = pay(levels, size.quantity);
      expect(missing).toBe(0n);
      expect(cost <= money + BigInt(levels.length)).toBe(true);
      expect(size.worst * size.quantity <= money * ONE).toBe(true);
      expect(size.quantity % STEP).toBe(0n);
      expect(size.fee * 10_000n >= size.quantity * fee).toBe(true);
    }),
  );
});

test('a walk leaves no step on the table: one more does not fit under its own worst price', () => {
  fc.assert(
    fc.property(asks, spend, (levels, money) => {
      const size = walk(levels, { spend: money, step: STEP, feeBasisPoints: 0n });
      if (!size) return;
      const more = size.quantity + STEP;
      let offered = 0n;
      const worst = levels.find(({ quantity }) => (offered += quantity) >= more)?.price;
      expect(worst === undefined || worst * more > money * ONE).toBe(true);
    }),
  );
});

test('a walk gives nothing only when the whole book, at its last price, costs less than the money', () => {
  fc.assert(
    fc.property(asks, spend, (levels, money) => {
      const all = levels.reduce((sum, { quantity }) => sum + quantity, 0n);
      const atLast = (all - (all % STEP)) * levels.at(-1)!.price;
      const size = walk(levels, { spend: money, step: STEP, feeBasisPoints: 0n });
      expect(size !== null || atLast < money * ONE).toBe(true);
    }),
  );
});

test('an order for a floor leaves at least the floor, and is never larger than the quote it came from', () => {
  fc.assert(
    fc.property(asks, spend, feeBasisPoints, fc.bigInt(1n, 10_000n), (levels, money, fee, share) => {
      const size = walk(levels, { spend: money, step: STEP, feeBasisPoints: fee });
      if (!size || size.quantity === 0n) return;
      const atLeast = ((size.quantity - size.fee) * share) / 10_000n;
      if (atLeast <= 0n) return;
      const quantity = quantityFor(atLeast, fee, STEP);
      expect(quantity - divideUp(quantity * fee, 10_000n) >= atLeast).toBe(true);
      expect(quantity <= size.quantity).toBe(true);
      const cap = capFor(money, quantity, TICK);
      expect(cap >= size.worst).toBe(true);
      expect(cap * quantity <= money * ONE).toBe(true);
    }),
  );
});

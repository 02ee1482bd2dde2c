import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideUp, ONE } from './decimal-text.ts';
import type { Level } from './order-book.ts';
import { budgetOf, capFor, quantityFor, walk } from './sizing.ts';
import type { FeeTerms } from './sizing.ts';

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
const fees: fc.Arbitrary<FeeTerms> = fc.record({
  takenFrom: fc.constantFrom('base' as const, 'quote' as const),
  basisPoints: fc.bigInt(0n, 100n),
});
const free: FeeTerms = { takenFrom: 'base', basisPoints: 0n };
const UNIT = 1000n;

const seeded = { seed: 20_261_121 };

/**
 * What buying this size at the book really costs, level by level, each cost and each fee rounded up to whole units; what
 * it leaves; and what the book does not have.
 */
function pay(levels: readonly Level[], quantity: bigint, fee: FeeTerms) {
  const rounded = (amount: bigint) => divideUp(amount, UNIT) * UNIT;
  let missing = quantity;
  let spent = 0n;
  let received = quantity;
  for (const level of levels) {
    const part = level.quantity < missing ? level.quantity : missing;
    if (part === 0n) continue;
    missing -= part;
    const cost = rounded(divideUp(level.price * part, ONE));
    spent += cost;
    if (fee.takenFrom === 'quote') spent += rounded(divideUp(cost * fee.basisPoints, 10_000n));
    else received -= divideUp(part * fee.basisPoints, 10_000n);
  }
  return { spent, received, missing };
}

function sizeFor(levels: readonly Level[], money: bigint, fee: FeeTerms) {
  const budget = budgetOf(money, fee, UNIT);
  return { budget, size: walk(levels, { budget, step: STEP, fee }) };
}

test('a walk never promises more than the book gives for the money, with every rounding against us', () => {
  fc.assert(
    fc.property(asks, spend, fees, (levels, money, fee) => {
      const { budget, size } = sizeFor(levels, money, fee);
      if (!size) return;
      const { spent, received, missing } = pay(levels, size.quantity, fee);
      expect(missing).toBe(0n);
      // A fee that is taken from the bitcoin leaves only the roundings of costs, which ticks and steps keep exact.
      const roundings = fee.takenFrom === 'base' ? BigInt(levels.length) * UNIT : 0n;
      expect(spent <= money + roundings).toBe(true);
      expect(received).toBe(fee.takenFrom === 'base' ? size.quantity - size.fee : size.quantity);
      expect(size.worst * size.quantity <= budget * ONE).toBe(true);
      expect(size.quantity % STEP).toBe(0n);
    }),
    seeded,
  );
});

test('a fee that comes on top is told in full', () => {
  fc.assert(
    fc.property(asks, spend, fees, (levels, money, fee) => {
      const { size } = sizeFor(levels, money, fee);
      if (!size) return;
      const charged = fee.takenFrom === 'base' ? size.quantity : pay(levels, size.quantity, free).spent - UNIT * 30n;
      expect(size.fee * 10_000n >= charged * fee.basisPoints).toBe(true);
    }),
    seeded,
  );
});

test('a walk leaves no step on the table: one more does not fit under its own worst price', () => {
  fc.assert(
    fc.property(asks, spend, (levels, money) => {
      const { size } = sizeFor(levels, money, free);
      if (!size) return;
      const more = size.quantity + STEP;
      let offered = 0n;
      const worst = levels.find(({ quantity }) => (offered += quantity) >= more)?.price;
      expect(worst === undefined || worst * more > money * ONE).toBe(true);
    }),
    seeded,
  );
});

test('a walk gives nothing only when the whole book, at its last price, costs less than the money', () => {
  fc.assert(
    fc.property(asks, spend, (levels, money) => {
      const all = levels.reduce((sum, { quantity }) => sum + quantity, 0n);
      const atLast = (all - (all % STEP)) * levels.at(-1)!.price;
      const { size } = sizeFor(levels, money, free);
      expect(size !== null || atLast < money * ONE).toBe(true);
    }),
    seeded,
  );
});

test('an order for a floor leaves at least the floor, and is never larger than the quote it came from', () => {
  fc.assert(
    fc.property(asks, spend, fees, fc.bigInt(1n, 10_000n), (levels, money, fee, share) => {
      const { budget, size } = sizeFor(levels, money, fee);
      if (!size || size.quantity === 0n) return;
      const taken = (quantity: bigint) =>
        fee.takenFrom === 'base' ? divideUp(quantity * fee.basisPoints, 10_000n) : 0n;
      const quoted = fee.takenFrom === 'base' ? size.quantity - size.fee : size.quantity;
      const atLeast = (quoted * share) / 10_000n;
      if (atLeast <= 0n) return;
      const quantity = quantityFor(atLeast, fee, STEP);
      expect(quantity - taken(quantity) >= atLeast).toBe(true);
      expect(quantity <= size.quantity).toBe(true);
      const cap = capFor(budget, quantity, TICK);
      expect(cap >= size.worst).toBe(true);
      expect(cap * quantity <= budget * ONE).toBe(true);
    }),
    seeded,
  );
});

test('money that does not even pay the roundings buys nothing', () => {
  expect(budgetOf(399n * UNIT, { takenFrom: 'quote', basisPoints: 10n }, UNIT)).toBe(0n);
});

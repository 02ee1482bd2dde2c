import { ONE } from './decimal-text.ts';

/** A price and what is offered at it, in hundred-millionths. */
interface Level {
  readonly price: bigint;
  readonly quantity: bigint;
}

type Side = 'asks' | 'bids';

/** How a regular book looks. */
export interface BookShape {
  /** The middle between best bid and best ask. */
  readonly price: bigint;
  /** From best bid to best ask, in hundredths of a percent of the price. */
  readonly spreadBasisPoints: number;
  /** Levels on each side, one basis point apart. */
  readonly levels: number;
  /** What is offered on each level. */
  readonly quantity: bigint;
}

/** Both sides of the market, best price first. Every change has a new number. */
export interface Book {
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
  readonly updateId: number;
  /** Replaces both sides by regular ones. */
  shape(shape: BookShape): void;
  /**
   * Replaces one side.
   *
   * @throws RangeError when a price is between two ticks or a quantity between two steps: no order could have left it.
   */
  set(side: Side, levels: readonly Level[]): void;
  /** Moves every price, or those of one side, by hundredths of a percent. */
  move(basisPoints: number, sides?: readonly Side[]): void;
  /** Takes what is offered up to a limit price, best first. */
  take(quantity: bigint, limit: bigint): readonly Level[];
  /** What {@link Book.take} could give at most. */
  offered(limit: bigint): bigint;
}

/** Makes a book of a market with these units. */
export function createBook(shape: BookShape, { tick, step }: { readonly tick: bigint; readonly step: bigint }): Book {
  let asks: readonly Level[] = [];
  let bids: readonly Level[] = [];
  let updateId = 1_000_000;
  const toTick = (price: bigint) => {
    const rounded = ((price + tick / 2n) / tick) * tick;
    return rounded < tick ? tick : rounded;
  };
  const scaled = (price: bigint, basisPoints: number) => toTick((price * BigInt(10_000 + basisPoints)) / 10_000n);

  const book: Book = {
    get asks() {
      return asks;
    },
    get bids() {
      return bids;
    },
    get updateId() {
      return updateId;
    },
    shape({ price, spreadBasisPoints, levels, quantity }) {
      if (quantity % step !== 0n) throw new RangeError('quantity: expected whole steps');
      const half = (price * BigInt(spreadBasisPoints)) / 20_000n;
      const side = (direction: bigint) =>
        Array.from({ length: levels }, (_, at) => ({
          price: toTick(price + direction * (half + (price * BigInt(at)) / 10_000n)),
          quantity,
        }));
      asks = side(1n);
      bids = side(-1n);
      updateId += 1;
    },
    set(side, levels) {
      if (levels.some(({ price, quantity }) => price % tick !== 0n || quantity % step !== 0n))
        throw new RangeError('levels: expected whole ticks and steps');
      if (side === 'asks') asks = [...levels];
      else bids = [...levels];
      updateId += 1;
    },
    move(basisPoints, sides = ['asks', 'bids']) {
      if (!Number.isInteger(basisPoints) || basisPoints <= -10_000)
        throw new RangeError('basisPoints: expected a whole number above -10000');
      const moved = (side: readonly Level[]) =>
        side.map(({ price, quantity }) => ({ price: scaled(price, basisPoints), quantity }));
      if (sides.includes('asks')) asks = moved(asks);
      if (sides.includes('bids')) bids = moved(bids);
      updateId += 1;
    },
    take(quantity, limit) {
      const taken: Level[] = [];
      let open = quantity;
      const left = asks.flatMap((level) => {
        if (open === 0n || level.price > limit) return [level];
        const part = level.quantity < open ? level.quantity : open;
        open -= part;
        taken.push({ price: level.price, quantity: part });
        return part === level.quantity ? [] : [{ price: level.price, quantity: level.quantity - part }];
      });
      if (taken.length > 0) {
        asks = left;
        updateId += 1;
      }
      return taken;
    },
    offered: (limit) => asks.reduce((sum, { price, quantity }) => (price <= limit ? sum + quantity : sum), 0n),
  };
  book.shape(shape);
  return book;
}

/** The book that an emulator starts with: 60,000 in the middle, one basis point of spread, 40 levels of half a coin. */
export const defaultShape: BookShape = { price: 60_000n * ONE, spreadBasisPoints: 1, levels: 40, quantity: ONE / 2n };

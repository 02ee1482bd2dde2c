import { createDice } from '../dice.ts';
import type { Dice } from '../dice.ts';

/** What happens to a wallet: coins arrive, or a payment leaves at the fee rate of that moment. */
export type WalletEvent =
  | { readonly type: 'receive'; readonly sats: bigint }
  | { readonly type: 'pay'; readonly sats: bigint; readonly milliRate: bigint };

/** The shapes of streams, by who has them. */
export const shapes = ['shop', 'exchange', 'payroll'] as const;

/** One of {@link shapes}. */
export type Shape = (typeof shapes)[number];

interface Life {
  /** What one payment is. */
  payment(dice: Dice): number;
  /** What may arrive before a payment. */
  arrivals(dice: Dice): readonly number[];
  /** What the operator brings when too little is left. */
  readonly topUp: readonly number[];
}

const lives: Readonly<Record<Shape, Life>> = {
  /** Sells bitcoin: many small deliveries, filled from an exchange now and then. */
  shop: {
    payment: (dice) => spread(dice, 120_000, 1.1),
    arrivals: () => [],
    topUp: [8_000_000, 8_000_000, 8_000_000],
  },
  /** Takes deposits of all sizes and pays out. */
  exchange: {
    payment: (dice) => spread(dice, 900_000, 1.4),
    arrivals: (dice) => Array.from({ length: dice.below(4) }, () => spread(dice, 500_000, 1.6)),
    topUp: [60_000_000],
  },
  /** Pays round sums, rarely, from large coins. */
  payroll: {
    payment: (dice) => dice.pick([500_000, 1_000_000, 1_500_000, 2_500_000]),
    arrivals: (dice) => (dice.chance(10) ? [spread(dice, 5_000_000, 0.8)] : []),
    topUp: [40_000_000, 20_000_000],
  },
};

/** The least that is kept beyond the next payment, so that no wallet runs dry for the fees it has paid. */
const RESERVE = 6_000_000;
const [LEAST_RATE, MOST_RATE, USUAL_RATE] = [1, 250, 8];
const DUST = 1000;
/** What a payment is taken to weigh where the stream reckons what is left for fees: more than any wallet's mean. */
const USUAL_VBYTES = 400;

/** A stream of so many payments. The same seed gives the same one. */
export function streamOf(shape: Shape, seed: number, payments: number): readonly WalletEvent[] {
  const dice = createDice(seed * 31 + shapes.indexOf(shape));
  const life = lives[shape];
  const events: WalletEvent[] = [];
  const receive = (sats: number) => {
    held += sats;
    events.push({ type: 'receive', sats: BigInt(sats) });
  };
  let held = 0;
  let heat = 0;
  for (let count = 0; count < payments; count += 1) {
    for (const sats of life.arrivals(dice)) receive(sats);
    const sats = life.payment(dice);
    while (held < sats + RESERVE) for (const piece of life.topUp) receive(piece);
    // Rates wander: what is dear now is dear in an hour too, and quiet days come again.
    heat = heat * 0.97 + normal(dice) * 0.25;
    const rate = Math.min(MOST_RATE, Math.max(LEAST_RATE, USUAL_RATE * Math.exp(heat)));
    held -= sats + Math.round(rate * USUAL_VBYTES);
    events.push({ type: 'pay', sats: BigInt(sats), milliRate: BigInt(Math.round(rate * 1000)) });
  }
  return events;
}

/** A log-normal amount around a median. */
function spread(dice: Dice, median: number, width: number): number {
  return Math.max(DUST, Math.min(50_000_000, Math.round(median * Math.exp(normal(dice) * width))));
}

/** A number of the normal distribution, near enough: twelve dice less their mean. */
function normal(dice: Dice): number {
  let sum = 0;
  for (let throws = 0; throws < 12; throws += 1) sum += dice.below(1_000_000) / 1_000_000;
  return sum - 6;
}

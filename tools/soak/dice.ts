/** Random choices that a seed repeats. */
export interface Dice {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  /** True in `share` of a hundred cases. */
  chance(share: number): boolean;
  /** One of them. */
  pick<T>(choices: readonly T[]): T;
}

/** Makes dice (the generator is known as mulberry32). */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    chance: (share) => below(100) < share,
    pick<T>(choices: readonly T[]): T {
      if (choices.length === 0) throw new RangeError('dice: nothing to choose from');
      return choices[below(choices.length)] as T;
    },
  };
}

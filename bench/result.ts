/** One figure that has an aim. */
export interface BenchCheck {
  readonly name: string;
  readonly value: number;
  readonly aim: number;
  readonly better: 'higher' | 'lower';
}

/** What a benchmark found. */
export interface BenchResult {
  readonly name: string;
  /** What was real, and what was not. */
  readonly note: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly checks: readonly BenchCheck[];
}

/** Machines differ and others use them too: only what misses its aim by more than this fails. */
const MOST_MISSED = 2;

/** How often an aim fits into what was missed: 1 and below is good, above 2 fails. */
export function missOf({ value, aim, better }: BenchCheck): number {
  return better === 'higher' ? aim / value : value / aim;
}

/** Whether every figure is within twice its aim. A figure that is not a number is not. */
export function isAcceptable({ checks }: BenchResult): boolean {
  return checks.every((check) => missOf(check) <= MOST_MISSED);
}

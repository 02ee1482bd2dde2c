import type { BirthYears } from './snapshot.ts';

/** "Circa" widens a year by this much on both sides. */
const CIRCA_YEARS = 2;

/** The span of all years that a text names: `25 Mar 1977`, `circa 1979-1982`, `dd/mm/1962`. Empty where it names none. */
export function birthYearsIn(text: string, isCirca = /circa|approx|about/i.test(text)): readonly BirthYears[] {
  const years = (text.match(/(?<!\d)(?:1[89]|20)\d\d(?!\d)/g) ?? []).map(Number);
  if (years.length === 0) return [];
  const margin = isCirca ? CIRCA_YEARS : 0;
  return [{ from: Math.min(...years) - margin, to: Math.max(...years) + margin }];
}

/** Spans, each once. */
export function distinctYears(spans: readonly BirthYears[]): readonly BirthYears[] {
  return [...new Map(spans.map((span) => [`${span.from}-${span.to}`, span])).values()];
}

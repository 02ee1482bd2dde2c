import type { Identity } from '@rielrails/core';
import { SAME } from '../names/index.ts';
import type { ListEntry } from './snapshot.ts';

/** What is known beside the names, and whether it speaks for one bearer. `null`: one of the two does not say. */
export interface Facts {
  readonly birth: 'agrees' | 'differs' | null;
  readonly country: 'agrees' | 'differs' | null;
  /** A number of a document or register that is the same. */
  readonly identifier: string | null;
}

/** What facts add to a score, and take away. */
const effects = { birth: { agrees: 0.05, differs: -0.12 }, country: { agrees: 0.03, differs: -0.05 } } as const;

/** The most that facts can add. */
export const MOST_BY_FACTS: number = effects.birth.agrees + effects.country.agrees;

/** Lists are often wrong by a year. */
const TOLERANCE_YEARS = 1;
/** A shorter number may be anybody's. */
const SHORTEST_IDENTIFIER = 6;

/** Compares what is known of somebody with what a list says. */
export function compareFacts({ born, countries = [] }: Identity, entry: ListEntry, identifier: string | null): Facts {
  return {
    birth: compareBirth(born, entry.born),
    country: compareCountries(countries, entry.countries ?? []),
    identifier,
  };
}

/** A score of names, and what facts make of it. Names that are the same are never cleared by facts: lists err. */
export function withFacts(score: number, { birth, country, identifier }: Facts): number {
  if (identifier !== null) return 1;
  const change = (birth ? effects.birth[birth] : 0) + (country ? effects.country[country] : 0);
  return Math.min(1, Math.max(0, score + (score >= SAME ? Math.max(0, change) : change)));
}

/** A number as it is compared, without spaces, dashes and case; `null` where it says too little. */
export function canonicalIdentifier(text: string): string | null {
  const plain = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');
  return plain.length >= SHORTEST_IDENTIFIER && /\d{3}/.test(plain) ? plain : null;
}

function compareBirth(born: string | undefined, listed: ListEntry['born']): Facts['birth'] {
  const year = Number(/^\d{4}(?!\d)/.exec(born ?? '')?.[0]);
  if (Number.isNaN(year) || listed.length === 0) return null;
  if (listed.some(({ from, to }) => year >= from && year <= to)) return 'agrees';
  const isNear = listed.some(({ from, to }) => year >= from - TOLERANCE_YEARS && year <= to + TOLERANCE_YEARS);
  return isNear ? null : 'differs';
}

function compareCountries(known: readonly string[], listed: readonly string[]): Facts['country'] {
  if (known.length === 0 || listed.length === 0) return null;
  return known.some((country) => listed.includes(country.toUpperCase())) ? 'agrees' : 'differs';
}

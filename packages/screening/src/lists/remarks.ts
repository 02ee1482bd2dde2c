import type { BirthYears, ListedAddress } from './snapshot.ts';

/** What a remark tells about its entry. */
export interface Remarks {
  readonly aliases: readonly string[];
  readonly born: readonly BirthYears[];
  readonly addresses: readonly ListedAddress[];
  /** What keeps it from being trusted: it does not end, or announces a digital currency address that cannot be read. */
  readonly problem: 'unfinished' | 'address' | null;
}

/** "Circa" widens a year by this much on both sides. */
const CIRCA_YEARS = 2;

/**
 * Reads the remarks of an entry: clauses between semicolons, a full stop at the end.
 *
 * Overflow must be appended before: the publisher cuts long remarks in the middle of a word.
 */
export function readRemarks(text: string): Remarks {
  const clauses = text.replace(/\.\s*$/, '').split(';');
  const addresses = clauses.flatMap(readAddress);
  return {
    aliases: clauses.flatMap(readAlias),
    born: clauses.flatMap(readBirth),
    addresses,
    problem:
      text !== '' && !text.trimEnd().endsWith('.')
        ? 'unfinished'
        : addresses.length === text.split('Digital Currency Address').length - 1
          ? null
          : 'address',
  };
}

function readAddress(clause: string): readonly ListedAddress[] {
  const match = /^ ?(?:alt\. )?Digital Currency Address - ([A-Z0-9]{1,12}) ([0-9A-Za-z:_-]{10,200})$/.exec(clause);
  return match?.[1] && match[2] ? [{ currency: match[1], text: match[2] }] : [];
}

function readAlias(clause: string): readonly string[] {
  const name = /^ ?[afn]\.k\.a\. '(.+)'$/.exec(clause)?.[1];
  return name === undefined ? [] : [name];
}

/** `DOB 25 Mar 1977`, `alt. DOB circa 1979-1982`, `DOB 01 Jan 1961 to 31 Dec 1962`. */
function readBirth(clause: string): readonly BirthYears[] {
  if (!/^ ?(?:alt\. )?DOB /.test(clause)) return [];
  const years = (clause.match(/\b(?:1[89]|20)\d\d\b/g) ?? []).map(Number);
  if (years.length === 0) return [];
  const margin = clause.includes('circa') ? CIRCA_YEARS : 0;
  return [{ from: Math.min(...years) - margin, to: Math.max(...years) + margin }];
}

import type { BirthYears, ListedAddress } from './snapshot.ts';
import { birthYearsIn } from './years.ts';

/** What a remark tells about its entry. */
export interface Remarks {
  /** OFAC writes weak aliases here, in quotation marks, and strong ones in a file of their own. */
  readonly weakAliases: readonly string[];
  readonly born: readonly BirthYears[];
  /** Names of countries, as they are written. */
  readonly countries: readonly string[];
  readonly identifiers: readonly string[];
  readonly addresses: readonly ListedAddress[];
  /** What keeps it from being trusted: it does not end, or announces a digital currency address that cannot be read. */
  readonly problem: 'unfinished' | 'address' | null;
}

/**
 * Reads the remarks of an entry: clauses between semicolons, a full stop at the end.
 *
 * Overflow must be appended before: the publisher cuts long remarks in the middle of a word.
 */
export function readRemarks(text: string): Remarks {
  const clauses = text
    .replace(/\.\s*$/, '')
    .split(';')
    .map((clause) => clause.replace(/^ ?(?:alt\. )?/, ''));
  const addresses = clauses.flatMap(readAddress);
  return {
    weakAliases: clauses.flatMap(readAlias),
    born: clauses.flatMap((clause) => (clause.startsWith('DOB ') ? birthYearsIn(clause) : [])),
    countries: clauses.flatMap(readCountry),
    identifiers: clauses.flatMap(readIdentifier),
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
  const match = /^Digital Currency Address - ([A-Z0-9]{1,12}) ([0-9A-Za-z:_-]{10,200})$/.exec(clause);
  return match?.[1] && match[2] ? [{ currency: match[1], text: match[2] }] : [];
}

function readAlias(clause: string): readonly string[] {
  const name = /^[afn]\.k\.a\. '(.+)'$/.exec(clause)?.[1];
  return name === undefined ? [] : [name];
}

/** `nationality Korea, North`, `citizen Iran`, `POB Tehran, Iran`. */
function readCountry(clause: string): readonly string[] {
  const { told, place } = /^(?:(?:nationality|citizen) (?<told>.+)|POB (?<place>.+))$/.exec(clause)?.groups ?? {};
  return told ? [told] : place ? [place.split(', ').at(-1) ?? ''] : [];
}

/** `Passport L29727205 (Iran)`, `NIT # 9009355997 (Colombia)`, `Vessel Registration Identification IMO 9167148`. */
function readIdentifier(clause: string): readonly string[] {
  const match =
    /^[\w .'-]*(?:Passport|No\.?|Number|#|ID|IMO|MMSI|C\.U\.R\.P\.|R\.F\.C\.|SSN) ([\w./-]*\d[\w./-]*)(?: |$)/.exec(
      clause,
    );
  return match?.[1] && !/^(?:Phone|Aircraft Construction|Executive)/.test(clause) ? [match[1]] : [];
}

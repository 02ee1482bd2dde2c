import { digest, toHex } from '@rielrails/kit';
import type { ListEntry } from './snapshot.ts';

/** A hash of all that a list says of an entry. The order in which it says it does not count. */
export function entryVersion(entry: ListEntry): string {
  const {
    id,
    type,
    name,
    aliases,
    weakAliases = [],
    programs,
    born,
    countries = [],
    identifiers = [],
    addresses,
  } = entry;
  const sets = [aliases, weakAliases, programs, countries, identifiers].map((texts) => [...texts].sort());
  const years = born.map(({ from, to }) => `${from}-${to}`).sort();
  const purses = addresses.map(({ currency, text }) => `${currency} ${text}`).sort();
  return toHex(digest('sha256', JSON.stringify([id, type, name, ...sets, years, purses]))).slice(0, 32);
}

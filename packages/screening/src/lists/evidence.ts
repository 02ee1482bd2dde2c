import type { Evidence } from '@rielrails/core';
import { explain, percent } from '../names/index.ts';
import { entryVersion } from './entry-version.ts';
import type { AddressHit, NameHit } from './matcher.ts';
import type { ListEntry, ListSnapshot } from './snapshot.ts';

/** Why somebody may be on a list, for a person to read. */
export function nameEvidence({ source, entry, score, facts, listed, match }: NameHit): Evidence {
  const alias = listed === entry.name ? '' : `, also known as "${listed}"`;
  const subject = `the ${entry.type} "${entry.name}"${alias} (${entry.programs.join(', ')})`;
  const { birth, country, identifier } = facts;
  const sentences = [
    match ? `The name fits ${subject}.` : `A number of a document is that of ${subject}.`,
    ...(match ? [explain(match.alignment, match.asked, match.listed)] : []),
    ...(match && identifier !== null ? ['A number of a document is the same.'] : []),
    ...(birth ? [`The year of birth ${birth}.`] : []),
    ...(country ? [`The country ${country}.`] : []),
    `Score: ${percent(score)}.`,
  ];
  return { source, entry: entry.id, version: entryVersion(entry), explanation: sentences.join(' '), score };
}

/** Why an address is on a list. */
export function addressEvidence({ source, entry, listed }: AddressHit): Evidence {
  return { source, entry: entry.id, explanation: `The address is listed for ${owner(entry)} as ${listed.currency}.` };
}

/** That nothing was found, and in what. */
export function nothingFound({ source, version, asOf, entries }: ListSnapshot): Evidence {
  const explanation = `None of ${entries.length} entries as of ${new Date(asOf).toISOString()} fits.`;
  return { source, entry: version, explanation };
}

/** That names cannot be compared: they are in a script that cannot be read. */
export function notComparable({ source, version }: ListSnapshot): Evidence {
  return {
    source,
    entry: version,
    explanation: 'No name is given in a script that can be read: the list cannot tell.',
  };
}

function owner({ type, name, programs }: ListEntry): string {
  return `the ${type} "${name}" (${programs.join(', ')})`;
}

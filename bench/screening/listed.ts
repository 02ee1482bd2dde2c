import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '@rielrails/core';
import { listFormat, ofacFileNames, readOfac } from '@rielrails/screening/lists';
import type { ListEntry, OfacFiles } from '@rielrails/screening/lists';
import type { Bearer } from '@rielrails/screening/names';

/** A listed name, and a token of whoever bears it: names of one bearer have the same. */
export interface Listed {
  readonly text: string;
  readonly bearer: Bearer;
  readonly owner: unknown;
}

/** Every name of some entries. */
export function namesOf(entries: readonly ListEntry[]): readonly Listed[] {
  return entries.flatMap((entry) =>
    [entry.name, ...entry.aliases].map((text) => ({ text, bearer: entry.type, owner: entry })),
  );
}

/** Real lists of a folder. */
export interface RealLists {
  /** OFAC's SDN list: `sdn.csv` and its companions, all with the same beginning. */
  readonly ofac: () => readonly ListEntry[];
  /** The UN's consolidated list: a file whose name begins with `un` and ends in `.xml`; `null` where there is none. */
  readonly un: (() => readonly ListEntry[]) | null;
}

/** The real lists of a folder; `null` where it has no SDN list. */
export function realLists(directory: string | undefined): RealLists | null {
  const names = directory === undefined ? [] : readdirSync(directory);
  const main = names.find((name) => name.endsWith('sdn.csv'));
  if (directory === undefined || main === undefined) return null;
  const bytesOf = (name: string) => new Uint8Array(readFileSync(join(directory, name)));
  const beginning = main.slice(0, -'sdn.csv'.length);
  const un = names.find((name) => /^(?:un.*|consolidated)\.xml$/.test(name));
  return {
    ofac() {
      const files = Object.fromEntries(ofacFileNames.map((name) => [name, bytesOf(beginning + name)]));
      return readOfac(files as unknown as OfacFiles, 0 as Instant).entries;
    },
    un:
      un === undefined
        ? null
        : () => listFormat('un')?.read({ 'consolidated.xml': bytesOf(un) }, 0 as Instant).entries ?? [],
  };
}

/** A pair of names of which it is known whether they are of one bearer. */
export interface LabelledPair {
  readonly isSame: boolean;
  readonly asked: string;
  readonly listed: Listed;
}

/** The pairs that were written for this project. */
export function labelledPairs(): readonly LabelledPair[] {
  const file = new URL('../../packages/screening/fixtures/names/pairs.txt', import.meta.url);
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line.includes(' | ') && !line.startsWith('#'))
    .map((line) => {
      const [label = '', bearer = '', asked = '', text = ''] = line.split(' | ');
      return { isSame: label.startsWith('same'), asked, listed: { text, bearer: bearer as Bearer, owner: text } };
    });
}

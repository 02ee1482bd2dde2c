import { createNameIndex, THRESHOLD } from '@rielrails/screening/names';
import type { ListEntry } from '@rielrails/screening/lists';
import { changes } from './changes.ts';
import type { Change } from './changes.ts';
import { namesOf } from './listed.ts';
import type { LabelledPair, Listed } from './listed.ts';
import { inCyrillic, isLatin, isRussian, writtenNames } from './scripts.ts';
import type { WrittenName } from './scripts.ts';

/** Asks about a name, and gives the owners of the listed names that were found. */
export type Find = (text: string) => readonly unknown[];

/** A finder over some names. */
export function finderOf(listed: readonly Listed[]): Find {
  const index = createNameIndex(listed);
  return (text) => index.search(text, THRESHOLD).map(({ at }) => listed[at]?.owner);
}

/** The share of listed people who are still found by their names, changed so. */
export function recallOf(
  change: Change,
  listed: readonly Listed[],
  find: Find,
  below: (end: number) => number,
): number {
  let [asked, found] = [0, 0];
  for (const { text, bearer, owner } of listed) {
    if (bearer !== 'person') continue;
    const [before = [], ...after] = text.split(',').map(wordsOf);
    const words = [...before, ...after.flat()];
    const changed = changes[change](words, below, after.length === 0 ? 0 : before.length);
    if (!changed) continue;
    asked += 1;
    if (find(changed.join(' ')).includes(owner)) found += 1;
  }
  return found / asked;
}

function wordsOf(text: string): readonly string[] {
  return text
    .replaceAll(/[^\p{L}\p{M}\s'’-]/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Of labelled pairs, how many of one bearer are found, and how many that are found are of one bearer. */
export function judgeOf(pairs: readonly LabelledPair[]): { readonly recall: number; readonly precision: number } {
  const find = finderOf(pairs.map(({ listed }) => listed));
  const isFound = ({ asked, listed }: LabelledPair) => find(asked).includes(listed.owner);
  const same = pairs.filter(({ isSame }) => isSame);
  const right = same.filter(isFound).length;
  const wrong = pairs.filter((pair) => !pair.isSame && isFound(pair)).length;
  return { recall: right / same.length, precision: right / (right + wrong) };
}

/** The share of names that are found in the other script, asked in either. */
export function recallOverScripts(names: readonly WrittenName[]): number {
  const inLatin = finderOf(names.map(({ latin }) => ({ text: latin, bearer: 'person', owner: latin })));
  const inNative = finderOf(names.map(({ native }) => ({ text: native, bearer: 'person', owner: native })));
  const found = names.map(
    ({ native, latin }) => Number(inLatin(native).includes(latin)) + Number(inNative(latin).includes(native)),
  );
  return found.reduce((sum, one) => sum + one, 0) / (2 * names.length);
}

/**
 * The share of people whom a list writes in two scripts and who are found by the one where only the other is listed. What a
 * list says itself: nothing is made here.
 */
export function recallOfListedScripts(entries: readonly ListEntry[]): number {
  const people = namesOf(entries).filter(({ bearer }) => bearer === 'person');
  const latin = people.filter(({ text }) => isLatin(text));
  const native = people.filter(({ text }) => !isLatin(text));
  const owners = new Set(native.map(({ owner }) => owner));
  const mainNames = latin.filter(({ text, owner }) => owners.has(owner) && (owner as ListEntry).name === text);
  const [inLatin, inNative] = [finderOf(latin), finderOf(native)];
  const found = [
    ...native.map(({ text, owner }) => inLatin(text).includes(owner)),
    ...mainNames.map(({ text, owner }) => inNative(text).includes(owner)),
  ];
  return found.filter(Boolean).length / found.length;
}

/** Names that were written in two scripts for this: by hand, and listed Russian ones back into Cyrillic. */
export function namesInTwoScripts(listed: readonly Listed[]): Readonly<Record<string, readonly WrittenName[]>> {
  const cyrillic = listed.flatMap(({ text, bearer }) => {
    const native = bearer === 'person' && isRussian(text) ? inCyrillic(text) : null;
    return native === null ? [] : [{ native, latin: text }];
  });
  return { ...writtenNames, cyrillic };
}

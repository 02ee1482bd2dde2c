/**
 * Comparing names across scripts, spellings and orders.
 *
 * @packageDocumentation
 */

export { compareNames } from './compare.ts';
export type { NameComparison, NameGrade } from './compare.ts';
export { explain, percent } from './explain.ts';
export type { ListedName } from './listed-names.ts';
export { countWords, isComparable, MOST_WORDS } from './name.ts';
export { buildNameIndex, createNameIndex } from './name-index.ts';
export type { NameIndex, NameMatch } from './name-index.ts';
export { THRESHOLD } from './score.ts';
export { SAME } from './similarity.ts';
export type { Bearer } from './score.ts';

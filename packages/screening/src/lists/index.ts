/**
 * Screening by published sanctions lists.
 *
 * @packageDocumentation
 */

export { describeOfac } from './description.ts';
export { ofacDirectory } from './directory.ts';
export { createLists } from './lists.ts';
export type { Lists, ListsConfig, ListSummary } from './lists.ts';
export { ofacMirror } from './mirror.ts';
export type { MirrorOptions } from './mirror.ts';
export { ofacFileNames, readOfac } from './ofac.ts';
export type { OfacFiles } from './ofac.ts';
export type { BirthYears, ListedAddress, ListEntry, ListSnapshot, ListSource } from './snapshot.ts';

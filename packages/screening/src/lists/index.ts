/**
 * Screening by published sanctions lists.
 *
 * @packageDocumentation
 */

export { changesBetween, whomItConcerns } from './changes.ts';
export type { Concerns, ListChange } from './changes.ts';
export { describeList, describeOfac } from './description.ts';
export { listDirectory, ofacDirectory } from './directory.ts';
export { MAX_FILE_BYTES } from './format.ts';
export type { ListFile, ListFiles, ListFormat } from './format.ts';
export { listFormat, listFormats } from './formats.ts';
export { createLists, MAXIMUM_AGE_MS } from './lists.ts';
export type { Lists, ListsConfig, ListState, ListSummary } from './lists.ts';
export { listMirror, ofacMirror } from './mirror.ts';
export type { MirrorOptions } from './mirror.ts';
export { ofacFileNames, readOfac } from './ofac.ts';
export type { OfacFiles } from './ofac.ts';
export { readStored, storedLists } from './store.ts';
export type { StoredList } from './store.ts';
export { updateList } from './update.ts';
export type { ListUpdate, UpdateOptions } from './update.ts';
export type { BirthYears, ListedAddress, ListEntry, ListSnapshot, ListSource } from './snapshot.ts';

import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { digest, fromUtf8, toHex } from '@rielrails/kit';
import type { ListSnapshot } from './snapshot.ts';

/** A file of a list. */
export interface ListFile {
  /** The name under which it is kept. */
  readonly name: string;
  /** Where its publisher offers it. */
  readonly url: string;
  /** The largest that is read. Default: 64 MiB. */
  readonly maxBytes?: number;
}

/** The largest file of a list that is read, unless its format allows more: ten times the largest that was seen. */
export const MAX_FILE_BYTES: number = 64 * 1024 * 1024;

/** The bytes of a list's files, all of one publication, by the names under which they are kept. */
export type ListFiles = Readonly<Record<string, Uint8Array>>;

/** How one list is published and read. */
export interface ListFormat {
  /** A short name, for folders and commands: `ofac-sdn`. */
  readonly id: string;
  /** Which list it is, for people: `OFAC SDN`. */
  readonly source: string;
  readonly files: readonly ListFile[];
  /** `seen`: real files of the publisher were read. `unverified`: built from documents, and no real file was seen. */
  readonly provenance: 'seen' | 'unverified';
  /**
   * Reads the whole list, or nothing: half a list would clear people.
   *
   * @throws InputError naming the file, the line where there is one, and the rule.
   */
  read(files: ListFiles, asOf: Instant): ListSnapshot;
}

/** The hash of a file, as descriptions keep it. */
export function hashOf(bytes: Uint8Array): string {
  return toHex(digest('sha256', bytes));
}

/** The version of a list: the same files, the same version. */
export function versionOf(files: ListFiles, names: readonly string[]): string {
  return toHex(digest('sha256', names.map((name) => hashOf(files[name] ?? new Uint8Array())).join(':'))).slice(0, 32);
}

/**
 * The text of a file. A byte order mark is left out.
 *
 * @throws InputError naming the file: `too-large`, `utf-8`.
 */
export function textOf(file: string, bytes: Uint8Array, maxBytes: number = MAX_FILE_BYTES): string {
  if (bytes.length > maxBytes) throw new InputError(file, 'too-large', `the file is larger than ${maxBytes} bytes`);
  try {
    return fromUtf8(bytes).replace(/^\uFEFF/, '');
  } catch {
    throw new InputError(file, 'utf-8', 'the file is not valid UTF-8');
  }
}

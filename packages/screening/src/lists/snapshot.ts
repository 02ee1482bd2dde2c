import type { Instant } from '@rielrails/core';

/** An address on a list, under the code that the list gives its currency: `XBT`, `ETH`. */
export interface ListedAddress {
  readonly currency: string;
  readonly text: string;
}

/** A span of years in which somebody was born, both ends included. */
export interface BirthYears {
  readonly from: number;
  readonly to: number;
}

/** One person, company, vessel or aircraft on a list. */
export interface ListEntry {
  /** The list's own number of it. */
  readonly id: string;
  readonly type: 'person' | 'entity' | 'vessel' | 'aircraft';
  readonly name: string;
  /** In whatever script the list writes them. */
  readonly aliases: readonly string[];
  /** Aliases that the list itself calls weak: broad, and borne by many. They count only where the whole name equals them. */
  readonly weakAliases?: readonly string[];
  readonly programs: readonly string[];
  /** Empty where the list does not say. */
  readonly born: readonly BirthYears[];
  /** Where it is, lives, is a citizen of, or was born, as ISO 3166-1 alpha-2. Absent or empty where the list does not say. */
  readonly countries?: readonly string[];
  /** Numbers of its documents and registers, as the list writes them: passports, tax numbers, IMO numbers. */
  readonly identifiers?: readonly string[];
  readonly addresses: readonly ListedAddress[];
}

/** A list at one moment. */
export interface ListSnapshot {
  /** Which list it is: `OFAC SDN`. */
  readonly source: string;
  /** A hash of the files it was read from: the same files, the same version. */
  readonly version: string;
  /** When the publisher was last seen to offer exactly these files. Age counts from here. */
  readonly asOf: Instant;
  /** When its publisher made it, where the files say so. */
  readonly published?: Instant;
  readonly entries: readonly ListEntry[];
}

/** Gives the present snapshot of a list. Throws when it cannot be read whole. */
export type ListSource = () => Promise<ListSnapshot>;

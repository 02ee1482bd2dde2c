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
  readonly aliases: readonly string[];
  readonly programs: readonly string[];
  /** Empty where the list does not say. */
  readonly born: readonly BirthYears[];
  readonly addresses: readonly ListedAddress[];
}

/** A list at one moment. */
export interface ListSnapshot {
  /** Who publishes it: `OFAC SDN`. */
  readonly source: string;
  /** A hash of the files it was read from: the same files, the same version. */
  readonly version: string;
  /** When the publisher was last seen to offer exactly these files. Age counts from here. */
  readonly asOf: Instant;
  readonly entries: readonly ListEntry[];
}

/** Gives the present snapshot of a list. Throws when it cannot be read whole. */
export type ListSource = () => Promise<ListSnapshot>;

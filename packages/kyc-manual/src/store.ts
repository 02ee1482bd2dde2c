import type { Instant, Reference } from '@rielrails/core';
import type { DocumentName, ManualCase } from './manual-case.ts';

/** A picture as it is kept: sealed. */
export interface StoredDocument {
  readonly name: DocumentName;
  /** `image/jpeg` or `image/png` */
  readonly type: string;
  readonly sealed: Uint8Array;
}

/** Who looked at what, and when. */
export interface Access {
  readonly at: Instant;
  readonly by: string;
  /** `statement`, or the name of a document. */
  readonly what: string;
}

/** Where cases are kept. Every write is one transaction. */
export interface ManualStore {
  /** Opens a case; gives the one that is there when its reference was used before. */
  open(fresh: ManualCase): Promise<ManualCase>;
  find(reference: Reference): Promise<ManualCase | null>;
  /** Cases that wait for an operator, or for a second one, the longest waiting first. */
  waiting(most: number): Promise<readonly ManualCase[]>;
  /** Cases about which was decided, the newest decision first. */
  decided(most: number): Promise<readonly ManualCase[]>;
  /** Writes a changed case, if nobody changed it since `next.version - 1`. With documents, they replace all earlier ones. */
  save(next: ManualCase, documents?: readonly StoredDocument[]): Promise<boolean>;
  document(reference: Reference, name: DocumentName): Promise<StoredDocument | null>;
  documentNames(reference: Reference): Promise<readonly DocumentName[]>;
  /** Appends; nothing is ever taken out before the case is erased. */
  noteAccess(reference: Reference, access: Access): Promise<void>;
  accesses(reference: Reference): Promise<readonly Access[]>;
  /** Takes out what the person handed in; the decision stays. */
  erase(reference: Reference): Promise<void>;
  /** The same with every case of a person, and ends them. Gives which. */
  forget(person: string): Promise<readonly Reference[]>;
}

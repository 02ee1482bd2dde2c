import type { Evidence, Identity, Reference } from '@rielrails/core';

/** What screening found about a name, as it is sealed into a case: with whom it was found about, and how that was proved. */
export interface NameFinding {
  readonly kyc: Reference;
  readonly identity: Identity;
  readonly evidence: readonly Evidence[];
}

/** What evidence is sealed as: about an address, or an entry that names nobody, it is a bare list. */
export type SealedEvidence = NameFinding | readonly Evidence[];

/** The finding that was sealed; `null`: it is no finding about a name. */
export function nameFindingOf(opened: unknown): NameFinding | null {
  return typeof opened === 'object' && opened !== null && 'identity' in opened ? (opened as NameFinding) : null;
}

/** Sealed evidence or a note, for a person to read. */
export function tellSealed(opened: unknown): string {
  if (typeof opened === 'string') return opened;
  const evidence = nameFindingOf(opened)?.evidence ?? (opened as readonly Evidence[]);
  return evidence.map(({ source, entry, explanation }) => `${source}, ${entry}: ${explanation}`).join('; ');
}

/**
 * Verification of identity by the operator's own people: an upload page for buyers, a desk for operators.
 *
 * @packageDocumentation
 */

export type { ManualKycConfig } from './config.ts';
export { reviewDecisions } from './decision.ts';
export type { Decision, ReviewDecision, ReviewedIdentity } from './decision.ts';
export type { ReviewDesk, ReviewFile, ReviewFilter, ReviewLine, ReviewOutcome, ReviewProposal } from './desk.ts';
export { documentNames } from './manual-case.ts';
export type { DocumentName, ManualCase, ManualState, ProposedDecision, Statement } from './manual-case.ts';
export { createMemoryStore } from './memory-store.ts';
export { createPostgresStore, migratePostgresStore } from './postgres-store.ts';
export { createManualKyc } from './provider.ts';
export type { ManualKyc, ManualKycPorts } from './provider.ts';
export type { Access, ManualStore, StoredDocument } from './store.ts';

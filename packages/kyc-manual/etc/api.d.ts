// ── @rielrails/kyc-manual

export interface Access {
    readonly at: Instant;
    readonly by: string;
    readonly what: string;
}
export type Decision = {
    readonly to: 'approved';
    readonly identity: ReviewedIdentity;
} | {
    readonly to: 'retry' | 'rejected';
    readonly reasons: NonEmpty<KycReason>;
} | {
    readonly to: 'revoked';
};
export type DocumentName = (typeof documentNames)[number];
export interface ManualCase {
    readonly reference: Reference;
    readonly person: string;
    readonly level: string;
    readonly language: string;
    readonly version: number;
    readonly state: ManualState;
    readonly openedAt: Instant;
    readonly submittedAt: Instant | null;
    readonly decidedAt: Instant | null;
    readonly decidedBy: string | null;
    readonly reasons: readonly KycReason[];
    readonly until: Instant | null;
    readonly statement: Uint8Array | null;
    readonly identity: Uint8Array | null;
    readonly proposal: ProposedDecision | null;
}
export type ManualKyc = KycProvider & {
    handle(request: Request): Promise<Response | null>;
    readonly desk: ReviewDesk;
    forget(person: string): Promise<void>;
};
export interface ManualKycConfig {
    readonly publicUrl: string;
    readonly documentKey: string | Secret;
    readonly linkValidForMs?: number;
    readonly approvalValidForMs?: number;
    readonly twoPeople?: readonly ReviewDecision[];
    readonly leastAge?: number;
    readonly shop: string;
    readonly sandbox?: boolean;
}
export interface ManualKycPorts {
    readonly store: ManualStore;
    readonly say: (reason: KycReason, language: 'en' | 'km') => string;
    readonly moved?: (event: KycEvent) => void;
}
export type ManualState = 'open' | 'submitted' | 'approved' | 'retry' | 'rejected' | 'revoked';
export interface ManualStore {
    open(fresh: ManualCase): Promise<ManualCase>;
    find(reference: Reference): Promise<ManualCase | null>;
    waiting(most: number): Promise<readonly ManualCase[]>;
    decided(most: number): Promise<readonly ManualCase[]>;
    save(next: ManualCase, documents?: readonly StoredDocument[]): Promise<boolean>;
    document(reference: Reference, name: DocumentName): Promise<StoredDocument | null>;
    documentNames(reference: Reference): Promise<readonly DocumentName[]>;
    noteAccess(reference: Reference, access: Access): Promise<void>;
    accesses(reference: Reference): Promise<readonly Access[]>;
    erase(reference: Reference): Promise<void>;
    forget(person: string): Promise<readonly Reference[]>;
}
export interface ProposedDecision {
    readonly by: string;
    readonly at: Instant;
    readonly sealed: Uint8Array;
}
export type ReviewDecision = (typeof reviewDecisions)[number];
export interface ReviewDesk {
    cases(filter?: ReviewFilter): Promise<readonly ReviewLine[]>;
    line(reference: Reference): Promise<ReviewLine>;
    file(reference: Reference, by: string): Promise<ReviewFile>;
    document(reference: Reference, name: DocumentName, by: string): Promise<{
        readonly type: string;
        readonly bytes: Uint8Array;
    }>;
    decide(reference: Reference, version: number, decision: Decision, by: string): Promise<ReviewOutcome>;
    confirm(reference: Reference, hash: string, by: string): Promise<void>;
    erase(reference: Reference, by: string): Promise<void>;
}
export interface ReviewFile extends ReviewLine {
    readonly decidedBy: string | null;
    readonly reasons: readonly KycReason[];
    readonly until: Instant | null;
    readonly statement: Statement | null;
    readonly documents: readonly DocumentName[];
    readonly proposal: ReviewProposal | null;
    readonly accesses: readonly Access[];
}
export type ReviewFilter = 'waiting' | 'decided';
export interface ReviewLine {
    readonly reference: Reference;
    readonly person: string;
    readonly version: number;
    readonly state: ManualState;
    readonly level: string;
    readonly openedAt: Instant;
    readonly submittedAt: Instant | null;
    readonly decidedAt: Instant | null;
    readonly proposedBy: string | null;
}
export type ReviewOutcome = {
    readonly outcome: 'done';
} | {
    readonly outcome: 'proposed';
    readonly proposal: ReviewProposal;
};
export interface ReviewProposal {
    readonly by: string;
    readonly at: Instant;
    readonly decision: Decision;
    readonly hash: string;
}
export interface ReviewedIdentity {
    readonly name: string;
    readonly born: string;
    readonly country: string;
    readonly documentNumber: string;
    readonly documentExpires: string | null;
}
export interface Statement {
    readonly name: string;
    readonly khmerName: string | null;
    readonly born: string;
    readonly country: string;
    readonly document: 'national-id' | 'passport' | 'driving-licence';
}
export interface StoredDocument {
    readonly name: DocumentName;
    readonly type: string;
    readonly sealed: Uint8Array;
}
export declare function createManualKyc(config: ManualKycConfig, { store, say, moved }: ManualKycPorts, runtime?: Runtime): ManualKyc;
export declare function createMemoryStore(): ManualStore;
export declare function createPostgresStore(pool: Pool): ManualStore;
export declare const documentNames: readonly [
    'front',
    'back',
    'selfie'
];
export declare function migratePostgresStore(pool: Pool): Promise<void>;
export declare const reviewDecisions: readonly [
    'approved',
    'retry',
    'rejected',
    'revoked'
];

// ── @rielrails/screening/chainalysis

export interface ChainalysisAddressScreeningConfig extends ServiceConfig {
    readonly token: string | Secret;
    readonly reviewFrom?: RiskWord;
    readonly blockFrom?: RiskWord;
}
export interface ChainalysisSanctionsConfig extends ServiceConfig {
    readonly apiKey: string | Secret;
}
export type RiskWord = 'Low' | 'Medium' | 'High' | 'Severe';
export declare function createChainalysisAddressScreening(config: ChainalysisAddressScreeningConfig, runtime?: Runtime): Screening<'screenAddress'>;
export declare function createChainalysisSanctions(config: ChainalysisSanctionsConfig, runtime?: Runtime): Screening<'screenAddress'>;

// ── @rielrails/screening/chainalysis-emulator

export interface ChainalysisEmulator extends ScreeningEmulator<ChainalysisEmulatorConfig> {
    setRisk(address: string, risk: string, category?: string): void;
}
export interface ChainalysisEmulatorConfig {
    readonly apiKey: string;
    readonly token: string;
}
export interface ChainalysisEmulatorOptions {
    readonly registersFirst?: boolean;
}
export declare function createChainalysisEmulator(context: EmulatorContext, { registersFirst }?: ChainalysisEmulatorOptions): ChainalysisEmulator;

// ── @rielrails/screening/lists

export interface BirthYears {
    readonly from: number;
    readonly to: number;
}
export type Concerns = (identity: Identity) => boolean;
export interface ListChange {
    readonly source: string;
    readonly from: string | null;
    readonly to: string;
    readonly added: readonly ListEntry[];
    readonly changed: readonly ListEntry[];
    readonly removed: readonly string[];
}
export interface ListEntry {
    readonly id: string;
    readonly type: 'person' | 'entity' | 'vessel' | 'aircraft';
    readonly name: string;
    readonly aliases: readonly string[];
    readonly weakAliases?: readonly string[];
    readonly programs: readonly string[];
    readonly born: readonly BirthYears[];
    readonly countries?: readonly string[];
    readonly identifiers?: readonly string[];
    readonly addresses: readonly ListedAddress[];
}
export interface ListFile {
    readonly name: string;
    readonly url: string;
    readonly maxBytes?: number;
}
export type ListFiles = Readonly<Record<string, Uint8Array>>;
export interface ListFormat {
    readonly id: string;
    readonly source: string;
    readonly files: readonly ListFile[];
    readonly provenance: 'seen' | 'unverified';
    read(files: ListFiles, asOf: Instant): ListSnapshot;
}
export interface ListSnapshot {
    readonly source: string;
    readonly version: string;
    readonly asOf: Instant;
    readonly published?: Instant;
    readonly entries: readonly ListEntry[];
}
export type ListSource = () => Promise<ListSnapshot>;
export interface ListState {
    readonly source: string;
    readonly version: string;
    readonly asOf: Instant;
    readonly entries: number;
    readonly addresses: number;
}
export interface ListSummary extends ListState {
    readonly lists: readonly ListState[];
    readonly changes: readonly ListChange[];
}
export interface ListUpdate {
    readonly outcome: 'updated' | 'unchanged';
    readonly snapshot: ListSnapshot;
    readonly change: ListChange;
}
export interface ListedAddress {
    readonly currency: string;
    readonly text: string;
}
export type Lists = Screening<'screenName' | 'screenAddress'> & {
    reload(): Promise<ListSummary>;
};
export interface ListsConfig {
    readonly source: ListSource | readonly ListSource[];
    readonly maximumAgeMs?: number;
    readonly alarmAgeMs?: number;
    readonly verdictValidForMs?: number;
    readonly refreshAfterMs?: number;
}
export declare const MAXIMUM_AGE_MS: number;
export declare const MAX_FILE_BYTES: number;
export interface MirrorOptions {
    readonly baseUrl: string;
}
export type OfacFiles = Readonly<Record<(typeof ofacFileNames)[number], Uint8Array>>;
export interface StoredList {
    readonly format: ListFormat;
    readonly asOf: Instant | null;
    readonly path: string | null;
}
export interface UpdateOptions {
    readonly format: ListFormat;
    readonly root: string;
    readonly urls?: Readonly<Record<string, string>>;
    readonly folder?: string;
    readonly acceptLoss?: boolean;
}
export declare function changesBetween(before: ListSnapshot | null, after: ListSnapshot): ListChange;
export declare function createLists(config: ListsConfig, runtime?: Runtime): Lists;
export declare function describeList(format: ListFormat, files: ListFiles, asOf: Instant): string;
export declare function describeOfac(files: OfacFiles, asOf: Instant): string;
export declare function listDirectory(path: string): ListSource;
export declare function listFormat(id: string): ListFormat | undefined;
export declare const listFormats: readonly ListFormat[];
export declare function listMirror({ baseUrl }: MirrorOptions, runtime?: Runtime): ListSource;
export declare function ofacDirectory(path: string): ListSource;
export declare const ofacFileNames: readonly [
    'sdn.csv',
    'alt.csv',
    'add.csv',
    'sdn_comments.csv'
];
export declare function ofacMirror(options: MirrorOptions, runtime?: Runtime): ListSource;
export declare function readOfac(files: OfacFiles, asOf: Instant): ListSnapshot;
export declare function readStored(root: string): Promise<readonly StoredList[]>;
export declare function storedLists(root: string, ids?: readonly string[]): readonly ListSource[];
export declare function updateList(options: UpdateOptions, runtime?: Runtime): Promise<ListUpdate>;
export declare function whomItConcerns(changes: readonly ListChange[]): Promise<Concerns>;

// ── @rielrails/screening/emulator

export type ListsEmulator = ScreeningEmulator<ListsEmulatorConfig> & {
    readonly list: {
        removeName(name: string): void;
        makeFresh(): void;
    };
};
export interface ListsEmulatorConfig {
    readonly baseUrl: string;
}
export interface ListsEmulatorOptions {
    readonly baseUrl?: string;
}
export declare function createListsEmulator(context: EmulatorContext, options?: ListsEmulatorOptions): ListsEmulator;

// ── @rielrails/screening/names

export type Bearer = 'person' | 'entity' | 'vessel' | 'aircraft';
export interface ListedName {
    readonly text: string;
    readonly bearer: Bearer;
}
export declare const MOST_WORDS = 40;
export interface NameComparison {
    readonly grade: NameGrade;
    readonly score: number;
    readonly explanation: string;
}
export type NameGrade = 'match' | 'unknown' | 'mismatch';
export interface NameIndex {
    search(text: string, least: number): readonly NameMatch[];
}
export interface NameMatch {
    readonly at: number;
    readonly score: number;
    readonly alignment: Alignment;
    readonly asked: WeighedName;
    readonly listed: WeighedName;
}
export declare const SAME = 0.95;
export declare const THRESHOLD = 0.8;
export declare function buildNameIndex(names: readonly ListedName[], pause: () => Promise<void>): Promise<NameIndex>;
export declare function compareNames(one: string, other: string): NameComparison;
export declare function countWords(text: string): number;
export declare function createNameIndex(names: readonly ListedName[]): NameIndex;
export declare function explain({ pairs, askedOnly, listedOnly }: Alignment, asked: WeighedName, listed: WeighedName): string;
export declare function isComparable(text: string): boolean;
export declare function percent(score: number): string;

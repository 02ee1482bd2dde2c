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
export interface ListEntry {
    readonly id: string;
    readonly type: 'person' | 'entity' | 'vessel' | 'aircraft';
    readonly name: string;
    readonly aliases: readonly string[];
    readonly programs: readonly string[];
    readonly born: readonly BirthYears[];
    readonly addresses: readonly ListedAddress[];
}
export interface ListSnapshot {
    readonly source: string;
    readonly version: string;
    readonly asOf: Instant;
    readonly entries: readonly ListEntry[];
}
export type ListSource = () => Promise<ListSnapshot>;
export interface ListSummary {
    readonly source: string;
    readonly version: string;
    readonly asOf: Instant;
    readonly entries: number;
    readonly addresses: number;
}
export interface ListedAddress {
    readonly currency: string;
    readonly text: string;
}
export type Lists = Screening<'screenName' | 'screenAddress'> & {
    reload(): Promise<ListSummary>;
};
export interface ListsConfig {
    readonly source: ListSource;
    readonly maximumAgeMs?: number;
    readonly verdictValidForMs?: number;
    readonly refreshAfterMs?: number;
}
export interface MirrorOptions {
    readonly baseUrl: string;
}
export type OfacFiles = Readonly<Record<(typeof ofacFileNames)[number], Uint8Array>>;
export declare function createLists(config: ListsConfig, runtime?: Runtime): Lists;
export declare function describeOfac(files: OfacFiles, asOf: Instant): string;
export declare function ofacDirectory(path: string): ListSource;
export declare const ofacFileNames: readonly [
    'sdn.csv',
    'alt.csv',
    'add.csv',
    'sdn_comments.csv'
];
export declare function ofacMirror({ baseUrl }: MirrorOptions, runtime?: Runtime): ListSource;
export declare function readOfac(files: OfacFiles, asOf: Instant): ListSnapshot;

// ── @rielrails/screening/emulator

export type ListsEmulator = ScreeningEmulator<ListsEmulatorConfig>;
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
export declare const THRESHOLD = 0.8;
export declare function buildNameIndex(names: readonly ListedName[], pause: () => Promise<void>): Promise<NameIndex>;
export declare function compareNames(one: string, other: string): NameComparison;
export declare function createNameIndex(names: readonly ListedName[]): NameIndex;
export declare function explain({ pairs, askedOnly, listedOnly }: Alignment, asked: WeighedName, listed: WeighedName): string;
export declare function percent(score: number): string;

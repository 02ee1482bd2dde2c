// ── @rielrails/wallet

export interface Account {
    readonly network: BitcoinNetwork;
    readonly script: AccountScript;
    readonly descriptor: string;
    readonly roots: readonly AccountRoot[];
    key(place: KeyPlace): AccountKey;
}
export interface AccountKey extends KeyPlace, DerivedOutput {
    readonly address: string;
}
export type AccountRoot = Extract<DescriptorKey, {
    readonly type: 'extended';
}>;
export type AccountScript = {
    readonly type: 'p2wpkh';
} | {
    readonly type: 'p2tr';
} | {
    readonly type: 'p2wsh';
    readonly threshold: number;
    readonly keyCount: number;
};
// BitcoinNetwork: declared elsewhere
export interface BitcoinUri {
    readonly address: string;
    readonly sats?: bigint;
    readonly label?: string;
    readonly message?: string;
}
export type BitcoinUriProblem = 'malformed' | 'too-long' | 'amount' | 'required-parameter' | 'lightning' | 'other-coin';
export type BitcoinUriReading = {
    readonly outcome: 'valid';
    readonly uri: BitcoinUri;
} | {
    readonly outcome: 'refused';
    readonly problem: BitcoinUriProblem;
};
export interface BlockPointer {
    readonly height: number;
    readonly hash: string;
}
export type Branch = 'receive' | 'change';
export type BroadcastRefusal = 'conflict' | 'missing-inputs' | 'fee-too-low' | 'policy' | 'invalid';
export type BroadcastResult = {
    readonly outcome: 'accepted' | 'already-known';
} | {
    readonly outcome: 'refused';
    readonly reason: BroadcastRefusal;
    readonly code: string;
};
export interface BuyerAccount {
    readonly network: BitcoinNetwork;
    readonly id: string;
    address(index: number): CheckedAddress;
}
export interface ChainBackend {
    readonly network: BitcoinNetwork;
    tip(context?: CallContext): Promise<BlockPointer>;
    blockHash(height: number, context?: CallContext): Promise<string | null>;
    transaction(txid: string, context?: CallContext): Promise<ChainTransaction | null>;
    watch(addresses: readonly string[], context?: CallContext): Promise<void>;
    unspent(addresses: readonly string[], context?: CallContext): Promise<readonly UnspentOutput[]>;
    spenderOf(outpoint: Outpoint, context?: CallContext): Promise<ChainTransaction | null>;
    broadcast(hex: string, context?: CallContext): Promise<BroadcastResult>;
    broadcastPackage(hexes: TransactionPackage, context?: CallContext): Promise<BroadcastResult>;
    feeRate(targetBlocks: number, context?: CallContext): Promise<number | null>;
}
export interface ChainTransaction {
    readonly txid: string;
    readonly hex: string;
    readonly block: BlockPointer | null;
}
export interface CoinPool {
    readonly coins: number;
    readonly sats: bigint;
}
export interface DerivedKey {
    readonly publicKey: Uint8Array;
    readonly masterFingerprint: Uint8Array;
    readonly path: string;
}
export interface DerivedOutput {
    readonly script: Uint8Array;
    readonly keys: readonly DerivedKey[];
    readonly witnessScript: Uint8Array | null;
    readonly internalKey: Uint8Array | null;
}
export declare class DescriptorError extends RangeError {
    readonly rule: DescriptorRule;
    readonly position: number | null;
    constructor(rule: DescriptorRule, position: number | null, subject?: string);
}
export type DescriptorKey = {
    readonly origin: KeyOrigin | null;
} & ({
    readonly type: 'extended';
    readonly text: string;
    readonly steps: readonly KeyStep[];
    readonly ranged: boolean;
} | {
    readonly type: 'single';
    readonly publicKey: Uint8Array;
});
export type DescriptorRule = 'too-long' | 'character' | 'checksum-missing' | 'checksum-form' | 'checksum' | 'unsupported-function' | 'unknown-function' | 'script-tree' | 'syntax' | 'key-origin' | 'key' | 'private-key' | 'uncompressed-key' | 'key-prefix' | 'other-network' | 'path' | 'hardened-step' | 'multipath' | 'threshold' | 'key-count' | 'duplicate-key' | 'ranged' | 'which-script' | 'branches';
export interface FeePolicy {
    readonly targetBlocks: number;
    readonly floorSatPerVbyte: number;
    readonly ceilingSatPerVbyte: number;
    readonly fallbackSatPerVbyte?: number;
    readonly staleAfterMs?: number;
    readonly quietSatPerVbyte?: number;
    readonly maximumFeeSats: bigint;
}
export type FeeSource = Pick<ChainBackend, 'feeRate'>;
export type FloatAdvice = {
    readonly type: 'none';
} | {
    readonly type: 'exchange-to-wallet' | 'wallet-to-cold';
    readonly amount: Money;
};
export interface FloatPolicy {
    readonly minimumSats: bigint;
    readonly targetSats: bigint;
    readonly maximumSats: bigint;
    readonly cold: string;
}
export interface Housekeeping {
    tend(input?: {
        readonly watchOnly?: readonly Reference[];
    }, context?: CallContext): Promise<TendReport>;
    consolidate(input: {
        readonly reference: Reference;
    }, context?: CallContext): Promise<Attempt<Withdrawal>>;
    split(input: {
        readonly reference: Reference;
    }, context?: CallContext): Promise<Attempt<Withdrawal>>;
    float(context?: CallContext): Promise<FloatAdvice>;
    sweepToCold(input: {
        readonly reference: Reference;
        readonly amount: Money;
    }, context?: CallContext): Promise<Attempt<Withdrawal>>;
    label(label: StoredLabel): Promise<void>;
    exportLabels(): Promise<string>;
}
export type ImportedPsbt = {
    readonly outcome: 'waiting';
    readonly txid: string;
} | {
    readonly outcome: 'signed';
    readonly txid: string;
    readonly broadcast: BroadcastResult;
};
export interface KeyOrigin {
    readonly fingerprint: string;
    readonly path: string;
}
export interface KeyPlace {
    readonly branch: Branch;
    readonly index: number;
}
export type KeyStep = number | readonly number[];
export type MessageProblem = 'too-long' | 'malformed' | 'address' | 'legacy' | 'unsupported-address' | 'unsupported-script' | 'proof-of-funds' | 'signature';
export type MessageReading = {
    readonly outcome: 'valid';
    readonly form: 'simple' | 'full';
    readonly lockTime: number;
    readonly sequence: number;
} | {
    readonly outcome: 'refused';
    readonly problem: MessageProblem;
};
export interface Outpoint {
    readonly txid: string;
    readonly index: number;
}
export interface SignedMessage {
    readonly message: string;
    readonly address: string;
    readonly signature: string;
}
export interface StoredChild {
    readonly txid: string;
    readonly parent: string;
    readonly psbt: string;
    readonly feeSats: bigint;
    readonly inputs: readonly Outpoint[];
    readonly hex: string | null;
}
export interface StoredLabel {
    readonly type: 'tx' | 'addr' | 'output';
    readonly ref: string;
    readonly label: string;
}
export interface StoredVersion {
    readonly txid: string;
    readonly hex: string;
    readonly feeSats: bigint;
}
export interface StoredWithdrawal extends WithdrawalPlan {
    readonly versions: readonly StoredVersion[];
    readonly children: readonly StoredChild[];
    readonly seen: {
        readonly txid: string;
        readonly block: BlockPointer;
    } | null;
}
export interface TendReport {
    readonly followed: number;
    readonly settled: number;
    readonly failed: number;
}
export type TransactionPackage = readonly [
    parent: string,
    child: string
];
export interface UnspentOutput extends Outpoint {
    readonly address: string;
    readonly sats: bigint;
    readonly block: BlockPointer | null;
    readonly coinbase: boolean;
    readonly previousTransactionHex: string;
}
export interface WaitingPsbt {
    readonly reference: string;
    readonly purpose: HandedOutEntry['purpose'];
    readonly txid: string;
    readonly address: string;
    readonly amountSats: bigint;
    readonly feeSats: bigint;
    readonly psbt: string;
}
export type Wallet = Custody<WalletOperation> & {
    readonly housekeeping: Housekeeping;
};
export interface WalletConfig {
    readonly network: BitcoinNetwork;
    readonly descriptor: string;
    readonly bindingKey: Secret | string;
    readonly fee: FeePolicy;
    readonly pool?: CoinPool;
    readonly float?: FloatPolicy;
}
export type WalletOperation = 'balance' | 'estimateFee' | 'depositAddress' | 'bind' | 'bump';
export interface WalletPorts {
    readonly chain: ChainBackend;
    readonly fees?: FeeSource;
    readonly signer: Signer;
    readonly store: WalletStore;
}
export interface WalletStore {
    takeIndex(branch: Branch): Promise<number>;
    indexCounts(): Promise<Readonly<Record<Branch, number>>>;
    raiseIndexCounts(counts: Readonly<Record<Branch, number>>): Promise<void>;
    takeDeliveryIndex(delivery: {
        readonly account: string;
        readonly reference: string;
        readonly least: number;
    }): Promise<number>;
    plan(plan: WithdrawalPlan): Promise<'stored' | 'reference-taken' | 'outpoint-taken'>;
    find(reference: string): Promise<StoredWithdrawal | null>;
    open(): Promise<readonly string[]>;
    settle(reference: string): Promise<void>;
    leased(): Promise<ReadonlySet<string>>;
    abandon(reference: string, txid: string): Promise<boolean>;
    abandonHolders(outpoints: readonly Outpoint[]): Promise<void>;
    retire(reference: string, anchor: string): Promise<void>;
    recordVersion(reference: string, version: StoredVersion, head: LogHead): Promise<boolean>;
    planChild(reference: string, child: Omit<StoredChild, 'hex'>): Promise<'stored' | 'outpoint-taken'>;
    abandonChild(reference: string, txid: string): Promise<void>;
    recordChild(reference: string, child: Pick<SignedChild, 'txid' | 'hex'>, head: LogHead): Promise<boolean>;
    recordSeen(reference: string, seen: StoredWithdrawal['seen']): Promise<void>;
    logHead(): Promise<LogHead | null>;
    raiseLogHead(head: LogHead): Promise<void>;
    setLabel(label: StoredLabel): Promise<void>;
    labels(): Promise<readonly StoredLabel[]>;
}
export interface WithdrawalPlan {
    readonly reference: string;
    readonly purpose: 'deliver' | 'sweep';
    readonly address: string;
    readonly amountSats: bigint;
    readonly binding: string | null;
    readonly psbt: string;
    readonly txid: string;
    readonly feeSats: bigint;
    readonly inputs: readonly Outpoint[];
    readonly plannedAt: Instant;
}
// addressOfScript: declared elsewhere
// bitcoinAddressRule: declared elsewhere
export declare function createMemoryStore(): WalletStore;
export declare function createPostgresStore(pool: Pool): WalletStore;
export declare function createWallet(config: WalletConfig, ports: WalletPorts, runtime: Runtime): Wallet;
export declare function deliveryAddress({ store }: {
    readonly store: Pick<WalletStore, 'takeDeliveryIndex'>;
}, account: BuyerAccount, { reference, firstIndex }: {
    readonly reference: Reference;
    readonly firstIndex?: number;
}): Promise<{
    readonly address: CheckedAddress;
    readonly index: number;
}>;
export declare function descriptorChecksum(body: string): string;
export declare function dustLimitSats(script: Uint8Array): bigint;
export declare function exportPsbts({ signer }: Pick<Desk, 'signer'>, reference: string, context?: CallContext): Promise<readonly WaitingPsbt[]>;
export declare function importPsbt({ signer, store, chain }: Desk & {
    readonly chain: ChainBackend;
}, { reference, psbt }: {
    readonly reference: string;
    readonly psbt: string;
}, context?: CallContext): Promise<ImportedPsbt>;
export declare function migratePostgresStore(pool: Pool): Promise<void>;
export declare function readAccount(text: string, network: BitcoinNetwork): Account;
export declare function readBitcoinUri(text: string): BitcoinUriReading;
export declare function readBuyerAccount(text: string, options: {
    readonly network: BitcoinNetwork;
    readonly script?: 'p2wpkh' | 'p2tr';
}): BuyerAccount;
export declare function reconcile({ signer, store }: {
    readonly signer: Signer;
    readonly store: WalletStore;
}, options: {
    readonly adopt: 'known' | 'all';
}, context?: CallContext): Promise<readonly Reference[]>;
export declare function releaseAnchor({ signer, store }: Desk, request: Omit<ReleaseRequest, 'logHead'>, context?: CallContext): Promise<void>;
// scriptOfAddress: declared elsewhere
export declare function verifyMessage(signed: SignedMessage, network: BitcoinNetwork): MessageReading;

// ── @rielrails/wallet/core-rpc

export interface CoreRpcConfig {
    readonly url: string;
    readonly credentials: RpcCredentials;
    readonly network: BitcoinNetwork;
    readonly watchWallet?: string;
    readonly birthday?: Instant;
    readonly timeoutMs?: number;
}
export type RpcCredentials = {
    readonly cookieFile: string;
} | {
    readonly user: string;
    readonly password: Secret;
};
export declare function createCoreRpc(config: CoreRpcConfig, runtime: Runtime): ChainBackend;

// ── @rielrails/wallet/esplora

export interface EsploraConfig {
    readonly url: string;
    readonly network: BitcoinNetwork;
    readonly timeoutMs?: number;
}
export declare function createEsplora(config: EsploraConfig, runtime: Runtime): ChainBackend;

// ── @rielrails/wallet/regtest

export interface FetchNodeOptions {
    readonly directory: string;
    readonly say: (line: string) => void;
}
export type FetchedNode = {
    readonly outcome: 'ready';
    readonly files: NodeFiles;
    readonly fetched: boolean;
} | {
    readonly outcome: 'unavailable';
    readonly reason: string;
    readonly remedy: string;
};
export interface NodeFiles {
    readonly loader: string;
    readonly libraryPath: string;
    readonly program: string;
    readonly version: string;
    readonly suite: string;
}
export interface Regtest {
    readonly kind: 'bitcoin-knots' | 'regtest-lite';
    readonly rpcUrl: string;
    readonly port: number;
    readonly cookieFile: string;
    readonly processId: number | null;
    stop(): Promise<void>;
}
export interface RegtestLiteOptions {
    readonly clock: Clock;
    readonly user: string;
    readonly password: string;
}
export interface RegtestMiner {
    mine(blocks: number): Promise<BlockPointer>;
    reorganise(depth: number): Promise<BlockPointer>;
    fund(address: string, sats: bigint, options?: {
        readonly confirmations?: number;
    }): Promise<Outpoint>;
    setTime(at: number | null): Promise<void>;
}
export interface StartRegtestOptions {
    readonly directory: string;
    readonly nodeDirectory: string;
    readonly prefer: 'bitcoin-knots' | 'regtest-lite' | 'any';
    readonly policy?: 'core' | 'knots';
    readonly nodeArguments?: readonly string[];
}
// addressOfScript: declared elsewhere
export declare function createRegtestLite(options: RegtestLiteOptions): Emulator;
export declare function createRegtestMiner(options: RpcOptions, runtime: Runtime): RegtestMiner;
export declare function defaultNodeDirectory(environment: Readonly<Record<string, string | undefined>>): string;
export declare function fetchNode({ directory: folder, say }: FetchNodeOptions): Promise<FetchedNode>;
export declare function findNode(folder: string): Promise<NodeFiles | null>;
// scriptOfAddress: declared elsewhere
export declare function startRegtest(options: StartRegtestOptions, runtime: Runtime): Promise<Regtest>;

// ── @rielrails/wallet/signer

export interface AgreedTransaction {
    readonly purpose: Purpose;
    readonly reference: string;
    readonly txid: string;
    readonly anchor: string;
    readonly address: string;
    readonly amountSats: string;
    readonly feeSats: string;
    readonly change: {
        readonly index: number;
        readonly sats: string;
    } | null;
}
export interface Approval {
    readonly operator: string;
    readonly signature: string;
}
export interface CompleteRequest {
    readonly reference: string;
    readonly psbt: string;
    readonly logHead: LogHead | null;
}
export declare class DamagedLogError extends Error {
    constructor(message: string, options?: ErrorOptions);
}
export interface FileLog extends SignerLog {
    close(): void;
}
export type GivenLogEntry = Extract<LogEntry, {
    type: 'signed' | 'handed-out';
}>;
export interface HandedOutEntry extends AgreedTransaction {
    readonly type: 'handed-out';
    readonly psbt: string;
}
export interface InitEntry {
    readonly type: 'init';
    readonly network: BitcoinNetwork;
    readonly descriptor: string;
}
export type InputSignatures = ReadonlyMap<string, Uint8Array>;
export type LogContent = InitEntry | SignedEntry | HandedOutEntry | ReleasedEntry;
export type LogEntry = {
    readonly sequence: number;
    readonly atMs: number;
    readonly previous: string;
} & LogContent & {
    readonly hash: string;
};
export interface LogHead {
    readonly sequence: number;
    readonly hash: string;
}
export interface Operator {
    readonly name: string;
    readonly publicKey: string;
}
export type Purpose = 'deliver' | 'replace' | 'child' | 'sweep';
export interface ReadInput {
    readonly txid: string;
    readonly index: number;
    readonly sats: bigint;
    readonly key: AccountKey;
    readonly previousTransactionHex: string;
}
export interface ReadOutput {
    readonly script: Uint8Array;
    readonly sats: bigint;
    readonly place: KeyPlace | null;
}
export interface ReadPsbt {
    readonly inputs: readonly ReadInput[];
    readonly outputs: readonly ReadOutput[];
    readonly feeSats: bigint;
    readonly txid: string;
}
export type ReleaseAnswer = {
    readonly outcome: 'released';
    readonly head: LogHead;
} | {
    readonly outcome: 'refused';
    readonly code: SignerRefusal;
};
export interface ReleaseRequest {
    readonly reference: string;
    readonly spender: string;
    readonly proof: string;
    readonly headers: readonly string[];
    readonly approvals: readonly Approval[];
    readonly logHead: LogHead | null;
}
export interface ReleaseRule extends WorkRule {
    readonly operators: readonly Operator[];
}
export interface ReleasedEntry {
    readonly type: 'anchor-released';
    readonly reference: string;
    readonly anchor: string;
    readonly spentBy: string;
    readonly blockHash: string;
    readonly depth: number;
    readonly approvedBy: readonly string[];
}
export type SignAnswer = {
    readonly outcome: 'signed';
    readonly txid: string;
    readonly transactionHex: string;
    readonly head: LogHead;
} | {
    readonly outcome: 'handed-out';
    readonly txid: string;
    readonly psbt: string;
    readonly head: LogHead;
} | {
    readonly outcome: 'refused';
    readonly code: SignerRefusal;
};
export type SignRequest = {
    readonly psbt: string;
    readonly logHead: LogHead | null;
    readonly reference: string;
} & ({
    readonly purpose: 'deliver';
    readonly address: string;
    readonly amountSats: bigint;
    readonly binding: string;
} | {
    readonly purpose: 'sweep';
    readonly address: string;
    readonly amountSats: bigint;
} | {
    readonly purpose: 'replace' | 'child';
});
export interface SignedEntry extends AgreedTransaction {
    readonly type: 'signed';
    readonly transactionHex: string;
}
export type SignedLogEntry = Extract<LogEntry, {
    type: 'signed';
}>;
export interface Signer {
    sign(request: SignRequest, context?: CallContext): Promise<SignAnswer>;
    complete(request: CompleteRequest, context?: CallContext): Promise<SignAnswer>;
    releaseAnchor(request: ReleaseRequest, context?: CallContext): Promise<ReleaseAnswer>;
    describe(context?: CallContext): Promise<SignerDescription>;
    entriesAfter(head: LogHead | null, context?: CallContext): Promise<readonly LogEntry[] | null>;
    find(reference: string, context?: CallContext): Promise<readonly GivenLogEntry[]>;
}
export interface SignerClientOptions {
    readonly socketPath: string;
    readonly timeoutMs?: number;
}
export interface SignerDescription {
    readonly network: BitcoinNetwork;
    readonly descriptor: string;
    readonly bindingFingerprint: string;
    readonly head: LogHead;
    readonly frozen: boolean;
}
export interface SignerLog {
    readonly entries: readonly LogEntry[];
    append(entry: LogEntry): void;
}
export interface SignerOptions {
    readonly keys: SigningAccount;
    readonly bindingKey: Secret;
    readonly policy: SignerPolicy;
    readonly log: SignerLog;
    readonly frozen: () => boolean;
}
export interface SignerPolicy {
    readonly maximumFeeSats: bigint;
    readonly maximumSatPerVbyte: number;
    readonly maximumSatsPerHour: bigint;
    readonly maximumSatsPerDay: bigint;
    readonly ownDescriptors: readonly string[];
    readonly release?: ReleaseRule;
}
export type SignerRefusal = 'malformed' | 'frozen' | 'log-disagrees' | 'binding' | 'amount' | 'payment-output' | 'foreign-input' | 'foreign-output' | 'already-signed' | 'second-anchor' | 'nothing-signed' | 'not-a-replacement' | 'fee' | 'velocity' | 'psbt-version' | 'changed-transaction' | 'changed-inputs' | 'changed-sequence' | 'changed-outputs' | 'changed-amounts' | 'signature' | 'no-operators' | 'approval' | 'not-a-conflict' | 'already-paid' | 'proof';
export interface SignerServer {
    close(): Promise<void>;
}
export interface SigningAccount {
    readonly account: Account;
    sign(request: ReadPsbt): readonly InputSignatures[];
}
export interface WorkRule {
    readonly depth: number;
    readonly minimumDifficulty: bigint;
}
export declare function createMemoryLog(init: Omit<InitEntry, 'type'>, nowMs: number): SignerLog;
export declare function createSigner(options: SignerOptions, { clock }: {
    readonly clock: Clock;
}): Signer;
export declare function createSignerClient(options: SignerClientOptions, runtime: Pick<Runtime, 'clock'>): Signer;
export declare function initFileLog(path: string, init: Omit<InitEntry, 'type'>, nowMs: number): void;
export declare function openDescriptor(descriptor: string, network: BitcoinNetwork, seeds?: readonly Uint8Array[]): SigningAccount;
export declare function openFileLog(path: string): FileLog;
export declare function openSeed(seed: Uint8Array, network: BitcoinNetwork, script?: keyof typeof purposes): SigningAccount;
export declare function readSeed(text: string): Uint8Array;
export declare function releaseText(release: {
    readonly network: BitcoinNetwork;
    readonly reference: string;
    readonly anchor: string;
    readonly spentBy: string;
}): string;
export declare function serveSigner(options: {
    readonly signer: Signer;
    readonly socketPath: string;
}, { log }: {
    readonly log: Log;
}): Promise<SignerServer>;

// ── @rielrails/wallet/signer/main



// ── @rielrails/wallet/emulator

export type AskNode = (method: string, ...parameters: readonly unknown[]) => Promise<Json>;
export interface EsploraEmulatorOptions {
    readonly clock: Clock;
    readonly ask: AskNode;
    readonly mostUnspent?: number;
    readonly dialect?: 'now' | 'before-2025';
}
export interface NodeRefusal {
    readonly code: number;
    readonly message: string;
}
export interface WalletEmulatorConfig {
    readonly network: 'regtest';
    readonly url: string;
    readonly user: string;
    readonly password: string;
    readonly seed: string;
    readonly bindingKey: string;
}
export declare function createEsploraEmulator(options: EsploraEmulatorOptions): Emulator;
export declare function createWalletEmulator({ clock, random }: EmulatorContext): CustodyEmulator<WalletEmulatorConfig>;

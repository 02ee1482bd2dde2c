// ── @rielrails/sandbox

export type Actions = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;
export interface BankDesk {
    payByQr(qr: string, options?: {
        readonly amount?: Money;
        readonly name?: string;
        readonly account?: string;
    }): Promise<BankScan>;
    transfer(account: string, amount: Money): Promise<BankScan>;
    receipts(): PaymentEmulator['applied']['receipts'];
}
export type BankScan = {
    readonly outcome: 'paid';
    readonly transaction: string;
} | {
    readonly outcome: 'refused';
    readonly message: string;
};
export interface ChainDesk {
    view(): Promise<ChainView>;
    mine(blocks: number): Promise<void>;
    reorg(blocks: number): Promise<void>;
    lookup(address: string): Promise<{
        readonly confirmedSats: bigint;
        readonly waitingSats: bigint;
    } | null>;
    address(): Promise<string>;
}
export interface ChainView {
    readonly backend: string;
    readonly height: number;
    readonly hash: string;
    readonly mempool: readonly {
        readonly txid: string;
        readonly sats: bigint;
        readonly satPerVbyte: number;
    }[];
    readonly blocks: readonly {
        readonly height: number;
        readonly hash: string;
        readonly transactions: number;
    }[];
}
export interface CrashPlan {
    probe(point: CrashPoint, doing: string): void;
    dieAt(death: Death): void;
}
export interface Desks {
    readonly bank?: BankDesk;
    readonly exchange?: ExchangeDesk;
    readonly kyc?: KycDesk;
    readonly chain?: ChainDesk;
    readonly custodian?: CustodianDesk;
    readonly lists?: ListsDesk;
    readonly machine?: MachineDesk;
}
export type EngineConfig = z.infer<typeof schema>;
export interface ExchangeDesk {
    readonly market: ExchangeEmulator['market'] & {
        jumpAtNextOrder(basisPoints: number, spared?: string): void;
    };
    moveSecond(basisPoints: number): void;
    view(): MarketView | Promise<MarketView>;
}
export type Handlers = Readonly<Record<string, (input: never) => unknown>>;
export interface HostHandler {
    readonly fetch: Fetch;
}
export interface KycDesk {
    readonly desk: KycEmulator['desk'];
    cases(): readonly {
        readonly reference: string;
        readonly status: string;
    }[];
}
export interface LauncherLine {
    tell(notice: string, value?: unknown): void;
    answer(handlers: Handlers): void;
}
export interface MachineBalance {
    readonly account: string;
    readonly asset: string;
    readonly scale: number;
    readonly minor: string;
}
export interface MachineDesk {
    state(): Promise<MachineState>;
    readonly actions: Readonly<Record<string, () => Promise<void>>>;
    operatorsPage?(): string | null;
    forwardClock(ms: number): Promise<void>;
}
export interface MachineEffect {
    readonly kind: string;
    readonly seq: number;
    readonly status: string;
    readonly reference: string;
    readonly reason: string | null;
}
export interface MachineLogLine {
    readonly at: number;
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly event: string;
    readonly fields: string;
}
export interface MachineMoment {
    readonly at: number;
    readonly event: string;
    readonly text: string;
}
export interface MachineOrder {
    readonly number: string;
    readonly state: string;
    readonly hold: 'none' | 'review' | 'frozen';
    readonly disposition: 'undecided' | 'deliver' | 'refund';
    readonly timeline: readonly MachineMoment[];
    readonly effects: readonly MachineEffect[];
    readonly receipts: readonly MachineReceipt[];
}
export interface MachineQueue {
    readonly name: string;
    readonly waiting: number;
    readonly active: number;
    readonly failed: number;
}
export interface MachineReceipt {
    readonly transaction: string;
    readonly asset: string;
    readonly minor: string;
    readonly end: string;
}
export interface MachineState {
    readonly orders: readonly MachineOrder[];
    readonly balances: readonly MachineBalance[];
    readonly queues: readonly MachineQueue[];
    readonly log: readonly MachineLogLine[];
}
export interface MarketView {
    readonly symbol: string;
    readonly asks: readonly (readonly [
        price: string,
        quantity: string
    ])[];
    readonly bids: readonly (readonly [
        price: string,
        quantity: string
    ])[];
    readonly balances: Readonly<Record<string, string>>;
    readonly halted: boolean;
    readonly orders: readonly {
        readonly reference: string;
        readonly spent: string;
        readonly received: string;
    }[];
    readonly second?: {
        readonly name: string;
        readonly price: string;
    };
}
export interface RecentLog extends Log {
    readonly lines: readonly MachineLogLine[];
}
export interface RerouteOptions {
    readonly world: string;
    readonly hosts: readonly string[];
}
export interface SandboxClock extends Clock {
    readonly offsetMs: number;
    forward(ms: number): void;
}
export type VenueId = (typeof venueIds)[number];
export interface World {
    readonly url: string;
    readonly port: number;
    readonly actions: Actions;
    close(): Promise<void>;
}
export interface WorldOptions {
    readonly port?: number;
    readonly clock: SandboxClock;
    readonly telegram: TelegramEmulator;
    readonly hosts: Readonly<Record<string, Emulator | HostHandler>>;
    readonly shopHost?: string;
    readonly desks: Desks;
}
export declare function createCrashPlan(tell: (where: {
    readonly point: string;
    readonly doing: string;
}) => void): CrashPlan;
export declare function createEngineCalls(orders: Orders, plan: CrashPlan): Handlers;
export declare function createRecentLog(log: Log, clock: Clock): RecentLog;
export declare function createSandboxClock(base: Clock, offsetMs?: number): SandboxClock;
export declare function createWorld(options: WorldOptions, runtime: Runtime): Promise<World>;
export declare function demoDirectory(environment: Environment, isRoot?: boolean): string;
export declare function openLauncherLine(): LauncherLine | null;
export declare function otherVenue(venue: VenueId): VenueId;
export declare function readEngineConfig(file: string): Promise<EngineConfig>;
export declare function readMachine(orders: Orders, log: RecentLog): Promise<MachineState>;
export declare function rerouteFetch(fetch: Fetch, { world, hosts }: RerouteOptions): Fetch;
export declare function rerouteOrigin(fetch: Fetch, { from, to }: {
    readonly from: string;
    readonly to: string;
}): Fetch;

// ── @rielrails/sandbox/telegram

export interface BotCommand {
    readonly command: string;
    readonly description: string;
}
export interface Chat {
    readonly id: number;
    readonly type: 'private' | 'group';
    readonly title?: string;
    readonly first_name?: string;
    readonly username?: string;
}
export type ChatEvent = {
    readonly type: 'message' | 'edit' | 'delete';
    readonly chatId: number;
    readonly messageId: number;
} | {
    readonly type: 'action';
    readonly chatId: number;
    readonly action: string;
} | {
    readonly type: 'callback-answer';
    readonly chatId: number;
    readonly callbackId: string;
    readonly text: string;
    readonly alert: boolean;
} | {
    readonly type: 'blocked' | 'unblocked' | 'opened';
    readonly chatId: number;
};
export interface ChatMessage {
    readonly message: Message;
    readonly byBot: boolean;
    readonly deleted: boolean;
    readonly earlier: readonly Message[];
}
export interface ChatView {
    readonly id: number;
    readonly type: 'private' | 'group';
    readonly name: string;
    readonly blocked: boolean;
    readonly keyboard: readonly (readonly string[])[] | null;
    readonly messages: readonly ChatMessage[];
}
export interface InlineButton {
    readonly text: string;
    readonly callback_data?: string;
    readonly url?: string;
    readonly copy_text?: {
        readonly text: string;
    };
    readonly pay?: true;
}
export interface Message {
    readonly message_id: number;
    readonly from: User;
    readonly chat: Chat;
    readonly date: number;
    readonly edit_date?: number;
    readonly reply_to_message?: Message;
    readonly text?: string;
    readonly entities?: readonly MessageEntity[];
    readonly caption?: string;
    readonly caption_entities?: readonly MessageEntity[];
    readonly photo?: readonly PhotoSize[];
    readonly document?: Document;
    readonly invoice?: ShownInvoice;
    readonly successful_payment?: SuccessfulPayment;
    readonly reply_markup?: InlineKeyboard;
}
export interface MessageEntity {
    readonly type: string;
    readonly offset: number;
    readonly length: number;
    readonly url?: string;
    readonly language?: string;
}
export interface People {
    openChat(options: PersonOptions): TelegramPerson;
    openGroup(options: {
        readonly id: number;
        readonly title: string;
    }): TelegramGroup;
    person(chatId: number): TelegramPerson | undefined;
}
export interface PersonOptions {
    readonly id: number;
    readonly firstName: string;
    readonly languageCode: string;
    readonly username?: string;
}
export interface StoredFile {
    readonly id: string;
    readonly uniqueId: string;
    readonly path: string;
    readonly name: string;
    readonly type: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly size: {
        readonly width: number;
        readonly height: number;
    } | null;
}
export type Tapped = {
    readonly type: 'callback';
    readonly callbackId: string;
} | {
    readonly type: 'link';
    readonly url: string;
} | {
    readonly type: 'copied';
    readonly text: string;
} | {
    readonly type: 'invoice';
    readonly slug: string;
};
export interface TelegramEmulator extends Emulator, People {
    readonly bot: User;
    chats(): readonly ChatView[];
    chat(id: number): ChatView | undefined;
    file(id: string): StoredFile | undefined;
    commands(languageCode: string): readonly BotCommand[];
    readonly invoices: Pick<Invoices, 'all' | 'find' | 'slugOf'>;
    readonly pendingUpdates: readonly Update[];
    subscribe(listener: (event: ChatEvent) => void): () => void;
}
export interface TelegramEmulatorOptions {
    readonly token: string;
    readonly username: string;
    readonly providerTokens?: readonly string[];
}
export interface TelegramGroup {
    readonly chat: Chat;
    sendText(person: TelegramPerson, text: string): number;
}
export interface TelegramPerson {
    readonly user: User;
    sendText(text: string): number;
    sendPhoto(bytes: Uint8Array, caption?: string): number;
    sendDocument(file: {
        readonly name: string;
        readonly type: string;
        readonly bytes: Uint8Array;
    }): number;
    tap(messageId: number, button: string): Tapped;
    payInvoice(slug: string, how?: {
        readonly leave?: boolean;
    }): Promise<PaymentOutcome>;
    block(): void;
    unblock(): void;
}
export type Update = {
    readonly update_id: number;
} & {
    readonly [type: string]: unknown;
};
export interface User {
    readonly id: number;
    readonly is_bot: boolean;
    readonly first_name: string;
    readonly username?: string;
    readonly language_code?: string;
}
export declare function createTelegramEmulator(context: EmulatorContext, options: TelegramEmulatorOptions): TelegramEmulator;

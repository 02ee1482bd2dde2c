import type { ExchangeEmulator, KycEmulator, PaymentEmulator } from '@rielrails/kit/emulator';
import type { Money } from '@rielrails/core';
import type { MachineState } from '../machine.ts';

/** What the bank app says after a scan. A refusal moved no money. */
export type BankScan =
  | { readonly outcome: 'paid'; readonly transaction: string }
  | { readonly outcome: 'refused'; readonly message: string };

/** The payer's bank app. */
export interface BankDesk {
  /** Pays what a scanned QR code asks for, or another amount, where the code leaves that open. */
  payByQr(
    qr: string,
    options?: { readonly amount?: Money; readonly name?: string; readonly account?: string },
  ): Promise<BankScan>;
  /** Sends money to an account that somebody typed. What it is for, the account's owner finds out. */
  transfer(account: string, amount: Money): Promise<BankScan>;
  /** What reached the shop so far, whichever way it was paid. */
  receipts(): PaymentEmulator['applied']['receipts'];
}

/** The exchange's market, as the page shows it. Numbers are decimal texts. */
export interface MarketView {
  readonly symbol: string;
  /** Price and quantity, best first. */
  readonly asks: readonly (readonly [price: string, quantity: string])[];
  readonly bids: readonly (readonly [price: string, quantity: string])[];
  readonly balances: Readonly<Record<string, string>>;
  readonly halted: boolean;
  readonly orders: readonly { readonly reference: string; readonly spent: string; readonly received: string }[];
  /** The other venue, whose price is compared, and its best ask. */
  readonly second?: { readonly name: string; readonly price: string };
}

/** The exchange, with the market in our hand. */
export interface ExchangeDesk {
  readonly market: ExchangeEmulator['market'] & {
    /** Moves the book once the next order is in and before it is matched; `spared` bitcoin stay at the best ask for it. */
    jumpAtNextOrder(basisPoints: number, spared?: string): void;
  };
  /** Moves the second source of the price alone. */
  moveSecond(basisPoints: number): void;
  view(): MarketView | Promise<MarketView>;
}

/** The KYC reviewer's desk. */
export interface KycDesk {
  readonly desk: KycEmulator['desk'];
  /** Newest last. `status` is the provider's word. */
  cases(): readonly { readonly reference: string; readonly status: string }[];
}

/** The chain, as an explorer shows it. */
export interface ChainView {
  /** What plays the chain: a node's name and version, or its stand-in. */
  readonly backend: string;
  readonly height: number;
  readonly hash: string;
  readonly mempool: readonly { readonly txid: string; readonly sats: bigint; readonly satPerVbyte: number }[];
  /** Newest first. */
  readonly blocks: readonly { readonly height: number; readonly hash: string; readonly transactions: number }[];
}

/** The chain and the buyer's wallet on it. */
export interface ChainDesk {
  view(): Promise<ChainView>;
  mine(blocks: number): Promise<void>;
  /** Replaces the last blocks by one more empty one, so that their transactions wait again. */
  reorg(blocks: number): Promise<void>;
  /** What an address holds. `null` when it is no address of this network. */
  lookup(address: string): Promise<{ readonly confirmedSats: bigint; readonly waitingSats: bigint } | null>;
  /** A fresh address of the buyer's wallet. */
  address(): Promise<string>;
}

/** The people at a custodian. */
export interface CustodianDesk {
  view(): readonly { readonly address: string; readonly sats: bigint; readonly status: string }[];
  /** Approves the withdrawal that waits longest; it is paid. */
  approve(): Promise<void>;
  reject(): Promise<void>;
}

/** How old the published sanctions list is. */
export type ListAge = 'fresh' | 'too-old';

/** Whoever publishes the sanctions list. The shop notices what changes when it next reads the list: each hour. */
export interface ListsDesk {
  /** What was added here, oldest first. The list has more. */
  view(): { readonly age: ListAge; readonly names: readonly string[]; readonly addresses: readonly string[] };
  addName(name: string): void;
  /** Takes a name that was added here off the list. */
  removeName(name: string): void;
  addAddress(address: string): void;
  setAge(age: ListAge): void;
}

/** The engine from outside. */
export interface MachineDesk {
  /** Rejects, or does not answer, while the engine is down. */
  state(): Promise<MachineState>;
  /** What can be done to the processes, by a hyphenated name: `kill`, `restart`, `freeze`. The page shows a button each. */
  readonly actions: Readonly<Record<string, () => Promise<void>>>;
  /** The address of the operators' page; `null` or absent where there is none. */
  operatorsPage?(): string | null;
  /**
   * Tells the other processes that the clock was put forward by `ms`. One that is down now is started with the whole
   * offset later.
   */
  forwardClock(ms: number): Promise<void>;
}

/** What the page and the scripts can reach into. A missing desk shows as absent. */
export interface Desks {
  readonly bank?: BankDesk;
  readonly exchange?: ExchangeDesk;
  readonly kyc?: KycDesk;
  readonly chain?: ChainDesk;
  readonly custodian?: CustodianDesk;
  readonly lists?: ListsDesk;
  readonly machine?: MachineDesk;
}

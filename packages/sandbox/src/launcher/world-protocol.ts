import type { CustodianId } from './custodian-id.ts';
import type { EngineConfig } from './engine-config.ts';
import type { VenueId } from './venue-id.ts';
import type { NodeChoice } from './arguments.ts';
import type { KycId } from './kyc-id.ts';

/** What the world process is started with. */
export interface WorldStart {
  readonly chainDirectory: string;
  readonly nodeDirectory: string;
  readonly node: NodeChoice;
  /** The page's port; `null`: any free one. */
  readonly port: number | null;
  /** Where the shop buys. The other venue is the second source of the price. */
  readonly venue: VenueId;
  /** What the account at the exchange holds, as a decimal text. */
  readonly exchangeUsdt: string;
  /** Whether banks let payers change the amount, scan twice and pay late. */
  readonly takesWrongPayments: boolean;
  /** Calls that Bakong grants in a day. */
  readonly bakongCallsPerDay: number;
  /** Whether Wing told the shop where it answers inquiries. */
  readonly wingInquiry: boolean;
  /** The custodian that delivers; `null`: the wallet does. */
  readonly custodian: CustodianId | null;
  /** Who verifies buyers. */
  readonly kyc: KycId;
}

/** What the world process says once it stands. */
export interface WorldReady {
  readonly url: string;
  readonly hosts: readonly string[];
  readonly publicOrigin: string;
  readonly telegram: EngineConfig['telegram'];
  readonly chain: EngineConfig['chain'] & { readonly backend: string };
  /** The node's process; `null` when its stand-in lives in the world itself. */
  readonly nodeProcessId: number | null;
  readonly providers: EngineConfig['providers'];
}

/** What really happened outside, whatever the engine was told. */
export interface Applied {
  readonly payments: readonly AppliedMoney[];
  /** Providers that hear of a request only when money comes: theirs are missing in `payments` until then. */
  readonly hearsLate: readonly string[];
  readonly receipts: readonly (AppliedMoney & { readonly transaction: string })[];
  readonly refunds: readonly Omit<AppliedMoney & { readonly transaction: string }, 'reference'>[];
  /** Payments that were taken back without us. */
  readonly reversals: readonly { readonly rail: string; readonly transaction: string }[];
  readonly cancelled: readonly string[];
  readonly trades: readonly { readonly reference: string; readonly spent: string; readonly received: string }[];
  readonly cases: readonly string[];
  /** What the account at the exchange holds, in minor units of eight decimals. */
  readonly exchange: { readonly usdt: bigint; readonly btc: bigint };
}

/** Money on one reference. */
export interface AppliedMoney {
  /** The rail whose provider it is. */
  readonly rail: string;
  readonly reference: string;
  readonly asset: string;
  readonly minor: bigint;
}

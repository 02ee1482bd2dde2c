import type { Asset, Money } from '@rielrails/core';

/** What the operator decides. Every duration in milliseconds, every share in basis points. */
export interface Policy {
  readonly feeBasisPoints: bigint;
  /** Kept back from the budget for a price that moves between quote and purchase. */
  readonly reserveBasisPoints: bigint;
  /** How far below the quote a delivery may fall without asking. */
  readonly floorBasisPoints: bigint;
  readonly quoteValidForMs: number;
  /** How long a payment request is shown. */
  readonly payWithinMs: number;
  /** How long after `payBy` a payment is still honoured, if the price and the float allow. */
  readonly honourLateForMs: number;
  /** How long references are watched after money can no longer arrive. */
  readonly watchGraceMs: number;
  readonly answerWithinMs: number;
  /** The longest wait for an exchange before the money goes back. */
  readonly buyWithinMs: number;
  readonly refundWithinMs: number;
  /** After this long without a block a delivery pays its miners more. */
  readonly bumpAfterMs: number;
  /** After this long in doubt a person is called. */
  readonly doubtWithinMs: number;
  /** The hard end of one outside call. */
  readonly callTimeoutMs: number;
  /** The first pause between two looks; doubled up to thirty times as long. */
  readonly lookEveryMs: number;
  readonly confirmations: number;
  /** How deep a delivery is watched for a reorganisation. */
  readonly watchDepth: number;
  /** Up to this a payer whose name the bank does not tell is served. */
  readonly unknownPayerCap: readonly Money[];
  /** Up to this, counted over all of a person's orders, money that can still be taken back is served at once. */
  readonly reversibleCap: readonly Money[];
  readonly limits: {
    readonly perOrder: readonly Money[];
    readonly perDay: readonly Money[];
    readonly openUnpaid: number;
  };
  /** The refund task or release that needs two people starts here. */
  readonly twoPeopleFrom: readonly Money[];
  /** Free float below this calls the treasurer: bitcoin in the wallet, the venue's currency at the exchange. */
  readonly floatAlarms: readonly Money[];
  readonly payAssets: readonly Asset[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Sensible values for a small shop; an operator states what differs. */
export const defaultTimes: Pick<
  Policy,
  | 'quoteValidForMs'
  | 'payWithinMs'
  | 'honourLateForMs'
  | 'watchGraceMs'
  | 'answerWithinMs'
  | 'buyWithinMs'
  | 'refundWithinMs'
  | 'bumpAfterMs'
  | 'doubtWithinMs'
  | 'callTimeoutMs'
  | 'lookEveryMs'
> = {
  quoteValidForMs: 5 * MINUTE,
  payWithinMs: 15 * MINUTE,
  honourLateForMs: 10 * MINUTE,
  watchGraceMs: 24 * HOUR,
  answerWithinMs: 30 * MINUTE,
  buyWithinMs: HOUR,
  refundWithinMs: 72 * HOUR,
  bumpAfterMs: 40 * MINUTE,
  doubtWithinMs: HOUR,
  callTimeoutMs: 15_000,
  lookEveryMs: 4000,
};

/** The entry of a list of amounts that is of this asset. */
export function limitFor(limits: readonly Money[], asset: Asset): Money | null {
  return limits.find((limit) => limit.asset.code === asset.code) ?? null;
}

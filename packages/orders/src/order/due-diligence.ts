import type { Asset, Instant, Money, NonEmpty } from '@rielrails/core';

/*
 * What the operator's policy file says, read and checked. Data: nothing here claims that it satisfies any law.
 */

/** What a figure rests on, as far as whoever wrote it down knows. */
export interface Ground {
  /** Why this figure, and where it was read. */
  readonly says: string;
  /** `secondary source`: somebody's account of a text that was not read itself. */
  readonly standing: 'primary source' | 'secondary source' | 'recalled, unverified' | 'the operator’s choice';
}

/** Under what the shop sells. */
export type Licence =
  | {
      readonly type: 'licensed';
      readonly authority: string;
      readonly number: string;
      readonly scope: string;
      readonly validUntil: Instant;
    }
  | {
      readonly type: 'not-required';
      readonly because: string;
      readonly declaredBy: string;
      /** `YYYY-MM-DD`. */
      readonly date: string;
    }
  | { readonly type: 'none' };

/** Which written approvals the operator holds, by provider id. */
export type Declaration = Readonly<
  Record<string, { readonly reference: string; readonly date: string; readonly scope: string }>
>;

/** At most this many orders in any stretch of time of this length. */
export interface Velocity {
  readonly orders: number;
  readonly withinMs: number;
}

/** What somebody may buy, by how well they are known. All amounts in the policy's currency. */
export interface Tier {
  readonly name: string;
  /** `enhanced`: two people have recorded enhanced due diligence that has not run out. */
  readonly needs: 'verified' | 'enhanced';
  readonly perOrder: Money;
  /** In any 24 hours. */
  readonly perDay: Money;
  /** In any 30 days. */
  readonly perMonth: Money;
  readonly velocity: readonly Velocity[];
  readonly ground: Ground;
}

/**
 * What is looked for. `case` opens a case; `hold` also stops the order until it is decided; `hold-person` every further order
 * of that human too.
 */
export type MonitoringRule = {
  readonly id: string;
  readonly action: 'case' | 'hold' | 'hold-person';
  readonly ground: Ground;
} & (
  | { readonly type: 'total'; readonly from: Money; readonly withinMs: number }
  /** Orders that stay a little below an amount: at least `share` percent of it, and less than it. */
  | {
      readonly type: 'just-below';
      readonly of: Money;
      readonly share: number;
      readonly orders: number;
      readonly withinMs: number;
    }
  | { readonly type: 'rapid-repeat'; readonly orders: number; readonly withinMs: number }
  | { readonly type: 'shared-address'; readonly people: number }
  | { readonly type: 'shared-payer'; readonly people: number }
);

/** How people can decide a case. `suspicious` starts the clock of the report to the authority. */
export type CaseDecision = 'cleared' | 'refused' | 'suspicious';

/**
 * What people can say of a case. `somebody-else`: its buyer is none of the listed entries that their name resembles; that clears
 * the case, and those entries do not stop this buyer any more while it holds. Always two people.
 */
export type CaseAnswer = CaseDecision | 'somebody-else';

/** The operator's policy on whom to serve, what to look for and what to keep. */
export interface DueDiligence {
  /** ISO 3166-1 alpha-2. */
  readonly jurisdiction: string;
  readonly licence: Licence;
  readonly declaration: Declaration;
  /** In which all amounts of the policy are. */
  readonly currency: Asset;
  /** What one whole unit of an asset counts as, in minor units of `currency`: fixed, for thresholds only. */
  readonly worth: Readonly<Record<string, bigint>>;
  readonly worthGround: Ground;
  /** The least demanding first. */
  readonly tiers: NonEmpty<Tier>;
  /** Larger orders to an address wait until it has been known for so long. */
  readonly newAddress: { readonly above: Money; readonly waitMs: number; readonly ground: Ground } | null;
  readonly rules: readonly MonitoringRule[];
  readonly cases: {
    readonly twoPeople: readonly CaseDecision[];
    readonly reportSuspicionWithinMs: number;
    /** How long it holds at most that somebody is not who a list means; their verification may end sooner. */
    readonly somebodyElseForMs: number;
    readonly ground: Ground;
  };
  readonly largeReport: {
    readonly over: Money;
    readonly withinMs: number;
    readonly dueWithinMs: number;
    readonly ground: Ground;
  };
  readonly retention: {
    /** Customer file, orders and cases, after the last of them. */
    readonly recordsMs: number;
    readonly recordsGround: Ground;
    /** Webhooks and messages as they came in. */
    readonly incomingMs: number;
    readonly incomingGround: Ground;
  };
  readonly lists: {
    readonly required: readonly string[];
    /** With an older list nobody is screened, and nothing is sold or sent. */
    readonly maximumAgeMs: number;
    readonly ground: Ground;
  };
}

/** What an amount counts as, rounded up. `null`: the policy does not know its asset. */
export function worthOf({ currency, worth }: Pick<DueDiligence, 'currency' | 'worth'>, amount: Money): Money | null {
  const each = worth[amount.asset.code];
  if (each === undefined) return null;
  const whole = 10n ** BigInt(amount.asset.scale);
  return { asset: currency, minor: (amount.minor * each + whole - 1n) / whole };
}

/** The most of an asset that counts as no more than this, rounded down. */
export function mostOf({ worth }: Pick<DueDiligence, 'worth'>, limit: Money, asset: Asset): Money | null {
  const each = worth[asset.code];
  return each === undefined ? null : { asset, minor: (limit.minor * 10n ** BigInt(asset.scale)) / each };
}

import type {
  AnyCustody,
  AnyExchange,
  AnyKycProvider,
  AnyPaymentProvider,
  Asset,
  Instant,
  NextActionType,
  NonEmpty,
  RateSource,
  Screening,
} from '@rielrails/core';
import type { CompareNames } from './order/payer.ts';
import type { WalletDesk } from './treasury/wallet-desk.ts';

/** Everyone that the engine deals with. It knows none of them by name. */
export interface Providers {
  /** By id. The first is the one offered when the buyer does not choose. */
  readonly rails: NonEmpty<AnyPaymentProvider>;
  /** One that tells its `balances` is compared with the books every day. */
  readonly exchange: AnyExchange;
  /** The currency that the venue is paid in. */
  readonly venueAsset: Asset;
  /** By id. The first is the one that delivers. */
  readonly custodies: NonEmpty<AnyCustody>;
  /** A wallet of the operator's own, for sweeps, top-ups and consolidation. */
  readonly wallet?: WalletDesk;
  readonly kyc: AnyKycProvider;
  readonly kycLevel: string;
  readonly names: Screening<'screenName'>;
  readonly addresses: Screening<'screenAddress'>;
  /**
   * Whether a payer is whom we verified, by the same engine that compares names with lists. Pure; never throws. Default: only
   * equal words match, in any order.
   */
  readonly compareNames?: CompareNames;
  /** Every list that `names` compares with, as read now. With it, known customers are screened again when one has changed. */
  readonly lists?: () => Promise<readonly ScreeningList[]>;
  /** Asked in this order; the first that has the pair answers. */
  readonly rates: NonEmpty<RateSource>;
  /** What the front end can show, best first. */
  readonly accepts: NonEmpty<NextActionType>;
  /** Where hosted pages lead back to, such as the bot's chat. Some rails need it. Coming back proves nothing. */
  readonly returnUrl?: string;
  /** The true purpose, as rail and payer read it. */
  purpose(order: { readonly number: string; readonly language: string }): string;
}

/** A list of names, such as a sanctions list, in one of its versions. */
export interface ScreeningList {
  readonly source: string;
  readonly version: string;
  /** When its publisher was last seen to offer exactly this. */
  readonly asOf: Instant;
  /** From then on it is too old, and nobody is screened. */
  readonly usableUntil: Instant;
}

/** The member with this id. */
export function byId<T extends { readonly id: string }>(members: readonly T[], id: string): T {
  const found = members.find((member) => member.id === id);
  if (!found)
    throw new RangeError(`provider: "${id}" is not configured, but an order depends on it; configure it again`);
  return found;
}

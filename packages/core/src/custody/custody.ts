import type { Attempt } from '../attempt.ts';
import type { NonEmpty } from '../brand.ts';
import type { CallContext, Target } from '../call.ts';
import type { AddressRule, CheckedAddress, OwnAddress } from './address.ts';
import type { Clearance } from './clearance.ts';
import type { Asset, Money } from '../money.ts';
import type { Reference } from '../reference.ts';
import type { LookupTerms, Repeat } from '../terms.ts';
import type { WebhookDelivery, WebhookOutcome } from '../webhook.ts';

/** Where a withdrawal goes: to a customer, with leave; or to ourselves, provably. */
export type Destination =
  | { readonly type: 'customer'; readonly address: CheckedAddress; readonly clearance: Clearance }
  | { readonly type: 'own'; readonly address: OwnAddress };

/** A withdrawal. `amount` is what arrives: the network fee comes on top. */
export interface Withdraw {
  readonly reference: Reference;
  readonly amount: Money;
  readonly destination: Destination;
  /** What {@link CustodyOperations.bind} gave for this reference. Mandatory where the custody has `bind`. */
  readonly binding?: string;
}

/**
 * What a customer confirmed: this address, and an amount within these bounds, both ends included.
 *
 * Made when the customer confirms, before any money is asked for.
 */
export interface BindWithdrawal {
  readonly reference: Reference;
  readonly address: CheckedAddress;
  readonly minimum: Money;
  readonly maximum: Money;
}

/**
 * How far a withdrawal came.
 *
 * `replaced` names the transaction that took its place; `removed` means evicted or reorganised away, and is not final.
 * `failed` with `fundsReturned: false` needs a person. `handle` is to be kept and passed back in every {@link Target}:
 * where there is one, it is found with one call.
 */
export type Withdrawal = {
  readonly reference: Reference;
  readonly amount: Money;
  readonly fee?: Money;
  readonly handle?: string;
} & (
  | { readonly status: 'awaiting-approval' | 'signing' }
  | { readonly status: 'broadcast' | 'removed'; readonly transactionId: string }
  | { readonly status: 'confirmed'; readonly transactionId: string; readonly depth: number }
  | { readonly status: 'replaced'; readonly transactionId: string; readonly replacedBy: string }
  | { readonly status: 'failed'; readonly fundsReturned: boolean }
);

/**
 * What a custodian's webhook may say: that a withdrawal changed. The withdrawal itself is then read back.
 *
 * Without a `target` the custodian named it in words of its own only: whatever is under way there is worth a lookup.
 */
export interface CustodyEvent {
  readonly type: 'changed';
  readonly target?: Target;
}

/** What a custody may be able to do beside sending. */
export interface CustodyOperations {
  /** What can be sent now, and what is still arriving. Safe to repeat. */
  balance(asset: Asset, context?: CallContext): Promise<{ readonly available: Money; readonly pending: Money }>;
  /** What sending this amount would cost now. Safe to repeat. */
  estimateFee(input: Pick<Withdraw, 'amount'>, context?: CallContext): Promise<Money>;
  /** A fresh address of our own. A repeat may give another one; both stay ours. */
  depositAddress(asset: Asset, context?: CallContext): Promise<OwnAddress>;
  /**
   * Seals what the customer confirmed, so that an address or amount changed later in a database is refused at signing.
   *
   * Pure and offline; the same input gives the same seal. It permits nothing: a withdrawal still needs its clearance.
   */
  bind(input: BindWithdrawal): string;
  /** Pays more for a stuck withdrawal. Never a second payment. */
  bump(target: Target, context?: CallContext): Promise<Attempt<Withdrawal>>;
  /** Verifies and reads a delivery: signed, whole. No I/O inside; never throws for bad input. */
  parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<CustodyEvent>>;
}

/** Which withdrawal is looked up. */
export interface WithdrawalTarget extends Target {
  /**
   * Only look: bring nothing to the network, whatever was signed and lost. For a withdrawal that was frozen meanwhile. One
   * that no node knows is told as `signing` then.
   */
  readonly watchOnly?: boolean;
}

/** Whoever holds coins and can send them: our own wallet, a custodian, an exchange account. */
export type Custody<Ops extends keyof CustodyOperations = never> = {
  readonly spec: 'custody/1';
  readonly id: string;
  readonly manifest: {
    readonly assets: NonEmpty<Asset>;
    readonly address: AddressRule;
    readonly withdraw: { readonly repeat: Repeat };
    readonly get: LookupTerms;
  };
  /**
   * Sends, once per reference.
   *
   * Refuses with `invalid` when clearance and withdrawal differ in reference, address or amount, or when the clearance
   * is stale.
   */
  withdraw(input: Withdraw, context?: CallContext): Promise<Attempt<Withdrawal>>;
  /** Asks for the truth, and may hand in again what the network lost. Safe to repeat. */
  get(target: WithdrawalTarget, context?: CallContext): Promise<Withdrawal | null>;
} & Pick<CustodyOperations, Ops>;

/** Any custody: what an engine holds. Operations are reached through {@link can}. */
export type AnyCustody = Custody & Partial<CustodyOperations>;

import type { CallContext } from '../call.ts';
import type { ChainAddress } from '../custody/address.ts';
import type { Instant } from '../reference.ts';

/** Who somebody is, as far as known. */
export interface Identity {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  readonly born?: string;
  /** ISO 3166-1 alpha-2. */
  readonly countries?: readonly string[];
  /** Numbers of documents and registers: passports, identity cards, companies, IMO numbers of ships. */
  readonly identifiers?: readonly string[];
}

/** Why a verdict fell as it did, for a person to read. */
export interface Evidence {
  readonly source: string;
  readonly entry: string;
  /** A hash of all that the source says of this entry: another one when anything of it has changed. Absent where it is not told. */
  readonly version?: string;
  readonly explanation: string;
  /** How much speaks for the entry, 0 to 1, where the service tells it. */
  readonly score?: number;
}

/** `review` needs a person; `blocked` stops. Only `clear` lets money move. */
export type ScreeningOutcome = 'clear' | 'review' | 'blocked';

/**
 * A screening result about one subject. There is no result for an error: an error throws, and is not "clear".
 *
 * `of` repeats what was screened, so that a verdict about another subject cannot be passed off.
 */
export interface Verdict<Of = unknown, Outcome extends ScreeningOutcome = ScreeningOutcome> {
  readonly id: string;
  readonly of: Of;
  readonly outcome: Outcome;
  readonly evidence: readonly Evidence[];
  readonly validUntil: Instant;
}

/** What a screening service may be able to look at. Safe to repeat. */
export interface ScreeningOperations {
  /** Compares a person or company with the lists. */
  screenName(identity: Identity, context?: CallContext): Promise<Verdict<Identity>>;
  /** Asks what is known about an address, of whichever network. */
  screenAddress(address: ChainAddress, context?: CallContext): Promise<Verdict<ChainAddress>>;
}

/** A screening service that looks at names, addresses, or both. */
export type Screening<Ops extends keyof ScreeningOperations> = {
  readonly spec: 'screening/1';
  readonly id: string;
} & Pick<ScreeningOperations, Ops>;

/** A screening service whose abilities are known at run time only. */
export type AnyScreening = Screening<never> & Partial<ScreeningOperations>;

import type { CallContext } from '@rielrails/core';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';

/** A place in the signer's log. */
export interface LogHead {
  readonly sequence: number;
  /** The hash of the entry, in hexadecimal. */
  readonly hash: string;
}

/** What a signature is for. It decides what the transaction may look like. */
export type Purpose = 'deliver' | 'replace' | 'child' | 'sweep';

/** One signature given, as the log keeps it. Amounts are satoshi in decimal, because the log is JSON. */
export interface SignedEntry {
  readonly type: 'signed';
  readonly purpose: Purpose;
  readonly reference: string;
  readonly txid: string;
  /** The outpoint that all versions of this reference spend: `txid:index`. */
  readonly anchor: string;
  /** Where the payment output goes. */
  readonly address: string;
  readonly amountSats: string;
  readonly feeSats: string;
  /** Where change went, or `null`. The place is the key's index on the change branch. */
  readonly change: { readonly index: number; readonly sats: string } | null;
  readonly transactionHex: string;
}

/** The first entry of every log: whose log it is. */
export interface InitEntry {
  readonly type: 'init';
  readonly network: BitcoinNetwork;
  readonly descriptor: string;
}

/** One line of the log. `hash` covers everything before it, `previous` included. */
export type LogEntry = { readonly sequence: number; readonly atMs: number; readonly previous: string } & (
  | SignedEntry
  | InitEntry
) & { readonly hash: string };

/** A line that records a signature. */
export type SignedLogEntry = Extract<LogEntry, { type: 'signed' }>;

/** A request for signatures. */
export type SignRequest = {
  /** BIP174 version 0, base64, every input with its whole previous transaction. */
  readonly psbt: string;
  /** The last head that the caller stored; `null` when it never stored one. */
  readonly logHead: LogHead | null;
  readonly reference: string;
} & (
  | {
      readonly purpose: 'deliver';
      readonly address: string;
      readonly amountSats: bigint;
      /** What `bind` gave when the customer confirmed. */
      readonly binding: string;
    }
  | { readonly purpose: 'sweep'; readonly address: string; readonly amountSats: bigint }
  | { readonly purpose: 'replace' | 'child' }
);

/** Why the signer refuses. Nothing was signed and nothing was logged. */
export type SignerRefusal =
  /** The request or its PSBT is not of its form, or an input lacks its previous transaction. */
  | 'malformed'
  /** The freeze file exists. */
  | 'frozen'
  /** The caller's head is not the log's: one of the two was restored or lost. */
  | 'log-disagrees'
  /** The seal does not fit reference and address: one of them was changed after the customer confirmed. */
  | 'binding'
  /** The amount lies outside the sealed bounds, or is dust. */
  | 'amount'
  /** Not exactly one output pays that amount to that address. */
  | 'payment-output'
  /** An input is not ours. */
  | 'foreign-input'
  /** An output is neither the payment nor ours. */
  | 'foreign-output'
  /** This reference was signed before, with another transaction. */
  | 'already-signed'
  /** This reference was signed before, and this transaction does not spend its anchor: both could confirm. */
  | 'second-anchor'
  /** There is no signed delivery under this reference to replace or to help. */
  | 'nothing-signed'
  /** The replacement changes more than the change output. */
  | 'not-a-replacement'
  /** The fee, or the fee rate, is above its cap. */
  | 'fee'
  /** More would leave in this hour or day than is allowed. */
  | 'velocity';

/** An answer to a {@link SignRequest}. */
export type SignAnswer =
  | {
      readonly outcome: 'signed';
      readonly txid: string;
      readonly transactionHex: string;
      readonly head: LogHead;
    }
  | { readonly outcome: 'refused'; readonly code: SignerRefusal };

/** Who the signer is and how it stands. */
export interface SignerDescription {
  readonly network: BitcoinNetwork;
  /** The account it signs for. */
  readonly descriptor: string;
  /** Eight hexadecimal digits of the binding key, so that two people can compare. */
  readonly bindingFingerprint: string;
  readonly head: LogHead;
  readonly frozen: boolean;
}

/**
 * Whoever holds the keys, in this process or in another.
 *
 * @throws ProviderError from any operation: `unavailable` when it certainly was not reached, `unknown` from `sign` when
 *   the answer was lost. A lost signature is no payment: nothing but the wallet broadcasts.
 */
export interface Signer {
  /** Safe to repeat: the same PSBT under the same reference gives the same signature, logged once. */
  sign(request: SignRequest, context?: CallContext): Promise<SignAnswer>;
  describe(context?: CallContext): Promise<SignerDescription>;
  /** At most 50 entries after this head, oldest first; `null` when the log does not hold the head. */
  entriesAfter(head: LogHead | null, context?: CallContext): Promise<readonly LogEntry[] | null>;
  /** Every signature that was given under a reference. An empty answer proves that there is none. */
  find(reference: string, context?: CallContext): Promise<readonly SignedLogEntry[]>;
}

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

/** A transaction that the signer agreed to. Amounts are satoshi in decimal, because the log is JSON. */
export interface AgreedTransaction {
  readonly purpose: Purpose;
  readonly reference: string;
  readonly txid: string;
  /** The outpoint that all versions of this reference spend: `txid:index`. */
  readonly anchor: string;
  /** Where the payment output goes. */
  readonly address: string;
  readonly amountSats: string;
  readonly feeSats: string;
  /** What went to the change branch, or `null`: the output with the highest index there, be it change or payment. */
  readonly change: { readonly index: number; readonly sats: string } | null;
}

/** One transaction signed, as the log keeps it. */
export interface SignedEntry extends AgreedTransaction {
  readonly type: 'signed';
  readonly transactionHex: string;
}

/**
 * One transaction handed out for the signatures that are not here. From then on anybody who holds the other keys can
 * send it, so it counts like a signed one: once per reference, one anchor, within the limits.
 */
export interface HandedOutEntry extends AgreedTransaction {
  readonly type: 'handed-out';
  /** Base64, with the signatures so far. */
  readonly psbt: string;
}

/** The anchor of a reference was given up: another transaction spent it for good, and two people said so. */
export interface ReleasedEntry {
  readonly type: 'anchor-released';
  readonly reference: string;
  /** The anchor that was: `txid:index`. */
  readonly anchor: string;
  /** The transaction that spent it. */
  readonly spentBy: string;
  /** The block that holds it. */
  readonly blockHash: string;
  /** How many blocks were shown, that one included. */
  readonly depth: number;
  /** Who approved, by their names in the policy. */
  readonly approvedBy: readonly string[];
}

/** The first entry of every log: whose log it is. */
export interface InitEntry {
  readonly type: 'init';
  readonly network: BitcoinNetwork;
  readonly descriptor: string;
}

/** What a line of the log can say. */
export type LogContent = InitEntry | SignedEntry | HandedOutEntry | ReleasedEntry;

/** One line of the log. `hash` covers everything before it, `previous` included. */
export type LogEntry = { readonly sequence: number; readonly atMs: number; readonly previous: string } & LogContent & {
    readonly hash: string;
  };

/** A line that records a signature. */
export type SignedLogEntry = Extract<LogEntry, { type: 'signed' }>;

/** A line that records a transaction that can confirm: signed, or handed out to be. */
export type GivenLogEntry = Extract<LogEntry, { type: 'signed' | 'handed-out' }>;

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

/** A transaction that was handed out, with more signatures. */
export interface CompleteRequest {
  readonly reference: string;
  /** What a hardware signer, or whoever holds another key, gave back: BIP174 version 0, base64. */
  readonly psbt: string;
  readonly logHead: LogHead | null;
}

/** One person's agreement that an anchor is gone. */
export interface Approval {
  /** The name in the signer's policy. */
  readonly operator: string;
  /** Ed25519 over the text of `releaseText`, in hexadecimal. */
  readonly signature: string;
}

/** Asks the signer to give up the anchor of a reference, so that it can be delivered with other coins. */
export interface ReleaseRequest {
  readonly reference: string;
  /** The transaction that spent the anchor, in hexadecimal. */
  readonly spender: string;
  /** That it is in a block: a merkle block (BIP37), as `gettxoutproof` of Bitcoin Core gives it, in hexadecimal. */
  readonly proof: string;
  /** The headers of the blocks above, lowest first, 80 bytes each, in hexadecimal. */
  readonly headers: readonly string[];
  readonly approvals: readonly Approval[];
  readonly logHead: LogHead | null;
}

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
  /** There is no delivery under this reference to replace, to help, to complete or to release. */
  | 'nothing-signed'
  /** The replacement changes more than the change output. */
  | 'not-a-replacement'
  /** The fee, or the fee rate, is above its cap. */
  | 'fee'
  /** More would leave in this hour or day than is allowed. */
  | 'velocity'
  /** What came back is a PSBT of version 2 (BIP370). */
  | 'psbt-version'
  /** What came back has another version or lock time than what was handed out. */
  | 'changed-transaction'
  /** What came back spends other coins, or in another order. */
  | 'changed-inputs'
  /** What came back has another sequence in an input. */
  | 'changed-sequence'
  /** What came back pays other scripts, or more or fewer of them. */
  | 'changed-outputs'
  /** What came back pays other amounts. */
  | 'changed-amounts'
  /** What came back has no new signature, or one that is wrong, of an unknown key, or not over the whole transaction. */
  | 'signature'
  /** The policy names no operators who could release an anchor. */
  | 'no-operators'
  /** Fewer than two operators approved, or a signature is not theirs over this very release. */
  | 'approval'
  /** The transaction does not spend the anchor, or is one of the delivery's own versions. */
  | 'not-a-conflict'
  /** The transaction that spent the anchor pays the customer: the delivery did happen. */
  | 'already-paid'
  /** The blocks do not prove it: form, linkage, work or number. */
  | 'proof';

/** An answer to a request for signatures. */
export type SignAnswer =
  | {
      readonly outcome: 'signed';
      readonly txid: string;
      readonly transactionHex: string;
      readonly head: LogHead;
    }
  | {
      /** Signatures are missing that are made elsewhere: have this signed, then bring it to `complete`. */
      readonly outcome: 'handed-out';
      readonly txid: string;
      /** Base64, with the signatures so far. */
      readonly psbt: string;
      readonly head: LogHead;
    }
  | { readonly outcome: 'refused'; readonly code: SignerRefusal };

/** An answer to a {@link ReleaseRequest}. */
export type ReleaseAnswer =
  | { readonly outcome: 'released'; readonly head: LogHead }
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
 * @throws ProviderError from any operation: `unavailable` when it certainly was not reached, `unknown` from `sign`,
 *   `complete` and `releaseAnchor` when the answer was lost. A lost signature is no payment: nothing but the wallet
 *   broadcasts.
 */
export interface Signer {
  /** Safe to repeat: the same PSBT under the same reference gives the same signature, logged once. */
  sign(request: SignRequest, context?: CallContext): Promise<SignAnswer>;
  /** Takes signatures from elsewhere for what was handed out, after comparing every field. Safe to repeat. */
  complete(request: CompleteRequest, context?: CallContext): Promise<SignAnswer>;
  /** Gives up an anchor that another transaction spent for good. Safe to repeat. */
  releaseAnchor(request: ReleaseRequest, context?: CallContext): Promise<ReleaseAnswer>;
  describe(context?: CallContext): Promise<SignerDescription>;
  /** At most 50 entries after this head, oldest first; `null` when the log does not hold the head. */
  entriesAfter(head: LogHead | null, context?: CallContext): Promise<readonly LogEntry[] | null>;
  /**
   * Everything under a reference that can confirm: signed, or handed out; nothing whose anchor was released. An empty
   * answer proves that there is none.
   */
  find(reference: string, context?: CallContext): Promise<readonly GivenLogEntry[]>;
}

import type { Instant, Money, NonEmpty } from '@rielrails/core';
import type { EmulatedPayer, PaymentEmulator } from '@rielrails/kit/emulator';

/** What the holder of the emulated account is told: enough to configure an adapter. */
export interface BakongEmulatorConfig {
  readonly token: string;
  readonly environment: 'sit';
  readonly account: {
    readonly type: 'merchant';
    readonly bakongAccount: string;
    readonly merchantId: string;
    readonly acquiringBank: string;
  };
  readonly merchantName: string;
  readonly currencies: NonEmpty<'KHR' | 'USD'>;
}

/** How this Bakong is set up. */
export interface BakongEmulatorOptions {
  /** The currencies of the account. Default: riel and dollars. */
  readonly currencies?: NonEmpty<'KHR' | 'USD'>;
  /** Calls of a token in a day of UTC. Default: 100. */
  readonly callsPerDay?: number;
  /** The HTTP status of "Daily request limit": nobody wrote it down. Default: 200. */
  readonly quotaStatus?: number;
  /**
   * What a lookup of a static QR that was paid answers: `code-2`, as documented, or `not-found`, as one implementation
   * saw it. Lists say `STATIC_QR` in both. Default: `code-2`.
   */
  readonly staticQr?: 'code-2' | 'not-found';
  /** Where a list's item has its transaction. Implementations disagree. Default: `data`. */
  readonly listItems?: 'data' | 'transaction' | 'inline';
  /** Amounts and times as a Java server may write them: `12.5`, `500.0`, `1.0E7`. Default: no. */
  readonly javaNumbers?: boolean;
  /** Lets payers pay another amount than a dynamic QR asks for, as a careless bank app might. Default: no. */
  readonly takesWrongPayments?: boolean;
  /** Accounts beside the shop's own. */
  readonly accounts?: readonly string[];
  /** Addresses to which tokens were issued. Default: `shop@example.com`. */
  readonly emails?: readonly string[];
}

/** A line of the account's statement: everything that came, second scans included. */
export interface StatementLine {
  readonly transaction: string;
  readonly md5: string;
  readonly toAccount: string;
  readonly fromAccount: string;
  readonly amount: Money;
  readonly billNumber: string | null;
  readonly paidAt: Instant;
}

/** How a payer of the emulated bank app pays. */
export interface BakongPayer extends EmulatedPayer {
  /** Typed by the payer: needed for a static QR. */
  readonly amount?: Money;
}

/** What a bank app says after scanning. */
export type BakongScan =
  | { readonly outcome: 'paid'; readonly transaction: string; readonly amount: Money; readonly merchantName: string }
  | { readonly outcome: 'refused'; readonly message: string };

/** Bakong on this machine. */
export interface BakongEmulator extends PaymentEmulator<BakongEmulatorConfig> {
  readonly payer: PaymentEmulator['payer'] & {
    /** Pays a request whose QR was seen, or whose deep link was made. */
    pay(reference: string, options?: BakongPayer): Promise<string>;
    payTwice(reference: string, options?: BakongPayer): Promise<string | null>;
  };
  /** A bank app looks at a QR without paying it yet. Bakong itself learns nothing of a QR before somebody pays. */
  see(qr: string): void;
  /** A bank app scans a QR and pays: checksum, expiry and amount are verified first. */
  payByQr(qr: string, options?: BakongPayer): Promise<BakongScan>;
  /** The bank's statement, oldest first. */
  readonly statement: readonly StatementLine[];
  /** Sets Bakong's word for where a transaction's money is. */
  track(transaction: string, trackingStatus: string | null): void;
  /** Lets the next payments end on another account than the QR names. */
  misdirect(toAccount: string | null): void;
  /** Takes back or grants what a gateway and the staff decide. */
  readonly switches: {
    /** Whether calls come from a Cambodian address; others get a page with 403. */
    callerInCambodia: boolean;
    /** Whether this token may use `check_transaction_by_md5_list`; others get a page with 403. */
    listsAllowed: boolean;
    /** Whether links can be made. */
    linkMaker: boolean;
    /** What a lookup of a failed transaction, rather than none, is answered for these QRs. */
    readonly failed: Set<string>;
  };
}

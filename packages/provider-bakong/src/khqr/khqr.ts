import type { Instant, Money } from '@rielrails/core';

/** A currency that a KHQR can ask for. */
export type KhqrCurrency = 'KHR' | 'USD';

/** Who receives: a person's account (tag 29), or a merchant's (tag 30). */
export type KhqrAccount =
  | {
      readonly type: 'individual';
      /** `name@bank`, at most 32 characters. */
      readonly bakongAccount: string;
      /** The account at a bank behind the Bakong account. At most 32 characters. */
      readonly information?: string;
      /** At most 32 characters. */
      readonly acquiringBank?: string;
    }
  | {
      readonly type: 'merchant';
      /** `name@bank`, at most 32 characters. */
      readonly bakongAccount: string;
      /** The number under which the bank knows the merchant. At most 32 characters. */
      readonly merchantId: string;
      /** At most 32 characters. */
      readonly acquiringBank: string;
    };

/** Tag 62. Each at most 25 characters, all together at most 99 with their tags. */
export interface KhqrAdditional {
  readonly billNumber?: string;
  readonly mobileNumber?: string;
  readonly storeLabel?: string;
  readonly terminalLabel?: string;
  readonly purpose?: string;
}

/** Tag 64: name and city in another language. */
export interface KhqrAlternate {
  /** ISO 639-1, such as `km`. */
  readonly language: string;
  /** At most 25 characters. */
  readonly merchantName: string;
  /** At most 15 characters. */
  readonly merchantCity?: string;
}

/** What is asked for. */
export type KhqrDemand =
  /** The payer types the amount. Such a QR is always the same text, and the Open API cannot tell who paid it. */
  | { readonly type: 'static'; readonly currency: KhqrCurrency }
  /** This amount, until `expiresAt`. `createdAt` makes the text, and with it the md5, unique. */
  | {
      readonly type: 'dynamic';
      readonly amount: Money<KhqrCurrency>;
      readonly createdAt: Instant;
      readonly expiresAt: Instant;
    };

/** What a KHQR is made of. */
export interface KhqrInput {
  readonly account: KhqrAccount;
  readonly demand: KhqrDemand;
  /** At most 25 characters. */
  readonly merchantName: string;
  /** At most 15 characters. Default: `Phnom Penh`. */
  readonly merchantCity?: string;
  /** ISO 18245, four digits. Default: `5999`. */
  readonly merchantCategoryCode?: string;
  /** Tag 15, at most 99 characters; not with dollars. */
  readonly unionPayAccount?: string;
  readonly additional?: KhqrAdditional;
  readonly alternate?: KhqrAlternate;
}

/** A KHQR that can be drawn. */
export interface EncodedKhqr {
  readonly text: string;
  /** Lower-case hexadecimal MD5 of the text's UTF-8 bytes: what the Open API looks it up by. */
  readonly md5: string;
}

/** A KHQR that was read. What its writer left out is absent. */
export interface Khqr {
  readonly account: KhqrAccount;
  /** Tag 01. Absent in QRs of some writers. */
  readonly initiation?: 'static' | 'dynamic';
  readonly currency: KhqrCurrency;
  /** Absent where the payer types it. */
  readonly amount?: Money<KhqrCurrency>;
  readonly merchantName: string;
  readonly merchantCity: string;
  readonly merchantCategoryCode: string;
  /** Tag 58, two or three letters. */
  readonly country: string;
  readonly unionPayAccount?: string;
  readonly additional: KhqrAdditional;
  readonly alternate?: KhqrAlternate;
  readonly createdAt?: Instant;
  readonly expiresAt?: Instant;
  /** Tags that this package does not know, by their path, as they stood there: PayWay's `62.68`, for example. */
  readonly others: ReadonlyMap<string, string>;
}

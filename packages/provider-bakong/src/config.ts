import { isInputError } from '@rielrails/core';
import type { NonEmpty } from '@rielrails/core';
import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import { encodeKhqr } from './khqr/index.ts';
import type { KhqrAccount, KhqrCurrency } from './khqr/index.ts';

/** The name under which this provider appears in faults, logs and spans. */
export const BAKONG = 'bakong';

/** How the calls of a token are used. */
export interface BakongPolling {
  /** What the token is granted in a day. Default: 100, which ordinary tokens were seen to have. */
  readonly callsPerDay?: number;
  /** The part that only expiry probes may use, in percent. Default: 30. */
  readonly probePercent?: number;
  /** Unpaid requests of one person within a day; one more is declined. Default: 5. */
  readonly unpaidPerPerson?: number;
  /**
   * Whether `check_transaction_by_md5_list` is used where several requests are open. Default: yes. A token that gets 403
   * there is asked one by one from then on.
   */
  readonly lists?: boolean;
}

/** Who receives, and the token that looks payments up. */
export interface BakongConfig {
  /** The token of the Open API, from `api-bakong.nbc.gov.kh/register`. It lives 90 days. */
  readonly token: Secret | string;
  readonly environment: 'production' | 'sit';
  /** The account that the QR names. */
  readonly account: KhqrAccount;
  /**
   * Under which further ids Bakong tells this account in transactions (`toAccountId`), where that differs from
   * `account.bakongAccount`. A transaction to any other account is never taken for ours.
   */
  readonly receivingAccounts?: readonly string[];
  /** At most 25 characters. */
  readonly merchantName: string;
  /** At most 15 characters. Default: `Phnom Penh`. */
  readonly merchantCity?: string;
  /** Four digits. Default: `5999`. */
  readonly merchantCategoryCode?: string;
  /** The currencies that this account receives. */
  readonly currencies: NonEmpty<KhqrCurrency>;
  /** What the Bakong app shows on a deep link, and only then. */
  readonly app?: { readonly name: string; readonly iconUrl: string };
  /**
   * Scheme and host of a relay of your own inside Cambodia: the Open API answers 403 to other countries. It sees the
   * token; never use somebody else's.
   */
  readonly relayUrl?: string;
  readonly polling?: BakongPolling;
}

/** A configuration that was checked. */
export interface BakongSettings {
  readonly token: Secret;
  readonly environment: 'production' | 'sit';
  readonly account: KhqrAccount;
  readonly receivingAccounts: readonly string[];
  readonly merchantName: string;
  readonly merchantCity?: string | undefined;
  readonly merchantCategoryCode?: string | undefined;
  readonly currencies: readonly KhqrCurrency[];
  readonly app?: { readonly name: string; readonly iconUrl: string } | undefined;
  readonly relayUrl?: string | undefined;
  readonly polling: Required<BakongPolling>;
}

const account = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('individual'),
    bakongAccount: z.string(),
    information: z.string().optional(),
    acquiringBank: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('merchant'),
    bakongAccount: z.string(),
    merchantId: z.string(),
    acquiringBank: z.string(),
  }),
]) as unknown as z.ZodType<KhqrAccount>;

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

const schema: z.ZodType<BakongSettings> = z
  .strictObject({
    token: secretSchema(16),
    environment: z.enum(['production', 'sit']),
    account,
    receivingAccounts: z.array(z.string().min(1)).max(20).default([]),
    merchantName: z.string(),
    merchantCity: z.string().optional(),
    merchantCategoryCode: z.string().optional(),
    currencies: z
      .array(z.enum(['KHR', 'USD']))
      .min(1, 'expected KHR, USD or both')
      .refine((list) => new Set(list).size === list.length, 'names a currency twice'),
    app: z
      .strictObject({ name: z.string().min(1).max(100), iconUrl: z.string().refine(isHttps, 'expected an https URL') })
      .optional(),
    relayUrl: z
      .string()
      .refine((text) => isHttps(text) && !text.endsWith('/'), 'expected an https URL without a slash at its end')
      .optional(),
    polling: z
      .strictObject({
        callsPerDay: z.int().min(1).max(1_000_000).default(100),
        probePercent: z.int().min(0).max(90).default(30),
        unpaidPerPerson: z.int().min(1).max(1_000_000).default(5),
        lists: z.boolean().default(true),
      })
      .prefault({}),
  })
  .superRefine(({ account, merchantName, merchantCity, merchantCategoryCode }, context) => {
    try {
      // The codec knows the rules: a QR that can be made of these fields now can be made later.
      encodeKhqr({
        account,
        merchantName,
        demand: { type: 'static', currency: 'KHR' },
        ...(merchantCity === undefined ? {} : { merchantCity }),
        ...(merchantCategoryCode === undefined ? {} : { merchantCategoryCode }),
      });
    } catch (error) {
      if (!isInputError(error)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

/**
 * Checks a configuration.
 *
 * @throws ProviderError of kind `config` that names the field and the rule.
 */
export function readBakongConfig(config: BakongConfig): BakongSettings {
  return readConfig(BAKONG, schema, config);
}

const hosts = { production: 'https://api-bakong.nbc.gov.kh', sit: 'https://sit-api-bakong.nbc.gov.kh' } as const;

/** Where calls go. */
export function baseUrlOf(settings: BakongSettings): string {
  return settings.relayUrl ?? hosts[settings.environment];
}

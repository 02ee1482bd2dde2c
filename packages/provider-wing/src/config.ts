import { KHR, USD } from '@rielrails/core';
import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';

/** The name under which this provider appears in faults, logs and spans. */
export const WING = 'wing';

/** A currency of a biller's account. */
export type WingCurrency = 'KHR' | 'USD';

/** What each currency is. */
export const assets = { KHR, USD } as const;

/** What Wing issues to every merchant, whatever the version. */
export interface WingMerchant {
  /** `online.` and a name. */
  readonly username: string;
  /** 64 hexadecimal digits. In version 1 every payer's browser sees it. */
  readonly restApiKey: Secret | string;
  /** What is paid: a biller, or a till. */
  readonly account: { readonly type: 'biller' | 'till'; readonly number: string };
  /** The currency of that account. No request names one, so a wrong one here asks for riel as dollars. */
  readonly currency: WingCurrency;
  readonly environment: 'sandbox' | 'production';
  /** Replaces the environment's host and path: Wing has moved them. HTTPS, except on this machine. */
  readonly baseUrl?: string;
  /**
   * Where a payer comes back to when a request names no place: HTTPS. It may be the address of the webhooks: a return is
   * read like one. `reference` is added to its query.
   */
  readonly returnUrl: string;
  /**
   * Codes of the inquiry that mean "not paid", as Wing names them to you: no document that we know lists any.
   *
   * Without them, what is not paid is `processing`. A code that means anything else must not stand here.
   */
  readonly unpaidCodes?: readonly string[];
  /** The password (version 2) or API key (version 1) before the last change: callbacks under way still carry it. */
  readonly previousKey?: Secret | string;
}

/** A merchant of version 2, "Online Payment integration specification 2.0.3". */
export interface WingV2Config extends WingMerchant {
  readonly version: 'v2';
  /** The key of payload and hash: at least 16 ASCII characters. */
  readonly password: Secret | string;
  /** The registered domain, or the identifier of the registered app: sent as `Referer`. */
  readonly domain: string;
  /**
   * Where Wing answers inquiries, below the base URL. No document that we know names it for version 2;
   * `/v2/online/payment/inquiry` is a guess after version 1. Ask Wing.
   *
   * Without it there is no `get`, nothing proves a payment, and the provider's id is `wing-no-proof`.
   */
  readonly inquiryPath?: string;
}

/** A merchant of version 1, the form that a payer's browser posts. */
export interface WingV1Config extends WingMerchant {
  readonly version: 'v1';
  /** The page of yours that serves what `createWingForm` makes. */
  readonly formUrl: string;
}

/** A merchant of either version. */
export type WingConfig = WingV2Config | WingV1Config;

/** A merchant whose payments can be looked up. */
export type WingInquiryConfig = WingV1Config | (WingV2Config & { readonly inquiryPath: string });

const httpsUrl = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname));
}, 'expected an https URL');

const merchant = {
  username: z.string().regex(/^online\.[A-Za-z0-9._-]{1,60}$/, 'expected "online." and a name'),
  restApiKey: secretSchema(64).refine((key) => /^[0-9a-fA-F]{64}$/.test(key.reveal()), 'expected 64 hex digits'),
  account: z.strictObject({
    type: z.enum(['biller', 'till']),
    number: z.string().regex(/^[0-9]{1,20}$/, 'expected digits'),
  }),
  currency: z.enum(['KHR', 'USD']),
  environment: z.enum(['sandbox', 'production']),
  baseUrl: httpsUrl.refine((text) => !/[?#]|\/$/.test(text), 'expected no query and no slash at the end').optional(),
  returnUrl: httpsUrl,
  unpaidCodes: z
    .array(z.string().regex(/^[0-9A-Za-z_-]{1,20}$/, 'expected codes of letters and digits'))
    .refine((codes) => !codes.includes('200'), '200 means paid')
    .default([]),
  previousKey: secretSchema(16).optional(),
};

const schema = z.discriminatedUnion('version', [
  z.strictObject({
    version: z.literal('v2'),
    ...merchant,
    password: secretSchema(16).refine((key) => /^[\x21-\x7e]+$/.test(key.reveal()), 'expected ASCII characters'),
    domain: z.string().regex(/^[\x21-\x7e]{1,200}$/, 'expected a domain, or the identifier of an app'),
    inquiryPath: z
      .string()
      .regex(/^(?:\/[A-Za-z0-9._-]+){1,10}$/, 'expected a path')
      .optional(),
  }),
  z.strictObject({ version: z.literal('v1'), ...merchant, formUrl: httpsUrl }),
]);

const baseUrls = {
  sandbox: 'https://stageonline.wingmoney.com/wingonlinesdk',
  production: 'https://wingsdk.wingmoney.com:334',
} as const;

/** A configuration that was checked, with Wing's address and the flag that every request carries. */
export type WingSettings = z.infer<typeof schema> & { readonly baseUrl: string; readonly sandbox: '0' | '1' };

/** Checks a configuration. @throws ProviderError of kind `config`, naming fields and rules, never values. */
export function readWingConfig(config: WingConfig): WingSettings {
  const read = readConfig(WING, schema, config);
  const { environment } = read;
  return { ...read, baseUrl: read.baseUrl ?? baseUrls[environment], sandbox: environment === 'sandbox' ? '1' : '0' };
}

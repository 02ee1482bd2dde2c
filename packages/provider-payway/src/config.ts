import type { KeyObject } from 'node:crypto';
import type { NonEmpty } from '@rielrails/core';
import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import { readMerchantKey } from './merchant-auth.ts';

/** The name under which this provider appears in faults, logs and spans. */
export const PAYWAY = 'payway';

/** A currency that PayWay settles in. */
export type PaywayCurrency = 'KHR' | 'USD';

/** A picture of the QR API. This package hands out the QR's text; the picture is only asked for. */
export type PaywayQrTemplate =
  | 'template1'
  | 'template1_color'
  | 'template2'
  | 'template2_color'
  | 'template3_color'
  | 'template4'
  | 'template4_color'
  | 'template5'
  | 'template5_color'
  | 'template6_color';

/** What a merchant's PayWay profile holds. */
export interface PaywayConfig {
  readonly merchantId: string;
  /** The key of the request hash and of callbacks; PayWay's pages also call it "public key". Keep it secret. */
  readonly apiKey: Secret | string;
  /** The key before the last rotation: callbacks under its way may still carry it. Never used for requests. */
  readonly previousApiKey?: Secret | string;
  readonly environment: 'sandbox' | 'production';
  /**
   * The settlement currencies that this instance takes payments in.
   *
   * PayWay's lookup tells amounts without their currency. With one currency every lookup is certain; with two, an unpaid
   * payment whose handle was lost cannot be read (`unavailable`) until it is paid.
   */
  readonly currencies: NonEmpty<PaywayCurrency>;
  /** Where PayWay reports success: HTTPS, on a domain that PayWay has on its list. At most 191 bytes. */
  readonly callbackUrl: string;
  /**
   * What the hosted page offers. Default: `abapay_khqr`, whose money is final. `cards` can be charged back; `any` lets
   * PayWay show a chooser with everything that the profile has.
   */
  readonly hostedPayment?: 'abapay_khqr' | 'cards' | 'any';
  /** Default: `template3_color`. */
  readonly qrTemplate?: PaywayQrTemplate;
  /**
   * What to do with a callback without a signature. Default: `reject`. `hint`: accept it as a reason to look, for
   * profiles whose callbacks are still unsigned. A wrong signature is rejected in both cases.
   */
  readonly unsignedCallbacks?: 'reject' | 'hint';
  /** The RSA public key (PEM) that PayWay issues with refunds. Without it there is no `refund` operation. */
  readonly refundPublicKey?: string;
}

/** A configuration with which refunds are possible. */
export type PaywayRefundConfig = PaywayConfig & { readonly refundPublicKey: string };

const templates = [
  'template1',
  'template1_color',
  'template2',
  'template2_color',
  'template3_color',
  'template4',
  'template4_color',
  'template5',
  'template5_color',
  'template6_color',
] as const satisfies readonly PaywayQrTemplate[];

/** The longest URL whose base64 fits into the 255 characters of `callback_url` and `return_deeplink`. */
const MAX_ENCODED_BYTES = 191;

/** A configuration that was checked. */
export interface PaywaySettings {
  readonly merchantId: string;
  readonly apiKey: Secret;
  readonly previousApiKey?: Secret | undefined;
  readonly environment: 'sandbox' | 'production';
  readonly currencies: readonly PaywayCurrency[];
  readonly callbackUrl: string;
  readonly hostedPayment: 'abapay_khqr' | 'cards' | 'any';
  readonly qrTemplate: PaywayQrTemplate;
  readonly unsignedCallbacks: 'reject' | 'hint';
  readonly refundPublicKey?: KeyObject | undefined;
}

const schema: z.ZodType<PaywaySettings> = z.strictObject({
  merchantId: z.string().regex(/^[A-Za-z0-9_-]{1,30}$/, 'expected 1 to 30 letters, digits, "-" or "_"'),
  apiKey: secretSchema(8),
  previousApiKey: secretSchema(8).optional(),
  environment: z.enum(['sandbox', 'production']),
  currencies: z
    .array(z.enum(['KHR', 'USD']))
    .min(1, 'expected KHR, USD or both')
    .refine((list) => new Set(list).size === list.length, 'names a currency twice'),
  callbackUrl: z
    .string()
    .refine((text) => URL.canParse(text) && new URL(text).protocol === 'https:', 'expected an https URL')
    .refine(
      (text) => new TextEncoder().encode(text).length <= MAX_ENCODED_BYTES,
      `longer than ${MAX_ENCODED_BYTES} bytes`,
    ),
  hostedPayment: z.enum(['abapay_khqr', 'cards', 'any']).default('abapay_khqr'),
  qrTemplate: z.enum(templates).default('template3_color'),
  unsignedCallbacks: z.enum(['reject', 'hint']).default('reject'),
  refundPublicKey: z
    .string()
    .transform((pem, context): KeyObject => {
      try {
        return readMerchantKey(pem);
      } catch {
        context.addIssue({ code: 'custom', message: 'expected the PEM of an RSA public key of at least 1024 bits' });
        return z.NEVER;
      }
    })
    .optional(),
});

const hosts = {
  sandbox: 'https://checkout-sandbox.payway.com.kh',
  production: 'https://checkout.payway.com.kh',
} as const;

/** Scheme and host of an environment. */
export function baseUrlOf(settings: PaywaySettings): string {
  return hosts[settings.environment];
}

/**
 * Checks a configuration.
 *
 * @throws ProviderError of kind `config`, naming fields and rules, never values.
 */
export function readPaywayConfig(config: PaywayConfig): PaywaySettings {
  return readConfig(PAYWAY, schema, config);
}

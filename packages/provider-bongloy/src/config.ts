import type { NonEmpty } from '@rielrails/core';
import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';

/** The name under which this provider appears in faults, logs and spans. */
export const BONGLOY = 'bongloy';

/** What a merchant's Bongloy dashboard holds. */
export interface BongloyConfig {
  /** `sk_test_…` or `sk_live_…`. */
  readonly secretKey: Secret | string;
  /** `pk_test_…` or `pk_live_…`: what the form in the browser makes tokens with. */
  readonly publishableKey: string;
  /** One host serves both, and the keys decide: they have to be of this environment. */
  readonly environment: 'test' | 'live';
  /** Dollars were seen at the gateway; riel only where Bongloy told you so. */
  readonly currencies: NonEmpty<'USD' | 'KHR'>;
  /** Decimal places of riel on the wire: 0 or 2. No document says which, so there is no default: ask Bongloy. */
  readonly khrExponent?: 0 | 2;
  /**
   * When a charge takes the money. Default: `at-once`. `by-hand`: the card is only held, and the payment stays
   * `processing` until `createBongloyAccount(…).capture`, so that a person can look at a card before money moves: what was
   * never captured cannot be charged back. Terms of service, C.1: capture within three days.
   */
  readonly capture?: 'at-once' | 'by-hand';
}

const schema = z
  .strictObject({
    secretKey: secretSchema(),
    publishableKey: z.string(),
    environment: z.enum(['test', 'live']),
    currencies: z.array(z.enum(['USD', 'KHR'])).min(1, 'expected USD, KHR or both'),
    khrExponent: z.union([z.literal(0), z.literal(2)]).optional(),
    capture: z.enum(['at-once', 'by-hand']).default('at-once'),
  })
  .superRefine(({ secretKey, publishableKey, environment, currencies, khrExponent }, context) => {
    const broken = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    const keys = [
      ['secretKey', 'sk', secretKey.reveal()],
      ['publishableKey', 'pk', publishableKey],
    ] as const;
    for (const [field, kind, key] of keys) {
      const form = `${kind}_${environment}_`;
      if (!key.startsWith(form) || !/^[A-Za-z0-9_-]{24,128}$/.test(key.slice(form.length)))
        broken(field, `expected "${form}" and at least 24 letters and digits`);
    }
    if (currencies.includes('KHR') && khrExponent === undefined)
      broken('khrExponent', 'expected 0 or 2 where KHR is taken');
  });

/** A configuration that was checked. */
export type BongloySettings = Required<BongloyConfig> & { readonly secretKey: Secret };

/**
 * Checks a configuration.
 *
 * @throws ProviderError of kind `config`, naming fields and rules, never values.
 */
export function readBongloyConfig(config: BongloyConfig): BongloySettings {
  const { khrExponent = 0, currencies, ...rest } = readConfig(BONGLOY, schema, config);
  return { ...rest, khrExponent, currencies: currencies as unknown as NonEmpty<'USD' | 'KHR'> };
}

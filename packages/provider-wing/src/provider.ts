import { money, ProviderError } from '@rielrails/core';
import type {
  CallContext,
  CreatedPayment,
  CreatePayment,
  Payment,
  PaymentProvider,
  Target,
  WebhookDelivery,
} from '@rielrails/core';
import { createVocabulary, definePayment, systemRuntime } from '@rielrails/kit';
import type { Runtime, Secret } from '@rielrails/kit';
import { askForPage } from './asking.ts';
import { apiKeyKey, passwordKey } from './cipher.ts';
import { assets, readWingConfig, WING } from './config.ts';
import type { WingConfig, WingCurrency, WingInquiryConfig } from './config.ts';
import { readDelivery } from './delivery.ts';
import { formLink } from './form.ts';
import { inquiryTerms, wingManifest } from './manifest.ts';
import { createWingWire } from './wire.ts';

/** Wing with inquiries. */
export type Wing = PaymentProvider<'get' | 'parseWebhook', 'redirect'>;

/** Wing without inquiries: its id is `wing-no-proof`, and a person settles its orders with the statement. */
export type WingNoProof = PaymentProvider<'parseWebhook', 'redirect'>;

/**
 * Wing Bank Online Payment as a payment provider.
 *
 * Keep the handle: an inquiry does not tell what was asked for. A repeated create is a second page, and both may be paid.
 * Returns and callbacks are hints, whatever they say: only `get` tells of money.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createWing(config: WingInquiryConfig, runtime?: Runtime): Wing;
export function createWing(config: WingConfig, runtime?: Runtime): WingNoProof;
export function createWing(config: WingConfig, runtime: Runtime = systemRuntime()): WingNoProof {
  const settings = readWingConfig(config);
  const { version, restApiKey, previousKey, currency } = settings;
  const path = version === 'v1' ? '/inquiry' : settings.inquiryPath;
  const wire = createWingWire(settings, path ?? '', runtime);
  // Which key callbacks of version 2 are under is told nowhere: its own comes first.
  const [passwords, apiKeys] =
    version === 'v2' ? [[settings.password, previousKey], [restApiKey]] : [[], [restApiKey, previousKey]];
  const present = (secrets: readonly (Secret | undefined)[]) => secrets.filter((secret) => secret !== undefined);
  const keys = [...present(passwords).map((one) => passwordKey(one)), ...present(apiKeys).map(apiKeyKey)];
  const words = createVocabulary<'awaiting-payer' | 'processing'>({
    provider: WING,
    words: Object.fromEntries(settings.unpaidCodes.map((code) => [code, 'awaiting-payer'])),
    otherwise: 'processing',
    log: runtime.log,
  });

  async function create(input: CreatePayment, context: CallContext): Promise<CreatedPayment<'redirect'>> {
    const { reference, amount: requested, expiresAt } = input;
    const url =
      version === 'v2' ? await askForPage(settings, wire, runtime, input, context) : formLink(settings, input);
    return {
      payment: { reference, requested, receipts: [], refunds: [], reversals: [], status: 'awaiting-payer' },
      // No document says when Wing stops taking money, so `payableUntil` is not promised.
      next: { type: 'redirect', url, expiresAt },
      handle: `${requested.asset.code}.${requested.minor}`,
    };
  }

  async function get({ reference, handle }: Target, context?: CallContext): Promise<Payment> {
    const [, code, minor = ''] = /^(KHR|USD)\.(\d{1,18})$/.exec(handle ?? '') ?? [];
    if (code === undefined) {
      const message = `${WING} get: the handle of the payment is needed, and must be one that create gave`;
      throw new ProviderError({ kind: 'invalid', provider: WING, message });
    }
    const { code: word, receipt } = await wire.inquire(reference, context);
    const requested = money(assets[code as WingCurrency], BigInt(minor));
    const payment = { reference, requested, receipts: [], refunds: [], reversals: [] };
    if (receipt) return { ...payment, receipts: [receipt], status: 'paid' };
    return { ...payment, status: words.read(word) };
  }

  const manifest = wingManifest(currency);
  const parseWebhook = (delivery: WebhookDelivery) => Promise.resolve().then(() => readDelivery(delivery, keys));
  if (path === undefined) return definePayment({ id: 'wing-no-proof', manifest, create, parseWebhook }, runtime);
  const operations = { ...manifest.operations, get: inquiryTerms };
  return definePayment({ id: WING, manifest: { ...manifest, operations }, create, get, parseWebhook }, runtime);
}

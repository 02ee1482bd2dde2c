import { isInputError, isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, CreatedPayment, CreatePayment, Instant, Money, NextAction } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { BAKONG } from './config.ts';
import type { BakongSettings } from './config.ts';
import { formatHandle, personTag } from './handle.ts';
import { encodeKhqr } from './khqr/index.ts';
import type { KhqrCurrency } from './khqr/index.ts';
import type { BakongOpenApi } from './open-api.ts';
import type { Watch } from './watch.ts';

/** What tag 62.08 holds. */
const PURPOSE_MAX = 25;

/** Builds `create`: the QR is made here, and only a deep link asks anybody. */
export function createAsking(
  settings: BakongSettings,
  api: Pick<BakongOpenApi, 'deepLink'>,
  watch: Watch,
  { clock, log }: Runtime,
): (input: CreatePayment<'qr' | 'deep-link'>, context: CallContext) => Promise<CreatedPayment<'qr' | 'deep-link'>> {
  async function create(
    input: CreatePayment<'qr' | 'deep-link'>,
    context: CallContext,
  ): Promise<CreatedPayment<'qr' | 'deep-link'>> {
    const createdAt = clock.now();
    const person = input.payer ? personTag(input.payer.id) : null;
    if (person !== null && watch.unpaidOf(person, createdAt) >= settings.polling.unpaidPerPerson)
      throw tooManyUnpaid(settings.polling.unpaidPerPerson);
    const { reference, expiresAt } = input;
    const requested = input.amount as Money<KhqrCurrency>;
    const { text, md5 } = encode(input, requested, createdAt);
    const next = await show(input, text, context);
    const handle = { md5, requested, createdAt, expiresAt, person };
    watch.enter(handle, createdAt);
    return {
      payment: { reference, requested, receipts: [], refunds: [], reversals: [], status: 'awaiting-payer' },
      next,
      handle: formatHandle(handle),
    };
  }

  function encode(input: CreatePayment, amount: Money<KhqrCurrency>, createdAt: Instant) {
    const { account, merchantName, merchantCity, merchantCategoryCode } = settings;
    try {
      return encodeKhqr({
        account,
        merchantName,
        ...(merchantCity === undefined ? {} : { merchantCity }),
        ...(merchantCategoryCode === undefined ? {} : { merchantCategoryCode }),
        demand: { type: 'dynamic', amount, createdAt, expiresAt: input.expiresAt },
        additional: { billNumber: input.reference, ...purposeOf(input.purpose) },
      });
    } catch (error) {
      if (!isInputError(error)) throw error;
      throw new ProviderError({ kind: 'invalid', provider: BAKONG, message: `${BAKONG} create: ${error.message}` });
    }
  }

  /** The first way to pay that works. Without an answer nobody knows the link, so its QR cannot be paid: nothing is lost. */
  async function show(
    input: CreatePayment<'qr' | 'deep-link'>,
    khqr: string,
    context: CallContext,
  ): Promise<NextAction<'qr' | 'deep-link'>> {
    const { expiresAt, accepts, returnUrl } = input;
    // When money stops coming is up to each payer's bank, so `payableUntil` is not promised.
    const qr = { type: 'qr', payload: khqr, standard: 'khqr', expiresAt } as const;
    if (accepts[0] === 'qr') return qr;
    const { app } = settings;
    const source =
      app && returnUrl !== undefined
        ? { appName: app.name, appIconUrl: app.iconUrl, appDeepLinkCallback: returnUrl }
        : undefined;
    try {
      return { type: 'deep-link', url: await api.deepLink(khqr, source, context), app: 'Bakong', expiresAt };
    } catch (error) {
      if (!accepts.includes('qr')) throw error;
      log.warn('deep-link-failed', {
        provider: BAKONG,
        kind: isProviderError(error) ? error.fault.kind : 'unexpected',
      });
      return qr;
    }
  }

  return create;
}

/** The purpose as it is, cut where the tag ends, never in the middle of a character. */
function purposeOf(purpose: string): { readonly purpose?: string } {
  let kept = '';
  // oxlint-disable-next-line no-control-regex -- tags hold no control characters
  for (const character of purpose.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim()) {
    if (kept.length + character.length > PURPOSE_MAX) break;
    kept += character;
  }
  kept = kept.trim();
  return kept === '' ? {} : { purpose: kept };
}

function tooManyUnpaid(most: number): ProviderError {
  return new ProviderError({
    kind: 'declined',
    provider: BAKONG,
    reason: 'too-many-unpaid',
    message: `${BAKONG} create: this person has ${most} unpaid requests within a day; calls to look them up are rationed`,
  });
}

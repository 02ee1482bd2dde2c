import type { CallContext, Payment, Target } from '@rielrails/core';
import { unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { PAYWAY } from './config.ts';
import type { PaywayCurrency, PaywaySettings } from './config.ts';
import { readHandle } from './handle.ts';
import type { PaywayHandle } from './handle.ts';
import { CHECK_WINDOW_MS } from './manifest.ts';
import { isSurelyDollars, paymentOf, readCurrency } from './payment.ts';
import { fieldsFor } from './request.ts';
import { createStatusWords } from './status.ts';
import type { CheckRecord, DetailRecord, PaywayWire } from './wire.ts';

/** Builds `get`. */
export function createLookup(
  settings: PaywaySettings,
  wire: PaywayWire,
  { clock, log }: Runtime,
): (target: Target, context?: CallContext) => Promise<Payment | null> {
  const words = createStatusWords(log);
  const fieldsOf = ({ reference }: Target) => fieldsFor(settings, reference, clock.now());

  async function get(target: Target, context?: CallContext): Promise<Payment | null> {
    const kept = readHandle(target.handle);
    const record = await find(target, kept, context);
    if (!record) return null;
    const state = words.read(`${record.payment_status_code} ${record.payment_status.trim().toUpperCase()}`);
    const currency = kept?.currency ?? (await currencyOf(record, state === 'paid', target, context));
    const over = kept?.payableUntil !== undefined && clock.now() > kept.payableUntil;
    const told = state === 'paid' && !isAsAsked(record) ? await operationsOf(record, target, context) : record;
    return paymentOf(told, { reference: target.reference, currency, state, over });
  }

  /** Money that came otherwise than asked is listed by the detail alone, payment by payment. */
  async function operationsOf(
    record: CheckRecord | DetailRecord,
    target: Target,
    context: CallContext | undefined,
  ): Promise<DetailRecord> {
    const detail = isDetail(record) ? record : await wire.detail(fieldsOf(target), context);
    if (!detail)
      throw unavailable(
        PAYWAY,
        `${PAYWAY} get: another amount came than was asked for, and its payments are not shown`,
      );
    return detail;
  }

  /** The fast lookup for seven days; the rationed one for what is older, and for what may be older. */
  async function find(
    target: Target,
    kept: PaywayHandle | null,
    context: CallContext | undefined,
  ): Promise<CheckRecord | DetailRecord | null> {
    const old = kept !== null && clock.now() - kept.createdAt > CHECK_WINDOW_MS;
    const record = old ? null : await wire.check(fieldsOf(target), context);
    if (record || (kept && !old)) return record;
    return wire.detail(fieldsOf(target), context);
  }

  /**
   * The currency of a record without its handle. The check does not tell it, and the detail tells it rightly only once
   * there was a payment: before, it names the profile's own.
   */
  async function currencyOf(
    record: CheckRecord | DetailRecord,
    paid: boolean,
    target: Target,
    context: CallContext | undefined,
  ): Promise<PaywayCurrency> {
    const [only, ...others] = settings.currencies;
    if (only !== undefined && others.length === 0) return only;
    if (isSurelyDollars(record.original_amount)) return 'USD';
    if (paid) {
      const detail = isDetail(record) ? record : await wire.detail(fieldsOf(target), context);
      if (detail) return readCurrency(detail.original_currency);
    }
    const message = 'without its handle, the currency of an unpaid payment cannot be told';
    throw unavailable(PAYWAY, `${PAYWAY} get: ${message}`);
  }

  return get;
}

function isAsAsked({ original_amount: asked, total_amount: came }: CheckRecord): boolean {
  return came === undefined || came === null || came === asked;
}

function isDetail(record: CheckRecord | DetailRecord): record is DetailRecord {
  return 'original_currency' in record;
}

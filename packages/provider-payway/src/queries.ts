import type { CallContext, Instant, Reference } from '@rielrails/core';
import { readLocalTime, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { readPaywayConfig } from './config.ts';
import type { PaywayConfig } from './config.ts';
import { PHNOM_PENH_UTC_HOURS, requestTime } from './time.ts';
import { createPaywayWire } from './wire.ts';

/** What one unit of a currency costs in riel at ABA, as decimals in text. */
export interface PaywayExchangeRate {
  /** Upper case, such as `EUR`. The documented list has no `USD`. */
  readonly currency: string;
  /** The bank sells at this rate. */
  readonly sell: string;
  /** The bank buys at this rate. */
  readonly buy: string;
}

/** What happened to a transaction. `amount` is in the transaction's currency. */
export interface PaywayOperation {
  /** PayWay's word: `Completed`, `Refunded`, `Create Order` and others. */
  readonly status: string;
  readonly amount: string;
  readonly at?: Instant;
  readonly bankReference?: string;
}

/** What PayWay tells of a transaction beyond a `Payment`. Texts are PayWay's; an empty one is left out. */
export interface PaywayTransactionDetail {
  readonly transactionId: string;
  readonly paymentStatus: string;
  readonly originalAmount: string;
  /** Before there was a payment, this is the profile's own currency, not the request's. */
  readonly originalCurrency: string;
  readonly refundedAmount: string;
  /** PayWay's approval code, for talking to its support. Not unique. */
  readonly approvalCode?: string;
  readonly paymentType?: string;
  /** Masked. */
  readonly payerAccount?: string;
  readonly bankName?: string;
  readonly bankReference?: string;
  readonly operations: readonly PaywayOperation[];
}

/** Questions that are no part of the payment contract. All are safe to repeat and throw `ProviderError`. */
export interface PaywayQueries {
  /** "Exchange rate": the bank's list, as it is. */
  exchangeRates(context?: CallContext): Promise<readonly PaywayExchangeRate[]>;
  /** "Get transaction details", for a transaction of any age. Ten calls a minute. `null`: PayWay does not know it. */
  transactionDetail(reference: Reference, context?: CallContext): Promise<PaywayTransactionDetail | null>;
}

/**
 * PayWay's rates and transaction details.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createPaywayQueries(config: PaywayConfig, runtime: Runtime = systemRuntime()): PaywayQueries {
  const settings = readPaywayConfig(config);
  const wire = createPaywayWire(settings, runtime);
  const fields = () => ({ req_time: requestTime(runtime.clock.now()), merchant_id: settings.merchantId });
  return {
    async exchangeRates(context) {
      const rates = await wire.exchangeRates(fields(), context);
      return Object.entries(rates).map(([code, { sell, buy }]) => ({ currency: code.toUpperCase(), sell, buy }));
    },
    async transactionDetail(reference, context) {
      const record = await wire.detail({ ...fields(), tran_id: reference }, context);
      if (!record) return null;
      const operations = record.transaction_operations?.map((one): PaywayOperation => {
        const at = readLocalTime(one.transaction_date, PHNOM_PENH_UTC_HOURS);
        return {
          status: one.status,
          amount: one.amount,
          ...(at === undefined ? {} : { at }),
          ...(one.bank_ref ? { bankReference: one.bank_ref } : {}),
        };
      });
      return {
        transactionId: record.transaction_id,
        paymentStatus: record.payment_status,
        originalAmount: record.original_amount,
        originalCurrency: record.original_currency,
        refundedAmount: record.refund_amount,
        ...(record.apv ? { approvalCode: record.apv } : {}),
        ...(record.payment_type ? { paymentType: record.payment_type } : {}),
        ...(record.payer_account ? { payerAccount: record.payer_account } : {}),
        ...(record.bank_name ? { bankName: record.bank_name } : {}),
        ...(record.bank_ref ? { bankReference: record.bank_ref } : {}),
        operations: operations ?? [],
      };
    },
  };
}

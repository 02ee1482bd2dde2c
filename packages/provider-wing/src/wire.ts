import { ProviderError } from '@rielrails/core';
import type { CallContext, Money, ProviderRef, Receipt, Reference } from '@rielrails/core';
import { createWire, digitsField, parseAmount, readLocalTime, toBase64, tryJson, utf8 } from '@rielrails/kit';
import type { Runtime, WireAnswer } from '@rielrails/kit';
import { z } from 'zod';
import { assets, WING } from './config.ts';
import type { WingCurrency, WingSettings } from './config.ts';

const PHNOM_PENH_UTC_HOURS = 7;

const coded = z.object({ errorCode: digitsField.refine((code) => /^[0-9A-Za-z_-]{1,20}$/.test(code)) });
const authorised = z.object({ token: z.string().regex(/^[\x21-\x7e]{1,1000}$/) });
const paid = z.object({
  transaction_id: digitsField.refine((id) => /^[0-9A-Za-z_-]{1,64}$/.test(id)),
  amount: digitsField,
  currency: z.enum(['KHR', 'USD']),
  customer_name: z.string().nullish(),
  transaction_date: digitsField.nullish(),
});

/** Wing's two endpoints. */
export interface WingWire {
  /** Asks for the token of a page. Sent once. */
  authorise(body: string, context: CallContext): Promise<string>;
  /** Asks whether a reference was paid: a receipt where the code is 200, and nothing but the code otherwise. */
  inquire(reference: Reference, context?: CallContext): Promise<{ readonly code: string; readonly receipt?: Receipt }>;
}

/** Opens the endpoints. No I/O happens before the first call. */
export function createWingWire(settings: WingSettings, inquiryPath: string, runtime: Runtime): WingWire {
  const { username, restApiKey, sandbox, baseUrl } = settings;
  const headers = settings.version === 'v2' ? { referer: toBase64(utf8(settings.domain)) } : undefined;
  const authorisation = createWire({ provider: WING, baseUrl, runtime, explain });
  const inquiry = createWire({ provider: WING, baseUrl, runtime, explain: (status) => throttled(status) });
  return {
    authorise: (body, context) =>
      authorisation.write(
        {
          operation: 'authorise',
          method: 'POST',
          path: '/v2/online/payment/authorization',
          headers: { ...headers, 'content-type': 'application/json' },
          body,
          parse: (answer) => authorised.parse(answer.json()).token,
        },
        context,
      ),
    inquire(reference, context) {
      const body = new URLSearchParams({ username, rest_api_key: restApiKey.reveal(), sandbox, remark: reference });
      const call = { operation: 'inquiry', method: 'POST', path: inquiryPath, body, parse: readInquiry } as const;
      return inquiry.read(headers ? { ...call, headers } : call, context);
    },
  };
}

/** Any code but 200 is a refusal. No document lists them, so the fault names the code, and nothing of Wing's text. */
function explain(status: number, body: string): ProviderError | null {
  const answer = status < 500 ? coded.safeParse(tryJson(body)) : null;
  if (!answer?.success || answer.data.errorCode === '200') return throttled(status);
  const message = `${WING} authorise: Wing refused with code ${answer.data.errorCode}`;
  const providerCode = answer.data.errorCode;
  return new ProviderError({ kind: 'declined', provider: WING, reason: 'refused-by-wing', message, providerCode });
}

function throttled(status: number): ProviderError | null {
  const message = `${WING}: too many calls`;
  return status === 429 ? new ProviderError({ kind: 'throttled', provider: WING, message }) : null;
}

function readInquiry(answer: WireAnswer): { readonly code: string; readonly receipt?: Receipt } {
  const body = answer.json();
  const { errorCode: code } = coded.parse(body);
  if (code !== '200') return { code };
  const { transaction_id, amount, currency, customer_name, transaction_date } = paid.parse(body);
  const transaction = transaction_id as ProviderRef;
  const paidAt = readLocalTime(transaction_date ?? '', PHNOM_PENH_UTC_HOURS);
  const name = customer_name?.trim();
  const receipt: Receipt = { transaction, amount: readAmount(amount, currency), ...(name ? { payer: { name } } : {}) };
  return { code, receipt: paidAt === undefined ? receipt : { ...receipt, paidAt } };
}

/** An amount, with its currency in front or not: `15.00`, ` USD 15.00`. @throws where the two currencies differ. */
function readAmount(text: string, currency: WingCurrency): Money {
  const [, written = currency, digits = ''] = /^\s*(?:([A-Z]{3})\s+)?([0-9.]{1,24})\s*$/.exec(text) ?? [];
  if (written !== currency) throw new RangeError('amount: two currencies');
  return parseAmount(digits, assets[currency]);
}

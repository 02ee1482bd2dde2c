import { money } from '@rielrails/core';
import { JsonNumber, parseAmount, parseJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { arrivedOf, asNumber, refundedOf } from './book.ts';
import type { Received } from './form.ts';
import { guarded, hash, merchant, time } from './guard.ts';
import type { House } from './house.ts';

const REFUND_WINDOW_MS = 30 * 24 * 3_600_000;

/** The merchant portal: refunds, sealed with RSA. */
export function portalRoutes(house: House): readonly Route[] {
  const { clock, config, profile, book, portalKey } = house;

  function refund(fields: Received, { fault }: EmulatedRequest): Response {
    const inner = readInner(portalKey.open(fields.get('merchant_auth') ?? ''));
    if (!inner) return portalError('PTL05', 400);
    if (inner['mc_id'] !== config.merchantId) return portalError('PTL62', 403);
    if (!profile.refundsEnabled) return portalError('PTL63', 403);
    const transaction = book.find(inner['tran_id'] ?? '');
    if (!transaction) return portalError('PTL36', 403);
    const { amount, payment } = transaction;
    if (!payment || clock.now() > transaction.createdAt + REFUND_WINDOW_MS) return portalError('PTL57', 403);
    let minor: bigint;
    try {
      minor = parseAmount(inner['refund_amount'] ?? '', amount.asset).minor;
    } catch {
      return portalError('PTL186', 403);
    }
    if (minor === 0n) return portalError('PTL187', 403);
    if (refundedOf(transaction) + minor > arrivedOf(transaction).minor) return portalError('PTL37', 403);
    transaction.refunds.push({ amount: minor, at: clock.now(), bankReference: `100FT${book.digits(11)}` });
    return jsonResponse({
      grand_total: asNumber(arrivedOf(transaction)),
      total_refunded: asNumber(money(amount.asset, refundedOf(transaction) - (fault === 'wrong-amount' ? 1n : 0n))),
      currency: transaction.currency,
      transaction_status: 'REFUNDED',
      status: { code: fault === 'unknown-status-word' ? 'Q7' : '00', message: 'Success!' },
    });
  }

  const rules = { request_time: time, merchant_id: merchant, merchant_auth: { required: true }, hash };
  const refusals = {
    wrongHash: () => portalError('PTL02', 403),
    unknownMerchant: () => portalError('PTL62', 403),
  };
  return [
    {
      name: 'refund',
      method: 'POST',
      path: '/api/merchant-portal/merchant-access/online-transaction/refund',
      cites: 'PayWay developer portal, "Refund"',
      provenance: 'documented',
      handle: guarded(house, { signed: 'portal', rules, refusals }, refund),
    },
  ];
}

function portalError(code: string, status: number): Response {
  return jsonResponse({ status: { code, message: 'Request failed.' } }, status);
}

function readInner(text: string | null): Readonly<Record<string, string>> | null {
  if (text === null) return null;
  try {
    const body: Json = parseJson(text);
    if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof JsonNumber) return null;
    return Object.fromEntries(
      Object.entries(body).map(([name, value]) => [
        name,
        value instanceof JsonNumber ? value.text : typeof value === 'string' ? value : '',
      ]),
    );
  } catch {
    return null;
  }
}

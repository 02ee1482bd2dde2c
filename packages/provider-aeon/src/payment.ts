import { money } from '@rielrails/core';
import type { Money, Payment, ProviderRef, Receipt, Target } from '@rielrails/core';
import {
  createVocabulary,
  member,
  parseAmount,
  plainDecimal,
  readLocalTime,
  tryJson,
  unavailable,
} from '@rielrails/kit';
import type { Json, Log, Vocabulary } from '@rielrails/kit';
import type { AeonOrder } from './api.ts';
import { AEON, aeonAssets } from './config.ts';
import type { AeonCurrency } from './config.ts';
import { formatAeonWallet } from './wallet.ts';

type Status = Payment['status'];

/** "Query Order" and "Webhook for Order Status". A payment after expiry is a payment. */
const words: Readonly<Record<string, Status>> = {
  INIT: 'awaiting-payer',
  PROCESSING: 'processing',
  COMPLETED: 'paid',
  DELAY_SUCCESS: 'paid',
  CLOSE: 'cancelled',
  TIMEOUT: 'expired',
  FAILED: 'failed',
  DELAY_FAILED: 'failed',
};

/** Builds the vocabulary of `orderStatus`. */
export function createStatusWords(log: Log): Vocabulary<Status> {
  return createVocabulary({ provider: AEON, words, otherwise: 'processing', log });
}

/** What was asked for, as it is kept in the handle and in `customParam`: `USD 2550`, in minor units. */
export function formatRequested({ asset, minor }: Money): string {
  return `${asset.code} ${minor}`;
}

/** An order as a payment. @throws when it says something that cannot be read for certain. */
export function paymentOf(
  order: AeonOrder,
  { reference, handle }: Target,
  read: { readonly words: Vocabulary<Status>; readonly feePaidBy: 'merchant' | 'payer' },
): Payment {
  const custom = typeof order.customParam === 'string' ? tryJson(order.customParam) : (order.customParam as Json);
  const kept = member(custom, 'requested');
  const { requested, inCents } = requestedOf(order, handle ?? (typeof kept === 'string' ? kept : ''));
  const none = { reference, requested, receipts: [], refunds: [], reversals: [] };
  const status = read.words.read(order.orderStatus);
  if (status === 'failed')
    return { ...none, status, reason: /^\w{1,64}$/.exec(order.failReason ?? '')?.[0] ?? 'failed' };
  if (status !== 'paid') return { ...none, status };
  const worth = worthOf(order, requested);
  if (inCents && (worth === undefined || worth.minor >= requested.minor * 10n))
    throw unavailable(AEON, `${AEON} get: orderAmount may be in cents or not, and what was paid does not tell`);
  return { ...none, receipts: [receiptOf(order, requested, worth, read.feePaidBy)], status };
}

/**
 * What the order asks for. "Query Order" says cents, although the order was made in whole units.
 *
 * A point, or a currency without cents, makes an amount certain. Digits alone are believed in the reading that fits what
 * we asked for; where we do not know that, they are no answer.
 */
function requestedOf(order: AeonOrder, kept: string): { readonly requested: Money; readonly inCents: boolean } {
  const { orderAmount, orderCurrency } = order;
  const asset = Object.hasOwn(aeonAssets, orderCurrency) ? aeonAssets[orderCurrency as AeonCurrency] : null;
  if (!asset) throw unavailable(AEON, `${AEON} get: the order is in a currency that is not known here`);
  const units = parseAmount(plainDecimal(orderAmount), asset);
  const hasCents = orderCurrency === 'USD' || orderCurrency === 'EUR';
  if (!hasCents || !/^\d+$/.test(orderAmount)) return { requested: units, inCents: false };
  const cents = money(asset, BigInt(orderAmount));
  if (kept === formatRequested(cents)) return { requested: cents, inCents: true };
  if (kept === formatRequested(units) || kept.startsWith(`${orderCurrency} `))
    return { requested: units, inCents: false };
  throw unavailable(AEON, `${AEON} get: orderAmount may be in cents or not, and the handle is missing`);
}

/** What came, at AEON's rates, rounded down. `undefined` where a figure is missing. */
function worthOf(order: AeonOrder, { asset }: Money): Money | undefined {
  const { payCryptoVolume, payCryptoRate, payFiatRate = '1' } = order;
  if (payCryptoVolume === undefined || payCryptoRate === undefined) return undefined;
  const fiatRate = fine(payFiatRate);
  if (fiatRate === 0n) return undefined;
  const minor = (fine(payCryptoVolume) * fine(payCryptoRate) * 10n ** BigInt(asset.scale)) / (fiatRate * FINE);
  return money(asset, minor);
}

/** AEON's codes of networks in our words; another code stays as it is told. */
const networks: Readonly<Record<string, string>> = {
  ARB: 'arbitrum',
  BSC: 'bsc',
  BTC: 'bitcoin',
  ETH: 'ethereum',
  SOL: 'solana',
  TON: 'ton',
  TRX: 'tron',
};

const FINE = 10n ** 18n;

/** A decimal in units of 10^-18. */
function fine(text: string): bigint {
  return parseAmount(plainDecimal(text), { code: 'rate', scale: 18 }).minor;
}

/**
 * The one receipt of a paid order, named by AEON's order number.
 *
 * Not by the hash: an exchange pays several people's orders in one transaction, and a hash that is filled in later would
 * make a second receipt of the same money.
 *
 * An order is paid in full or not at all. What came beyond it is told where it can be told to the minor unit: in dollars
 * at a rate of one. AEON offers larger excesses back to the payer by itself.
 */
function receiptOf(
  order: AeonOrder,
  requested: Money,
  worth: Money | undefined,
  feePaidBy: 'merchant' | 'payer',
): Receipt {
  const { asset } = requested;
  const exact =
    asset.code === 'USD' && fine(order.payCryptoRate ?? '0') === FINE && fine(order.payFiatRate ?? '1') === FINE;
  const fee = feePaidBy === 'payer' ? parseAmount(plainDecimal(order.fee ?? '0'), asset, { rounding: 'up' }).minor : 0n;
  const excess = exact && worth ? worth.minor - requested.minor - fee : 0n;
  const paidAt = readLocalTime(order.payTime ?? '', 8);
  const { payCryptoCurrency: token = '', payCryptoNetwork: network = '' } = order;
  const address = order.fromAddress?.trim() ?? '';
  const account = formatAeonWallet({ token, network, address });
  const wallet = { network: networks[network] ?? network, text: address };
  return {
    transaction: order.orderNo as ProviderRef,
    amount: money(asset, requested.minor + (excess > 0n ? excess : 0n)),
    ...(paidAt === undefined ? {} : { paidAt }),
    ...(address === '' ? {} : { payer: { wallet, ...(account === undefined ? {} : { account }) } }),
  };
}

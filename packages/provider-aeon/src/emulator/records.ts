import type { OutgoingWebhook } from '@rielrails/kit/emulator';
import { money } from '@rielrails/core';
import { feeOf } from './book.ts';
import type { Order } from './book.ts';
import type { House } from './house.ts';
import { plain } from './rates.ts';
import { sign } from './signing.ts';

/** The fields that "Query Order" marks as signed, beside `address`; one integration verifies webhooks over exactly these. */
const SIGNED = new Set([
  'orderNo',
  'orderStatus',
  'userId',
  'merchantOrderNo',
  'orderCurrency',
  'orderAmount',
  'payCryptoRate',
  'payFiatRate',
  'payCryptoCurrency',
  'payCryptoVolume',
  'payCryptoNetwork',
  'hxAddress',
  'failReason',
  'fee',
]);

/** An order as the query and webhooks tell it. */
export function recordOf(
  house: House,
  order: Order,
  oddly: { readonly word?: boolean; readonly amount?: boolean } = {},
): Readonly<Record<string, unknown>> {
  const { transfer } = order;
  const asked = order.model === 'RECHARGE' && order.received.minor > 0n ? order.received : order.amount;
  const amount = money(asked.asset, asked.minor + (oddly.amount ? 1n : 0n));
  return {
    orderNo: order.orderNo,
    orderStatus: oddly.word ? 'MOONED' : order.status,
    userId: order.userId,
    merchantOrderNo: order.merchantOrderNo,
    orderCurrency: amount.asset.code,
    orderAmount: amountText(house, amount.minor, amount.asset.scale),
    payCryptoRate: transfer?.tokenRate ?? '',
    payFiatRate: transfer?.fiatRate ?? '',
    payCryptoCurrency: transfer?.token ?? '',
    payCryptoVolume: transfer?.volume ?? '',
    payCryptoNetwork: transfer?.network ?? '',
    address: 'TAeonDepositAddressOfThisSandbox01',
    hxAddress: transfer?.hash ?? '',
    failReason: order.failReason,
    fee: transfer ? plain(feeOf(order), amount.asset.scale) : '',
    customParam: house.options.customParam === 'text' ? order.customParam : parsed(order.customParam),
    settlementAmount: '',
    settlementCurrency: 'USDT',
    orderTime: localTime(order.createdAt),
    payTime: transfer ? localTime(transfer.at) : '',
    payMethod: transfer?.from ? 'WALLET_CONNECT' : '',
    fromAddress: transfer?.from ?? '',
  };
}

/** The webhook about an order as it stands. Its signature leaves out what is empty. */
export function webhookOf(house: House, order: Order): OutgoingWebhook {
  const {
    payTime: _pay,
    orderTime: _order,
    payMethod: _method,
    fromAddress: _from,
    ...record
  } = recordOf(house, order);
  const body = { ...record, customParam: order.customParam };
  const fields = new Map(Object.entries(body).filter(([, value]) => typeof value === 'string'));
  const names = house.options.webhookFields === '15' ? new Set([...SIGNED, 'address']) : SIGNED;
  const signed = { ...body, sign: sign(fields, names, house.config.secret) };
  return { url: order.callbackUrl, headers: { 'content-type': 'application/json' }, body: JSON.stringify(signed) };
}

/** `cents` counts hundredths whatever the currency: assumed for those without cents. */
function amountText({ options }: House, minor: bigint, scale: number): string {
  if (options.orderAmounts !== 'cents') return plainWith(minor, scale);
  return scale >= 2 ? (minor / 10n ** BigInt(scale - 2)).toString() : (minor * 10n ** BigInt(2 - scale)).toString();
}

/** With all its decimals, as it was sent. */
function plainWith(minor: bigint, scale: number): string {
  const digits = minor.toString().padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** UTC+8, without saying so. */
function localTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

function parsed(text: string): unknown {
  return text === '' ? null : (JSON.parse(text) as unknown);
}

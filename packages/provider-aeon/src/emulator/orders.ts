import { money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import type { Order } from './book.ts';
import { common, guarded } from './guard.ts';
import type { Parameter, Received } from './guard.ts';
import type { House } from './house.ts';
import type { EmulatedCurrency } from './options.ts';
import { decimals } from './rates.ts';

const orderParameters: Readonly<Record<string, Parameter>> = {
  ...common,
  orderAmount: { signed: true, mandatory: true, maxLength: 64 },
  payCurrency: { signed: true, mandatory: true, maxLength: 64 },
  userId: { signed: true, mandatory: true, maxLength: 128 },
  paymentTokens: { signed: true, maxLength: 128 },
  paymentExchange: { signed: true, maxLength: 512, form: /^[0-9a-f-]{36}(,[0-9a-f-]{36})*$/ },
  redirectURL: { maxLength: 512 },
  callbackURL: { maxLength: 512 },
  customParam: { maxLength: 512 },
  expiredTime: { maxLength: 32, form: /^[1-9][0-9]*$/ },
  payType: { maxLength: 32, form: /^(WALLET|BINANCE_PAY|EXCHANGE|WALLET_PAY)$/ },
  paymentNetworks: { maxLength: 32 },
  orderModel: { maxLength: 32, form: /^(ORDER|RECHARGE)$/ },
};
const telegramParameters: Readonly<Record<string, Parameter>> = {
  ...orderParameters,
  tgModel: { maxLength: 32, form: /^(BROWSER|MINIAPP|BOT)$/ },
};

/** "Create Order" and "Create Order Bot (Telegram)". `opened` is told of every new order. */
export function orderRoutes(house: House, opened: (order: Order) => void): readonly Route[] {
  const { clock, config, profile, book } = house;

  function create(fields: Received, display: Order['display']): Response {
    const currency = config.currencies.find((one) => one === fields.get('payCurrency'));
    if (!currency) return house.refused(8013);
    const amount = readAmount(fields.get('orderAmount') ?? '', currency);
    const expiresIn = Number(fields.get('expiredTime') ?? 3600);
    const tokens = listOf(fields.get('paymentTokens'), profile.tokens);
    const networks = listOf(fields.get('paymentNetworks'), profile.networks);
    if (!amount || expiresIn > 172_800 || !tokens || !networks) return house.refused(8000);
    if (!isUrl(fields.get('redirectURL')) || !isUrl(fields.get('callbackURL'))) return house.refused(8000);
    if (!isCustomParam(fields.get('customParam'), display)) return house.refused(8000);
    if (book.find(fields.get('merchantOrderNo') ?? '')) return house.refused(8011);
    const order = book.add({
      merchantOrderNo: fields.get('merchantOrderNo') ?? '',
      amount,
      userId: fields.get('userId') ?? '',
      customParam: fields.get('customParam') ?? '',
      callbackUrl: fields.get('callbackURL') ?? config.callbackUrl,
      redirectUrl: fields.get('redirectURL') ?? null,
      model: fields.get('orderModel') === 'RECHARGE' ? 'RECHARGE' : 'ORDER',
      display,
      tokens,
      networks,
      createdAt: clock.now(),
      expiresAt: clock.now() + expiresIn * 1000,
      status: 'INIT',
      failReason: '',
      received: money(amount.asset, 0n),
      transfer: null,
      refundable: false,
      refunds: [],
    });
    opened(order);
    const webUrl =
      display === 'BOT' ? `${house.botUrl}?start=${order.orderNo}` : `${house.checkoutUrl}?orderNum=${order.orderNo}`;
    return house.accepted({ orderNo: order.orderNo, webUrl });
  }

  /** An unfamiliar code where the plan wants one: the order was made all the same. */
  const answered = (response: Response, { fault }: EmulatedRequest) =>
    fault === 'unknown-status-word' ? house.accepted(null, '7777') : response;

  return [
    {
      name: 'create-order',
      method: 'POST',
      path: '/open/api/payment/V2',
      cites: 'AEON, "Create Order"',
      provenance: 'documented',
      handle: guarded(house, orderParameters, (fields, request) => answered(create(fields, null), request)),
    },
    {
      name: 'create-telegram-order',
      method: 'POST',
      path: '/open/api/tg/payment/V2',
      cites: 'AEON, "Create Order Bot (Telegram)"',
      provenance: 'documented',
      handle: guarded(house, telegramParameters, (fields, request) => {
        const display = (fields.get('tgModel') ?? 'BROWSER') as 'BROWSER' | 'MINIAPP' | 'BOT';
        return answered(create(fields, display), request);
      }),
    },
  ];
}

/** An amount in whole units, with no more decimals than its currency has. */
function readAmount(text: string, currency: EmulatedCurrency): Money | null {
  const scale = decimals[currency];
  const match = /^(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,8}))?$/.exec(text);
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > scale) return null;
  const minor = BigInt(whole + fraction.padEnd(scale, '0'));
  return minor > 0n ? money({ code: currency, scale }, minor) : null;
}

/** The members of a comma list, all of them in the merchant's configuration; `null` otherwise. */
function listOf(text: string | undefined, configured: readonly string[]): readonly string[] | null {
  if (!text) return configured;
  const all = text.split(',');
  return all.every((one) => configured.includes(one)) ? all : null;
}

function isUrl(text: string | undefined): boolean {
  return !text || (URL.canParse(text) && /^(https?|tg):/.test(text));
}

/** A JSON object as text; a bot's order names the bot, the chat, and what is bought. */
function isCustomParam(text: string | undefined, display: Order['display']): boolean {
  if (!text) return display !== 'BOT';
  try {
    const json = JSON.parse(text) as Record<string, unknown> | null;
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
    return display !== 'BOT' || ['botName', 'chatId', 'orderDetail'].every((name) => Boolean(json[name]));
  } catch {
    return false;
  }
}

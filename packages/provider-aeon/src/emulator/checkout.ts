import { money } from '@rielrails/core';
import { fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import type { Order } from './book.ts';
import type { House } from './house.ts';
import type { AeonPayer } from './options.ts';
import { endPage, messagePage, paymentPage } from './pages.ts';

/** What a person at the page can do to an order. Each tells the merchant. */
export interface Hands {
  pay(order: Order, payer: AeonPayer): Promise<void>;
  expire(order: Order): Promise<void>;
  refundSelf(order: Order): void;
}

/** The hosted page, and the page of AEON's payment bot, which looks the same here. */
export function checkoutRoutes(house: House, hands: Hands): readonly Route[] {
  const { book } = house;
  const find = ({ url }: EmulatedRequest) =>
    book.findByOrderNo(url.searchParams.get('orderNum') ?? url.searchParams.get('start') ?? '');

  function show(request: EmulatedRequest): Response {
    const order = find(request);
    if (!order) return messagePage(404, 'Unknown order');
    book.expire(order);
    return paymentPage(house, order);
  }

  async function act(request: EmulatedRequest): Promise<Response> {
    const order = find(request);
    if (!order) return messagePage(404, 'Unknown order');
    const form = new URLSearchParams(fromUtf8(request.body));
    const how = form.get('how') ?? '';
    try {
      if (how === 'refund') {
        hands.refundSelf(order);
        return messagePage(200, 'It is on its way back to you', order);
      }
      if (how === 'leave' || how === 'late') await hands.expire(order);
      if (how === 'leave') return endPage(order);
      const payer = payerOf(order, how, form);
      if (!payer) return messagePage(400, 'Choose how to pay', order);
      await hands.pay(order, payer);
      return endPage(order);
    } catch (error) {
      if (error instanceof RangeError) return messagePage(409, error.message, order);
      throw error;
    }
  }

  const [page, bot] = ['/', new URL(house.botUrl).pathname];
  const route = (name: string, method: 'GET' | 'POST', path: string, handle: Route['handle']): Route => ({
    name,
    method,
    path,
    cites:
      'AEON, "Create Order" (webUrl), "Crypto Payment" (Refund Rules for Orders); the pages themselves are invented, and so is the link of the bot',
    provenance: 'assumed',
    handle,
  });
  return [
    route('checkout-page', 'GET', page, show),
    route('checkout-pay', 'POST', page, act),
    route('bot-page', 'GET', bot, show),
    route('bot-pay', 'POST', bot, act),
  ];
}

/** How the pressed button pays. */
function payerOf(order: Order, how: string, form: URLSearchParams): AeonPayer | null {
  const { asset, minor } = order.amount;
  const [token = 'USDT', network = 'TRX'] = [form.get('token') ?? undefined, form.get('network') ?? undefined];
  const connectedWallet = form.get('wallet') === 'yes';
  const base = { token, network, connectedWallet };
  switch (how) {
    case 'exact':
    case 'late':
      return base;
    case 'less':
      return { ...base, amount: money(asset, minor - (minor + 9n) / 10n) };
    case 'more':
      return { ...base, amount: money(asset, minor + 10n * 10n ** BigInt(asset.scale)) };
    case 'wrong-token':
      return { ...base, token: 'SHIB' };
    case 'wrong-network':
      return { ...base, network: 'DOGE' };
    default:
      return null;
  }
}

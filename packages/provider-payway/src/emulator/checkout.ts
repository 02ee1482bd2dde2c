import { fromUtf8, toBase64, toHex, utf8 } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { localTime } from './book.ts';
import type { PaymentResult, PaywayMethod, Transaction } from './book.ts';
import { checkoutPage, resultPage } from './checkout-page.ts';
import type { House } from './house.ts';

const LINK_LIVES_MS = 180_000;

/** The hosted page: its links, which live 180 seconds, and its buttons. */
export interface Checkout {
  /** A link to a transaction's page, with a code inside as a redirect carries it. */
  linkTo(transaction: Transaction, code: string): string;
  /** A redirect that carries a refusal. */
  redirect(blob: object): Response;
  readonly routes: readonly Route[];
}

/** Opens the checkout. `pay` takes the money and tells the merchant. */
export function createCheckout(
  { clock, random, book, checkoutUrl }: House,
  pay: (transaction: Transaction, how: { readonly method: PaywayMethod }) => Promise<PaymentResult>,
): Checkout {
  const links = new Map<string, { readonly tranId: string; readonly opensUntil: number }>();
  const pageUrl = (blob: object) => `${checkoutUrl}/${encodeURIComponent(toBase64(utf8(JSON.stringify(blob))))}`;
  const redirect = (blob: object) => new Response(null, { status: 302, headers: { location: pageUrl(blob) } });

  function linkTo({ tranId }: Transaction, code: string): string {
    const opensUntil = clock.now() + LINK_LIVES_MS;
    const blob = {
      status: { code, message: 'Success!', tran_id: tranId },
      token: toHex(random.bytes(8)),
      token_time: localTime(clock.now()),
      expire_in: Math.floor(opensUntil / 1000),
      expire_in_sec: '180',
    };
    const url = pageUrl(blob);
    links.set(decodeURIComponent(url.slice(checkoutUrl.length + 1)), { tranId, opensUntil });
    return url;
  }

  function showPage({ params }: EmulatedRequest): Response {
    const link = links.get(params['token'] ?? '');
    const transaction = link && book.find(link.tranId);
    if (!link || !transaction) return resultPage(404, 'Unknown link', null);
    if (clock.now() > link.opensUntil) return resultPage(403, 'Session expired', transaction.continueUrl);
    return checkoutPage(transaction);
  }

  async function payOnPage(request: EmulatedRequest): Promise<Response> {
    const link = links.get(request.params['token'] ?? '');
    const transaction = link && book.find(link.tranId);
    if (!link || !transaction) return resultPage(404, 'Unknown link', null);
    if (clock.now() > link.opensUntil) return resultPage(403, 'Session expired', transaction.continueUrl);
    const method = new URLSearchParams(fromUtf8(request.body)).get('method') ?? '';
    if (method === 'decline') {
      if (transaction.state === 'open') transaction.state = 'declined';
      return resultPage(200, 'Your card was declined', transaction.continueUrl);
    }
    if (method !== 'abapay' && method !== 'khqr' && method !== 'card')
      return resultPage(400, 'Choose how to pay', null);
    const result = await pay(transaction, { method });
    return result.outcome === 'paid'
      ? resultPage(200, 'Payment successful', transaction.continueUrl)
      : resultPage(409, result.message, transaction.continueUrl);
  }

  return {
    linkTo,
    redirect,
    routes: [
      {
        name: 'checkout-page',
        method: 'GET',
        path: '/:token',
        cites:
          'PayWay developer portal, "Purchase": the link lives 180 seconds, as measured; the page itself is invented',
        provenance: 'assumed',
        handle: showPage,
      },
      {
        name: 'checkout-pay',
        method: 'POST',
        path: '/:token',
        cites: 'The buttons of the invented checkout page',
        provenance: 'assumed',
        handle: payOnPage,
      },
    ],
  };
}

import { escapeHtml } from '@rielrails/kit';
import type { Order } from './book.ts';
import type { House } from './house.ts';
import { plain, priced } from './rates.ts';

/** The hosted page: the payer chooses token and network, and how rightly to pay. Plain forms, no scripts. */
export function paymentPage({ profile }: House, order: Order): Response {
  const { amount, status } = order;
  const heading = `${plain(amount.minor, amount.asset.scale)} ${amount.asset.code}`;
  if (status !== 'INIT' && status !== 'PROCESSING' && status !== 'TIMEOUT') return endPage(order);
  const late = status === 'TIMEOUT' ? '<p>The time for this order is over. What is paid now arrives late.</p>' : '';
  const left = status === 'PROCESSING' ? '<p>A part arrived. Pay the rest.</p>' : '';
  const button = (how: string, words: string) => `<button name="how" value="${how}">${words}</button>`;
  return page(
    200,
    'Pay with crypto',
    `<p class="amount">${escapeHtml(heading)}</p><p>Order <code>${escapeHtml(order.orderNo)}</code></p>${late}${left}
<form method="post">
<label>Token <select name="token">${order.tokens.map((token) => option(token, `${token}: ${priced(amount, token).volume}`)).join('')}</select></label>
<label>Network <select name="network">${order.networks.map((network) => option(network, network)).join('')}</select></label>
<label><input type="checkbox" name="wallet" value="yes"> from a connected wallet, whose address is told</label>
${button('exact', 'Send exactly this')}
${button('less', 'Send too little')}
${button('more', 'Send ten more than asked for')}
${button('wrong-token', 'Send a token that is not taken')}
${button('wrong-network', 'Send on a network that is not taken')}
${status === 'INIT' ? button('late', 'Let the time run out, then send') + button('leave', 'Leave without paying') : ''}
</form><p>Taken: ${escapeHtml(profile.tokens.join(', '))}</p>`,
  );
}

/** How an order ended, the way back to the shop, and the page for taking a wrong payment back. */
export function endPage(order: Order): Response {
  const words: Partial<Record<Order['status'], string>> = {
    COMPLETED: 'Payment successful',
    DELAY_SUCCESS: 'Payment arrived late, and counts',
    FAILED: 'Payment failed',
    DELAY_FAILED: 'Late payment failed',
    TIMEOUT: 'The time is over',
    PROCESSING: 'A part arrived',
  };
  const refund = order.refundable
    ? `<form method="post"><p>${escapeHtml(order.failReason || 'overpaid')}: you can have it back without the shop.
If you do not ask, it is settled to the shop.</p><button name="how" value="refund">Send it back to me</button></form>`
    : '';
  const again = order.status === 'PROCESSING' ? '<p><a href="">Pay the rest</a></p>' : '';
  return page(200, words[order.status] ?? order.status, again + refund + back(order));
}

/** A page with a line to read. */
export function messagePage(status: number, text: string, order?: Order): Response {
  return page(status, text, order ? back(order) : '');
}

/** In a pop-up there is no way back: it closes. */
function back({ redirectUrl, display }: Order): string {
  if (display === 'MINIAPP') return '<p>This pop-up closes now.</p>';
  return redirectUrl !== null ? `<p><a href="${escapeHtml(redirectUrl)}">Back to the shop</a></p>` : '';
}

function option(value: string, words: string): string {
  return `<option value="${escapeHtml(value)}">${escapeHtml(words)}</option>`;
}

function page(status: number, title: string, content: string): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font-family:sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem}button,label{display:block;width:100%;
margin:.5rem 0}button{padding:.75rem}.amount{font-size:2rem}.play{background:#fd6;padding:.5rem}</style>
</head><body><p class="play">SANDBOX – PLAY MONEY</p><h1>${escapeHtml(title)}</h1>
${content}
</body></html>`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    },
  });
}

import { escapeHtml } from '@rielrails/kit';
import type { Order } from './book.ts';
import { htmlPage } from './html.ts';

/** The page on which a payer pays from ABA. */
export function payPage({ amount, orderId }: Order): Response {
  return htmlPage(
    200,
    'Pay with ABA',
    `<p class="amount">${amount} KHR</p><p>Order <code>${orderId}</code></p>
<form method="post"><button name="choice" value="pay">Pay</button><button name="choice" value="cancel">Cancel</button></form>`,
  );
}

/** What the payer reads in the end, and the way back to the shop. */
export function resultPage(status: number, text: string, backUrl: string | null): Response {
  const back = backUrl !== null && /^https?:/i.test(backUrl) ? `<p><a href="${escapeHtml(backUrl)}">Back</a></p>` : '';
  return htmlPage(status, text, back);
}

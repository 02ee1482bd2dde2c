import { escapeHtml } from '@rielrails/kit';
import { htmlPage } from '../emulator/html.ts';
import { priceOf } from './desk.ts';
import type { Invoice } from './desk.ts';

/** What Telegram shows of an invoice when its link is opened. */
export function invoicePage(invoice: Invoice): Response {
  return htmlPage(
    200,
    invoice.title,
    `<p>${escapeHtml(invoice.description)}</p><p class="amount">${escapeHtml(priceOf(invoice))}</p>
<form method="post"><button name="choice" value="pay">Pay with A-Pay</button></form>`,
  );
}

/** What the payer reads in the end. */
export function resultPage(status: number, text: string): Response {
  return htmlPage(status, text, '');
}

import type { Transaction } from './book.ts';
import { formatAmount, escapeHtml } from '@rielrails/kit';

/** A page of the emulated checkout. Plain forms, no scripts. */
export function checkoutPage(transaction: Transaction): Response {
  const { amount, qr } = transaction;
  return page(
    200,
    'Pay with PayWay',
    `<p class="amount">${escapeHtml(formatAmount(amount))} ${escapeHtml(amount.asset.code)}</p>
<p>Payment <code>${escapeHtml(transaction.tranId)}</code></p>
<form method="post">
<button name="method" value="abapay">Pay with ABA PAY</button>
<button name="method" value="khqr">Pay with KHQR</button>
<button name="method" value="card">Pay with a card</button>
<button name="method" value="decline">Card that is declined</button>
</form>
<p>KHQR text:</p>
<p><code class="qr">${escapeHtml(qr)}</code></p>`,
  );
}

/** What the payer reads in the end, and the way back to the shop. */
export function resultPage(status: number, text: string, continueUrl: string | null): Response {
  const back =
    continueUrl !== null && /^https?:/i.test(continueUrl)
      ? `<p><a href="${escapeHtml(continueUrl)}">Back to the shop</a></p>`
      : '';
  return page(status, text, back);
}

function page(status: number, title: string, content: string): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font-family:sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem}button{display:block;width:100%;
margin:.5rem 0;padding:.75rem}.amount{font-size:2rem}.qr{word-break:break-all}.play{background:#fd6;padding:.5rem}</style>
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

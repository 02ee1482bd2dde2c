import { escapeHtml } from '@rielrails/kit';
import { decimals } from './book.ts';
import type { BookedPayment, Session } from './book.ts';
import { returnAddress, toldFields } from './returns.ts';

/** Accounts that can pay on the page: with any digits as PIN. */
export const testAccounts = [
  { phone: '010000001', name: 'SOK DARA' },
  { phone: '010000002', name: 'CHAN BOPHA' },
] as const;

/** The page on which a payer signs in and pays. Plain forms, no scripts. */
export function payPage({ amount, reference, purpose, cancelUrl }: Session, action: string, complaint = ''): Response {
  const [{ phone }] = testAccounts;
  return page(
    complaint === '' ? 200 : 400,
    'Pay with Wing',
    `<p class="amount">${escapeHtml(decimals(amount))} ${escapeHtml(amount.asset.code)}</p>
<p>${escapeHtml(purpose)}</p>
<p>Order <code>${escapeHtml(reference)}</code></p>
${complaint === '' ? '' : `<p class="complaint">${escapeHtml(complaint)}</p>`}
<form method="post" action="${escapeHtml(action)}" autocomplete="off">
<label>Phone number of a test account <input name="phone" inputmode="numeric" value="${phone}"></label>
<label>PIN: any four to six digits, never a real one <input name="pin" inputmode="numeric"></label>
<button>Pay</button>
</form>
<p><a href="${escapeHtml(cancelUrl)}">Back</a></p>`,
    "'self'",
  );
}

/** What the payer reads after paying, and the way back: a link in version 2, a form in version 1. */
export function donePage(payment: BookedPayment): Response {
  const { session } = payment;
  const fields = Object.entries(toldFields(payment))
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('\n');
  const back =
    session.version === 'v2'
      ? `<p><a href="${escapeHtml(returnAddress(session))}">Back to the shop</a></p>`
      : `<form method="post" action="${escapeHtml(session.returnUrl)}">\n${fields}\n<button>Done</button></form>`;
  const told = `<p>Transaction <code>${escapeHtml(payment.transaction)}</code></p>\n${back}`;
  return page(200, 'Payment successful', told, new URL(session.returnUrl).origin);
}

/** What is said instead of a page to pay on. */
export function refusalPage(status: number, title: string): Response {
  return page(status, title, '', "'none'");
}

function page(status: number, title: string, content: string, formAction: string): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font-family:sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem}button,label,input{display:block;width:100%;
margin:.5rem 0;padding:.5rem;box-sizing:border-box}.amount{font-size:2rem}.play{background:#fd6;padding:.5rem}
.complaint{color:#a00}</style>
</head><body><p class="play">SANDBOX – PLAY MONEY</p><h1>${escapeHtml(title)}</h1>
${content}
</body></html>`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; form-action ${formAction}; base-uri 'none'`;
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  });
}

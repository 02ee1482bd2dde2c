import { fromUtf8, escapeHtml } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { Refusal } from './answers.ts';
import { refundedOf } from './book.ts';
import type { BookedCharge } from './book.ts';
import { testCards } from './cards.ts';
import type { House } from './house.ts';
import { browserScript } from './script.ts';
import { tokenize } from './token-routes.ts';

/** What the buttons of the dashboard do. */
export type DashboardAction = (action: string, charge: BookedCharge) => Promise<void>;

/**
 * The browser script, a card form that plays it for whoever has no script, and the merchant's dashboard.
 *
 * `/sandbox/form?return=URL` hands the token to that URL as the field `bongloyToken`, as Bongloy's checkout button did.
 */
export function pageRoutes({ book }: House, act: DashboardAction): readonly Route[] {
  const returnOf = (text: string | null) =>
    text !== null && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null;

  function showForm(back: string | null, said = ''): Response {
    const cards = testCards.map(
      ({ number, label }, index) =>
        `<label><input type="radio" name="number" value="${number}"${index === 0 ? ' checked' : ''}> ${escapeHtml(label)}
<code>${number.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}</code></label>`,
    );
    const hidden = back === null ? '' : `<input type="hidden" name="return" value="${escapeHtml(back)}">`;
    const form = `<form method="post" action="/sandbox/form">${cards.join('\n')}
<label>Month <input name="exp_month" value="12" size="2"></label> <label>Year <input name="exp_year" value="2035" size="4"></label>
<label>Security code <input name="cvc" value="123" size="4"></label>${hidden}<button>Pay</button></form>
<p>Test cards only. Never type a card of your own.</p>`;
    return page(
      said === '' ? 200 : 402,
      'Card payment',
      `${said === '' ? '' : `<p>${escapeHtml(said)}</p>`}${form}`,
      null,
    );
  }

  function submitForm({ body }: EmulatedRequest): Response {
    const typed = new URLSearchParams(fromUtf8(body));
    const back = returnOf(typed.get('return'));
    try {
      const token = tokenize(book, new Map([...typed].map(([name, value]) => [`card[${name}]`, value])));
      const hand = `<form method="post" action="${escapeHtml(back ?? '')}">
<input type="hidden" name="bongloyToken" value="${token.id}"><button>Back to the shop</button></form>`;
      const content = `<p>Token <code>${token.id}</code>, for one use. Nothing was charged yet.</p>${back === null ? '' : hand}`;
      return page(200, 'Card taken', content, back);
    } catch (error) {
      if (error instanceof Refusal) return showForm(back, error.message);
      throw error;
    }
  }

  function showDashboard(said = ''): Response {
    const button = (action: string, id: string) =>
      `<button name="${action}" value="${id}">${action[0]?.toUpperCase()}${action.slice(1)}</button>`;
    const rows = book.charges.toReversed().map((charge) => {
      const { id, amount, currency, captured, status, description, dispute } = charge;
      const words = [status, captured ? 'captured' : 'held', ...(dispute ? [`disputed: ${dispute.status}`] : [])];
      return `<li><code>${id}</code> ${amount} ${escapeHtml(currency)}, back ${refundedOf(charge)}, ${escapeHtml(words.join(', '))}
<br>${escapeHtml(description ?? '')}<form method="post" action="/sandbox/dashboard">${[
        'refund',
        'capture',
        'dispute',
        'win',
        'lose',
      ]
        .map((action) => button(action, id))
        .join(' ')}</form></li>`;
    });
    return page(said === '' ? 200 : 409, 'Dashboard', `<p>${escapeHtml(said)}</p><ul>${rows.join('\n')}</ul>`, null);
  }

  async function useDashboard({ body }: EmulatedRequest): Promise<Response> {
    const [[action, id] = ['', '']] = [...new URLSearchParams(fromUtf8(body))];
    const charge = book.charges.find((one) => one.id === id);
    if (!charge) return showDashboard('There is no such charge.');
    try {
      await act(action, charge);
    } catch (error) {
      if (error instanceof Refusal || error instanceof RangeError) return showDashboard(error.message);
      throw error;
    }
    return new Response(null, { status: 303, headers: { location: '/sandbox/dashboard' } });
  }

  const invented = { cites: "No document: a page that stands in for Bongloy's own", provenance: 'assumed' } as const;
  return [
    {
      name: 'script',
      method: 'GET',
      path: '/v3',
      cites: 'bongloy-demo, bongloy-demo-laravel, bongloy-node examples: how pages use js.bongloy.com/v3',
      provenance: 'seen',
      handle: () => new Response(browserScript, { headers: { 'content-type': 'text/javascript; charset=utf-8' } }),
    },
    {
      ...invented,
      name: 'form',
      method: 'GET',
      path: '/sandbox/form',
      handle: ({ url }) => showForm(returnOf(url.searchParams.get('return'))),
    },
    { ...invented, name: 'form-submit', method: 'POST', path: '/sandbox/form', handle: submitForm },
    { ...invented, name: 'dashboard', method: 'GET', path: '/sandbox/dashboard', handle: () => showDashboard() },
    { ...invented, name: 'dashboard-act', method: 'POST', path: '/sandbox/dashboard', handle: useDashboard },
  ];
}

function page(status: number, title: string, content: string, back: string | null): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font-family:sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}label{display:block;margin:.3rem 0}
.play{background:#fd6;padding:.5rem}</style></head>
<body><p class="play">SANDBOX – PLAY MONEY</p><h1>${title}</h1>
${content}
</body></html>`;
  const forms = back === null ? "'self'" : `'self' ${new URL(back).origin}`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
    },
  });
}

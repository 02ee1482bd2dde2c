import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isInputError, parseReference } from '@rielrails/core';
import type { NextAction } from '@rielrails/core';
import { digest, equalInConstantTime, escapeHtml, fromUtf8, hmac, Secret, toBase64, toHex } from '@rielrails/kit';
import type { ChatRef, Language, Orders, OrderView } from '@rielrails/orders';
import { isNobodysOrder, renderRefusal } from './refusal.ts';
import { showMoney } from './render/money.ts';
import { railName } from './render/rails.ts';
import { showTime } from './render/time.ts';
import { CHANNEL } from './shop.ts';
import { sayPlain } from './texts/index.ts';
import type { TextKey } from './texts/index.ts';

/** What the page works with. */
export interface PayPageOptions {
  readonly orders: Pick<Orders, 'buyer'>;
  /** Links are signed by a key that is made of it. */
  readonly dataKey: Secret;
  /** Scheme and host under which the world reaches the door; without it there is no page. */
  readonly publicUrl: string | undefined;
  /** The chat with the bot, where every answer leads back to. */
  readonly chatUrl: string;
  readonly shop: string;
  readonly sandbox: boolean;
}

/** The page on which a card is paid: the card company's script and key, and nothing that would bring a card to us. */
export interface PayPage {
  /** The link for the buyer of an order that is paid by a form now; else `null`. */
  linkFor(chat: ChatRef, view: OrderView): string | null;
  /** Answers `/pay/ORDER?k=…`; `null` for any other address. */
  handle(request: Request): Promise<Response | null>;
}

const MAX_BODY_BYTES = 4096;
type Form = Extract<NextAction, { type: 'embedded-form' }>;

/**
 * Makes the page.
 *
 * A link names chat and order and proves that we made it; whether it is still to be paid is asked of the engine each
 * time. Whoever has the link may pay with a card of theirs, and learns the amount, the order's number and nothing else.
 */
export function createPayPage(options: PayPageOptions): PayPage {
  const { orders, publicUrl, chatUrl } = options;
  const key = new Secret(toHex(hmac('sha256', options.dataKey, 'rielrails-bot: links to the pay page')));
  const mac = (order: string, chat: string) => toHex(hmac('sha256', key, `${order}\n${chat}`));

  /** Whose order a link is about; `null` for a link that we did not make. */
  function chatOf(order: string, k: string): ChatRef | null {
    const [, chat = '', given = ''] = /^(-?[0-9]{1,20})\.([0-9a-f]{64})$/.exec(k) ?? [];
    return equalInConstantTime(given, mac(order, chat)) ? { channel: CHANNEL, chat } : null;
  }

  async function show(view: OrderView): Promise<Response> {
    const { next } = view;
    if (next?.type === 'embedded-form') return formPage(options, view, next);
    return page(options, view.language, 200, sentence(view.language, stateOf(view)));
  }

  async function take(request: Request, chat: ChatRef, view: OrderView): Promise<Response> {
    const token = await readToken(request);
    if (token instanceof Response) return token;
    try {
      await orders.buyer.complete(chat, view.id, token);
    } catch (error) {
      if (!isInputError(error)) throw error;
      if (error.field === 'order') return show(await orders.buyer.view(chat, view.id));
      const html = `<p>${renderRefusal(error, view.language, [])}</p>`;
      return page(options, view.language, 409, html);
    }
    // Whoever reloads the answer sends nothing again.
    const { pathname, search } = new URL(request.url);
    return new Response(null, {
      status: 303,
      headers: { location: `${pathname}${search}`, 'cache-control': 'no-store' },
    });
  }

  return {
    linkFor({ chat }, { id, next }) {
      if (next?.type !== 'embedded-form' || publicUrl === undefined) return null;
      return `${publicUrl}/pay/${id}?k=${chat}.${mac(id, chat)}`;
    },
    async handle(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === `/pay/${FONT}`) return font(request.method);
      const [, order] = /^\/pay\/([1-9][0-9]{0,18})$/.exec(pathname) ?? [];
      if (order === undefined) return null;
      if (!['GET', 'HEAD', 'POST'].includes(request.method)) return new Response(null, { status: 405 });
      const chat = chatOf(order, searchParams.get('k') ?? '');
      const view = chat && (await viewOf(orders, chat, order));
      if (!view) return page(options, 'en', 404, `${sentence('en', 'page.unknown')}${sentence('km', 'page.unknown')}`);
      return request.method === 'POST' ? take(request, chat, view) : show(view);
    },
  };

  function sentence(language: Language, key: Extract<TextKey, `page.${string}`>): string {
    const back = `<p><a href="${escapeHtml(chatUrl)}">${escapeHtml(sayPlain(language, 'page.back'))}</a></p>`;
    return `<p>${escapeHtml(sayPlain(language, key))}</p>${back}`;
  }
}

async function viewOf({ buyer }: Pick<Orders, 'buyer'>, chat: ChatRef, order: string): Promise<OrderView | null> {
  try {
    return await buyer.view(chat, parseReference(order));
  } catch (error) {
    if (isInputError(error) && isNobodysOrder(error)) return null;
    throw error;
  }
}

function stateOf({ step, next, received }: OrderView): Extract<TextKey, `page.${string}`> {
  if (step === 'confirming') return 'page.confirming';
  if (next !== null) return 'page.another-way';
  return received === null ? 'page.nothing' : 'page.paid';
}

/** The token, under our name or under the one of the card company's own button; else what to answer. */
async function readToken({ headers, body }: Request): Promise<string | Response> {
  if (headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    return new Response(null, { status: 415 });
  let text = '';
  for await (const chunk of body ?? []) {
    text += fromUtf8(chunk);
    if (text.length > MAX_BODY_BYTES) return new Response(null, { status: 413 });
  }
  const fields = new URLSearchParams(text);
  return fields.get('token') ?? fields.get('bongloyToken') ?? '';
}

/**
 * Bongloy's script takes what was typed and gives a token. The fields have no names, so that no browser can send them
 * here, and the one form that comes here holds nothing but the token.
 */
const glue = `
const card = document.getElementById('card');
const said = document.getElementById('said');
const button = card.querySelector('button');
const value = (id) => document.getElementById(id).value.replace(/\\s/g, '');
card.addEventListener('submit', (event) => {
  event.preventDefault();
  const company = window.Bongloy;
  if (!company) { said.textContent = card.dataset.unreachable; return; }
  button.disabled = true;
  said.textContent = '';
  company.setPublishableKey(card.dataset.key);
  const typed = { number: value('number'), exp_month: value('month'), exp_year: value('year'), cvc: value('code') };
  company.createToken('card', typed, (status, answer) => {
    if (status === 201 && answer && answer.id) {
      const send = document.getElementById('send');
      send.elements.token.value = answer.id;
      send.submit();
      return;
    }
    button.disabled = false;
    said.textContent = (answer && answer.error && answer.error.message) || card.dataset.refused;
  });
});
`;

const FONT = 'khmer.woff2';

const style = `
@font-face{font-family:Khmer;src:url(${FONT}) format('woff2');unicode-range:U+1780-17FF,U+19E0-19FF,U+200C}
body{font-family:system-ui,Khmer,sans-serif;max-width:26rem;margin:0 auto;padding:1rem;color:#14213d;line-height:1.5}
h1{font-size:1.9rem;margin:.5rem 0}dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem}dd{margin:0;text-align:right;font-weight:600}
label{display:block;margin:.7rem 0}input{display:block;width:100%;font:inherit;padding:.5rem;box-sizing:border-box}
button{font:inherit;width:100%;padding:.8rem;background:#0b6e4f;color:#fff;border:0;border-radius:.4rem}
.play{background:#b3541e;color:#fff;text-align:center;padding:.5rem;font-weight:700}.warn{color:#b3261e;font-weight:600}
`;

const hashOf = (text: string) => `'sha256-${toBase64(digest('sha256', text))}'`;

function formPage(options: PayPageOptions, view: OrderView, { scriptUrl, publishableKey }: Form): Response {
  const { language, number, toPay, payBy } = view;
  const other = language === 'km' ? 'en' : 'km';
  const both = (key: Extract<TextKey, `picture.${string}`>) =>
    escapeHtml(`${sayPlain(language, key)} · ${sayPlain(other, key)}`);
  const words = (key: Extract<TextKey, `page.${string}`>) => escapeHtml(sayPlain(language, key));
  const rows: readonly (readonly [Extract<TextKey, `picture.${string}`>, string])[] = [
    ['picture.purpose', both('picture.purpose-text')],
    ['picture.with', escapeHtml(railName(`${view.rail}~embedded-form`, language))],
    ['picture.until', payBy ? escapeHtml(showTime(payBy, language)) : ''],
    ['picture.order', escapeHtml(number)],
  ];
  const field = (id: string, key: Extract<TextKey, `page.${string}`>, complete: string) =>
    `<label>${words(key)}<input id="${id}" inputmode="numeric" autocomplete="${complete}" required></label>`;
  const html = `<h1>${toPay ? escapeHtml(showMoney(toPay, language)) : ''}</h1>
<dl>${rows.map(([key, value]) => `<dt>${both(key)}</dt><dd>${value}</dd>`).join('')}</dl>
${view.declined ? `<p class="warn">${words('page.declined')}</p>` : ''}
<form id="card" data-key="${escapeHtml(publishableKey)}" data-unreachable="${escapeHtml(sayPlain(language, 'page.unreachable'))}" data-refused="${escapeHtml(sayPlain(language, 'page.declined'))}">
${field('number', 'page.card-number', 'cc-number')}${field('month', 'page.card-month', 'cc-exp-month')}${field('year', 'page.card-year', 'cc-exp-year')}${field('code', 'page.card-code', 'cc-csc')}
<p id="said" class="warn" role="alert"></p><button>${escapeHtml(sayPlain(language, 'page.pay'))}</button></form>
<form id="send" method="post"><input type="hidden" name="token"></form>
<p>${words('page.card-goes')}</p>
<p class="warn">${both('picture.warning')}</p>
<p><a href="${escapeHtml(options.chatUrl)}">${words('page.back')}</a></p>
<script src="${escapeHtml(scriptUrl)}"></script><script>${glue}</script>`;
  return page(options, language, 200, html, scriptUrl);
}

function page(
  { shop, sandbox }: PayPageOptions,
  language: Language,
  status: number,
  content: string,
  scriptUrl?: string,
): Response {
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(shop)}</title><style>${style}</style></head>
<body>${sandbox ? '<p class="play">SANDBOX – PLAY MONEY</p>' : ''}<p>${escapeHtml(shop)}</p>
${content}
</body></html>`;
  const policy = [
    `default-src 'none'; style-src ${hashOf(style)}; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`,
    ...(scriptUrl ? [`script-src ${scriptUrl} ${hashOf(glue)}; connect-src ${companyOf(scriptUrl)}`] : []),
  ];
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'cache-control': 'no-store',
      // The link is the permission to pay: nobody else hears of it.
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** The Khmer face of the page: a computer elsewhere need not have one. */
async function font(method: string): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405 });
  const file = createRequire(import.meta.url).resolve(
    '@fontsource/noto-sans-khmer/files/noto-sans-khmer-khmer-400-normal.woff2',
  );
  return new Response(await readFile(file), {
    headers: {
      'content-type': 'font/woff2',
      'cache-control': 'public, max-age=86400',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** Where the company's script may send the card to: the company's own hosts. */
function companyOf(scriptUrl: string): string {
  const { origin, protocol, hostname } = new URL(scriptUrl);
  const labels = hostname.split('.');
  return protocol === 'https:' && labels.length > 2 ? `${origin} https://*.${labels.slice(1).join('.')}` : origin;
}

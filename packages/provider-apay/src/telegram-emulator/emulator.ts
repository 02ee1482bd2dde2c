import { money } from '@rielrails/core';
import type { Money, NonEmpty } from '@rielrails/core';
import { equalInConstantTime, fromUtf8 } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, PaymentEmulator, Route } from '@rielrails/kit/emulator';
import { readArguments } from './arguments.ts';
import { exponentOf } from './currencies.ts';
import { createInvoiceDesk, InvoiceError } from './desk.ts';
import type { Invoice, InvoiceArguments, InvoiceDesk, InvoicePayer, PaymentOutcome } from './desk.ts';
import { invoicePage, resultPage } from './page.ts';

/** What a bot of the emulated Telegram is told: enough to configure an adapter. */
export interface TelegramInvoiceEmulatorConfig {
  readonly botToken: string;
  readonly providerToken: string;
  readonly environment: 'live' | 'test';
  readonly webhookSecret: string;
  readonly currencies: NonEmpty<'INR' | 'BDT' | 'PKR' | 'MMK'>;
  readonly title: string;
}

/** How this Telegram is set up. */
export interface TelegramInvoiceEmulatorOptions {
  /** Of the provider token. Default: `test`. */
  readonly environment?: 'live' | 'test';
  /** Where the bot's webhook points. Default: `https://shop.example/webhooks/apay-telegram`. */
  readonly webhookUrl?: string;
}

/** The invoice part of the Telegram Bot API, with the payer's side in our hand. */
export interface TelegramInvoiceEmulator extends PaymentEmulator<TelegramInvoiceEmulatorConfig> {
  readonly desk: InvoiceDesk;
  readonly payer: PaymentEmulator['payer'] & {
    /** The payer is let through by the bot, and leaves before the charge. */
    leave(reference: string): Promise<void>;
    /** Somebody to whom the link was forwarded pays. Gives the charge's id. */
    payForwarded(reference: string): Promise<string>;
  };
}

const PAYER: InvoicePayer = { id: 10_001, is_bot: false, first_name: 'Dara' };
const FRIEND: InvoicePayer = { id: 10_002, is_bot: false, first_name: 'Sok' };

/** Makes the emulator: three methods, their updates by webhook, and the page of an invoice. */
export function createTelegramInvoiceEmulator(
  context: EmulatorContext,
  options: TelegramInvoiceEmulatorOptions = {},
): TelegramInvoiceEmulator {
  const { clock, random, deliver } = context;
  const { environment = 'test', webhookUrl: url = 'https://shop.example/webhooks/apay-telegram' } = options;
  const config: TelegramInvoiceEmulatorConfig = {
    botToken: '7000000001:emulated-token-of-no-real-bot-0001',
    providerToken: `1700000000:${environment === 'live' ? 'LIVE' : 'TEST'}:emulated-provider`,
    environment,
    webhookSecret: 'emulated-secret-of-the-webhook',
    currencies: ['INR', 'BDT', 'PKR', 'MMK'],
    title: 'BTC Shop',
  };
  const botId = Number(config.botToken.split(':')[0]);
  const providerTokens = [config.providerToken];
  let updates = 100_000;

  const desk = createInvoiceDesk({
    clock,
    random,
    botId,
    providerTokens,
    push(update) {
      updates += 1;
      const headers = {
        'content-type': 'application/json',
        'x-telegram-bot-api-secret-token': config.webhookSecret,
      };
      return base.webhooks.send({ url, headers, body: JSON.stringify({ update_id: updates, ...update }) });
    },
  });

  const methods: Readonly<Record<string, (given: InvoiceArguments) => unknown>> = {
    createInvoiceLink: desk.createInvoiceLink,
    answerPreCheckoutQuery: desk.answerPreCheckoutQuery,
    sendInvoice(given) {
      if (!given.has('chat_id')) throw new InvoiceError('chat_id is empty');
      const { invoice } = desk.sendInvoice(given);
      const chat = { id: Number(given.text('chat_id')), type: 'private' };
      return { message_id: desk.invoices.length, date: Math.floor(clock.now() / 1000), chat, invoice };
    },
  };

  const base = createEmulator({
    name: 'telegram-invoices',
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => failure(429, 'Too Many Requests: retry after 3', { retry_after: 3 }),
    notFound: () => failure(404, 'Not Found: method not found'),
    routes: [
      ...Object.entries(methods).map(([name, method]) => methodRoute(name, method)),
      pageRoute('invoice-page', 'GET', (invoice) => invoicePage(invoice)),
      pageRoute('invoice-pay', 'POST', async ({ slug }, { body }) => {
        if (new URLSearchParams(fromUtf8(body)).get('choice') !== 'pay') return resultPage(400, 'Choose what to do');
        const result = await desk.pay(slug, PAYER);
        return result.outcome === 'paid' ? resultPage(200, 'Payment successful') : resultPage(409, result.message);
      }),
    ],
  });

  function pageRoute(
    name: string,
    method: 'GET' | 'POST',
    handle: (invoice: Invoice, request: EmulatedRequest) => Response | Promise<Response>,
  ): Route {
    return {
      name,
      method,
      path: '/:link',
      cites: 'Telegram Payments: an invoice link opens in the app; this page is invented',
      provenance: 'assumed',
      handle(request) {
        const invoice = desk.find((request.params['link'] ?? '').replace(/^\$/, ''));
        return invoice ? handle(invoice, request) : resultPage(404, 'Unknown link');
      },
    };
  }

  /** The last invoice under a payload, which is the merchant's own name for it. */
  function slugOf(payload: string): string {
    const invoice = desk.invoices.findLast((one) => one.payload === payload);
    if (!invoice) throw new RangeError('payer: there is no such invoice');
    return invoice.slug;
  }

  async function pay(reference: string, who: InvoicePayer, amount?: Money): Promise<string> {
    const slug = slugOf(reference);
    const total = desk.find(slug)?.total ?? 0;
    if (amount && amount.minor !== BigInt(total)) throw new RangeError('payer: an invoice has one price');
    return chargeOf(await desk.pay(slug, who));
  }

  return {
    ...base,
    config,
    desk,
    async fetch(request, how) {
      const routed = withoutToken(new URL(request.url), config.botToken);
      if (routed instanceof Response) return routed;
      const { method, headers } = request;
      // The server reads neither letter case nor verb.
      const isCall = routed.pathname.startsWith('/bot/');
      const body = method === 'GET' ? null : await request.arrayBuffer();
      return base.fetch(new Request(routed, { method: isCall ? 'POST' : method, headers, body }), how);
    },
    payer: {
      pay: (reference, how = {}) => pay(reference, PAYER, how.amount),
      payTwice: (reference) => pay(reference, PAYER),
      payForwarded: (reference) => pay(reference, FRIEND),
      async leave(reference) {
        await desk.pay(slugOf(reference), PAYER, { leave: true });
      },
      // A link has no end, and Telegram tells nothing of a payer who turns away.
      async expire(reference) {
        slugOf(reference);
      },
      async cancel(reference) {
        slugOf(reference);
      },
      reverse: () => Promise.reject(new RangeError('payer: Telegram tells nothing of money that was taken back')),
    },
    applied: {
      get payments() {
        return desk.invoices.map((one) => ({ reference: one.payload, amount: moneyOf(one.currency, one.total) }));
      },
      get receipts() {
        return desk.invoices.flatMap(({ payload, currency, charges }) =>
          charges.map(({ telegramId: transaction, total }) => {
            return { reference: payload, transaction, amount: moneyOf(currency, total) };
          }),
        );
      },
      refunds: [],
      cancelled: [],
    },
  };
}

function methodRoute(name: string, method: (given: InvoiceArguments) => unknown): Route {
  return {
    name,
    method: 'POST',
    path: `/bot/${name}`,
    cites: `Telegram Bot API 10.1, ${name}; errors as the open server words them`,
    provenance: 'documented',
    handle(request) {
      try {
        return jsonResponse({ ok: true, result: method(readArguments(request)) });
      } catch (error) {
        if (error instanceof InvoiceError) return failure(error.code, error.message);
        throw error;
      }
    },
  };
}

/** Checks the token of a call and takes it out of the path, so that it stands in no log. */
function withoutToken(url: URL, token: string): URL | Response {
  const match = /^\/bot([^/]*)\/([^/]+)$/.exec(url.pathname);
  if (!match) return url.pathname.startsWith('/bot') ? failure(404, 'Not Found') : url;
  const [, given = '', method = ''] = match;
  if (!equalInConstantTime(decodeURIComponent(given), token)) return failure(401, 'Unauthorized');
  const known = ['createInvoiceLink', 'sendInvoice', 'answerPreCheckoutQuery'];
  const name = known.find((one) => one.toLowerCase() === method.toLowerCase()) ?? method;
  return new URL(`/bot/${name}${url.search}`, url);
}

function failure(code: number, description: string, parameters?: { readonly retry_after: number }): Response {
  const headers: Record<string, string> = parameters ? { 'retry-after': String(parameters.retry_after) } : {};
  return jsonResponse(
    { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) },
    code,
    headers,
  );
}

function chargeOf(result: PaymentOutcome): string {
  if (result.outcome === 'refused') throw new RangeError(`payer: ${result.message}`);
  return result.charge.telegramId;
}

function moneyOf(currency: string, total: number): Money {
  return money({ code: currency, scale: exponentOf(currency) }, BigInt(total));
}

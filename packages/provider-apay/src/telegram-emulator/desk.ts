import { toBase64, toHex } from '@rielrails/kit';
import type { Clock, Random } from '@rielrails/kit';
import { exponentOf, isInRange, isTaken } from './currencies.ts';

/** The arguments of a call, wherever they were written. A Telegram emulator of one's own hands in what it read. */
export interface InvoiceArguments {
  has(name: string): boolean;
  /** A text; a number counts as its digits. Empty when absent. */
  text(name: string): string;
  flag(name: string): boolean;
  /** An object or array, as JSON or as JSON text. `undefined` when absent. */
  json(name: string, what: string): unknown;
}

/** Who pays, as an update tells it. */
export interface InvoicePayer {
  readonly id: number;
  readonly is_bot: false;
  readonly first_name: string;
}

/** What the desk tells the bot: one of these fields of an update. */
export type PaymentUpdate =
  | { readonly pre_checkout_query: Readonly<Record<string, unknown>> }
  | { readonly message: Readonly<Record<string, unknown>> };

/** An invoice that can be opened. */
export interface Invoice {
  /** The end of its link, or the name that `sendInvoice` gave it. */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly payload: string;
  readonly currency: string;
  readonly total: number;
  /** Sent to the bot's own private chat: it can be paid once. A link can be paid again and again. */
  readonly once: boolean;
  readonly charges: readonly Charge[];
}

/** Money that a payer paid. */
export interface Charge {
  readonly telegramId: string;
  readonly providerId: string;
  readonly total: number;
}

/** How an attempt to pay ended. `refused` carries what the payer reads. */
export type PaymentOutcome =
  | { readonly outcome: 'paid'; readonly charge: Charge }
  | { readonly outcome: 'refused'; readonly message: string };

/** What the Bot API answers in place of a result. */
export class InvoiceError extends Error {
  readonly code = 400;

  constructor(text: string) {
    super(`Bad Request: ${text}`);
    this.name = 'InvoiceError';
  }
}

/** What a desk is set up with. */
export interface InvoiceDeskOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly botId: number;
  /** The provider tokens that BotFather gave. */
  readonly providerTokens: readonly string[];
  /** Takes an update to the bot; resolves when the bot has it. Numbering is the caller's. */
  push(update: PaymentUpdate): Promise<void>;
}

/**
 * The invoices of one bot: what a Telegram emulator hands the methods `createInvoiceLink`, `sendInvoice` and
 * `answerPreCheckoutQuery` over to, and where its payers pay.
 *
 * Built from "Telegram Bot API" 10.1, "Payments" and the open server's texts; not verified against Telegram itself.
 */
export interface InvoiceDesk {
  /** @throws InvoiceError */
  createInvoiceLink(given: InvoiceArguments): string;
  /** Gives the message's `invoice` and the name by which its Pay button opens it. @throws InvoiceError */
  sendInvoice(given: InvoiceArguments): { readonly invoice: Readonly<Record<string, unknown>>; readonly slug: string };
  /** @throws InvoiceError */
  answerPreCheckoutQuery(given: InvoiceArguments): true;
  readonly invoices: readonly Invoice[];
  find(slug: string): Invoice | undefined;
  /** Asks the bot, waits ten seconds for its word, then charges and tells it. `leave`: the payer goes before the charge. */
  pay(slug: string, payer: InvoicePayer, how?: { readonly leave?: boolean }): Promise<PaymentOutcome>;
}

const ANSWER_WITHIN_MS = 10_000;

type Verdict = { readonly ok: true } | { readonly ok: false; readonly message: string };
type OpenInvoice = Invoice & { readonly charges: Charge[] };

/** Opens a desk. */
export function createInvoiceDesk(options: InvoiceDeskOptions): InvoiceDesk {
  const { clock, random, botId, push } = options;
  const invoices: OpenInvoice[] = [];
  const questions = new Map<string, (verdict: Verdict) => void>();
  let messages = 0;
  const digits = (count: number) =>
    BigInt(`0x${toHex(random.bytes(8))}`)
      .toString()
      .padStart(count, '1')
      .slice(0, count);
  const slugOf = () => toBase64(random.bytes(12)).replaceAll('+', '-').replaceAll('/', '_');

  function open(given: InvoiceArguments, once: boolean): OpenInvoice {
    const invoice = { ...readInvoice(given, options.providerTokens), slug: slugOf(), once, charges: [] };
    invoices.push(invoice);
    return invoice;
  }

  async function ask(invoice: Invoice, from: InvoicePayer): Promise<Verdict> {
    const id = digits(19);
    const { currency, total, payload } = invoice;
    const done = new AbortController();
    const answered = new Promise<Verdict>((resolve) => {
      questions.set(id, resolve);
    });
    const late = clock.sleep(ANSWER_WITHIN_MS, done.signal).then(
      (): Verdict => ({ ok: false, message: 'BOT_PRECHECKOUT_TIMEOUT' }),
      (): Verdict => ({ ok: false, message: 'BOT_PRECHECKOUT_TIMEOUT' }),
    );
    const query = { id, from, currency, total_amount: total, invoice_payload: payload };
    // A bot may answer while it takes the update, or later.
    const pushed = push({ pre_checkout_query: query }).catch(() => {});
    const verdict = await Promise.race([answered, late]);
    await Promise.race([pushed, late]);
    questions.delete(id);
    done.abort(new Error('answered'));
    return verdict;
  }

  return {
    createInvoiceLink: (given) => `https://t.me/$${open(given, false).slug}`,
    sendInvoice(given) {
      const { title, description, currency, total, slug } = open(given, true);
      const start_parameter = given.text('start_parameter');
      return { slug, invoice: { title, description, start_parameter, currency, total_amount: total } };
    },
    answerPreCheckoutQuery(given) {
      if (!given.flag('ok') && given.text('error_message') === '')
        throw new InvoiceError('parameter "error_message" is required');
      const answer = questions.get(given.text('pre_checkout_query_id'));
      if (!answer) throw new InvoiceError('query is too old and response timeout expired or query ID is invalid');
      questions.delete(given.text('pre_checkout_query_id'));
      answer(given.flag('ok') ? { ok: true } : { ok: false, message: given.text('error_message') });
      return true;
    },
    invoices,
    find: (slug) => invoices.find((one) => one.slug === slug),
    async pay(slug, payer, { leave = false } = {}) {
      const invoice = invoices.find((one) => one.slug === slug);
      if (!invoice) return { outcome: 'refused', message: 'The invoice does not exist' };
      if (invoice.once && invoice.charges.length > 0) return { outcome: 'refused', message: 'Already paid' };
      const verdict = await ask(invoice, payer);
      if (!verdict.ok) return { outcome: 'refused', message: verdict.message };
      if (leave) return { outcome: 'refused', message: 'The payer left the page of the provider' };
      const { currency, total, payload } = invoice;
      const charge: Charge = {
        telegramId: `${botId}_${payer.id}_${digits(9)}_${digits(19)}`,
        providerId: toHex(random.bytes(8)),
        total,
      };
      invoice.charges.push(charge);
      messages += 1;
      await push({
        message: {
          message_id: messages,
          from: payer,
          chat: { id: payer.id, first_name: payer.first_name, type: 'private' },
          date: Math.floor(clock.now() / 1000),
          successful_payment: {
            currency,
            total_amount: total,
            invoice_payload: payload,
            telegram_payment_charge_id: charge.telegramId,
            provider_payment_charge_id: charge.providerId,
          },
        },
      });
      return { outcome: 'paid', charge };
    },
  };
}

/** A total as people write it: `105.00 INR`. */
export function priceOf({ total, currency }: Invoice): string {
  const exponent = exponentOf(currency);
  const text = String(total).padStart(exponent + 1, '0');
  return `${exponent === 0 ? text : `${text.slice(0, -exponent)}.${text.slice(-exponent)}`} ${currency}`;
}

type Asked = Pick<Invoice, 'title' | 'description' | 'payload' | 'currency' | 'total'>;

/** Checks an invoice in the order and the words of the open server, then in those of Telegram behind it. */
function readInvoice(given: InvoiceArguments, providerTokens: readonly string[]): Asked {
  const [title, description, payload, currency] = ['title', 'description', 'payload', 'currency'].map((name) => {
    const value = given.text(name);
    if (value === '') throw new InvoiceError(`parameter "${name}" is required`);
    return value;
  }) as [string, string, string, string];
  const prices = given.json('prices', 'prices');
  if (prices === undefined) throw new InvoiceError('parameter "prices" is required');
  if (!Array.isArray(prices)) throw new InvoiceError('expected an Array of labeled prices');
  if (prices.length === 0) throw new InvoiceError('there must be at least one price');
  const total = prices.reduce((sum: number, price: unknown) => sum + amountOf(price), 0);
  const token = given.text('provider_token');
  if (!providerTokens.includes(token)) throw new InvoiceError('PAYMENT_PROVIDER_INVALID');
  // The documented lengths; the words for a title or a description that is too long are assumed.
  if (title.length > 32) throw new InvoiceError('INVOICE_TITLE_INVALID');
  if (description.length > 255) throw new InvoiceError('INVOICE_DESCRIPTION_INVALID');
  if (new TextEncoder().encode(payload).length > 128) throw new InvoiceError('INVOICE_PAYLOAD_INVALID');
  if (!isTaken(currency, token.includes(':LIVE:') ? 'live' : 'test')) throw new InvoiceError('CURRENCY_INVALID');
  if (!isInRange(currency, total)) throw new InvoiceError('CURRENCY_TOTAL_AMOUNT_INVALID');
  return { title, description, payload, currency, total };
}

function amountOf(price: unknown): number {
  const { label, amount } = (typeof price === 'object' && price !== null ? price : {}) as {
    readonly label?: unknown;
    readonly amount?: unknown;
  };
  if (typeof label !== 'string' || label === '')
    throw new InvoiceError("can't parse labeled price: LabeledPrice label must be non-empty");
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount))
    throw new InvoiceError("can't parse labeled price: amount must be an integer");
  return amount;
}

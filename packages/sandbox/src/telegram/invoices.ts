import type { Clock, Random } from '@rielrails/kit';
import { createInvoiceDesk, InvoiceError } from '@rielrails/provider-apay/telegram-emulator';
import type { Invoice, InvoiceDesk, PaymentOutcome, PaymentUpdate } from '@rielrails/provider-apay/telegram-emulator';
import type { Arguments } from './arguments.ts';
import type { ChatStore, StoredChat, StoredMessage } from './chats.ts';
import { TelegramError } from './errors.ts';
import type { Message, ShownInvoice, SuccessfulPayment, User } from './types.ts';
import type { NewUpdate } from './updates.ts';

/** The bot's invoices: what its methods hand over, and what its chats show. */
export interface Invoices {
  createLink(given: Arguments): string;
  send(stored: StoredChat, given: Arguments): StoredMessage;
  answer(given: Arguments): true;
  /** Every invoice, oldest first. */
  readonly all: InvoiceDesk['invoices'];
  /** The invoice that a link or a message opens. */
  find(slug: string): Invoice | undefined;
  slugOf(message: Message): string | undefined;
  /** Somebody pays: the bot is asked, has ten seconds, and hears of the payment. `leave`: the payer goes in between. */
  pay(slug: string, payer: User, how?: { readonly leave?: boolean }): Promise<PaymentOutcome>;
}

/** "Telegram Bot API", Update: how long the question before a payment is kept, and a message. */
const QUESTION_LIFETIME_MS = 150_000;
const MESSAGE_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Opens the desk of a bot's invoices and leads its updates into the bot's own queue. */
export function createInvoices(options: {
  readonly chats: ChatStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly providerTokens: readonly string[];
  readonly push: (update: NewUpdate) => void;
}): Invoices {
  const { chats, clock, random, providerTokens, push } = options;
  const desk = createInvoiceDesk({ clock, random, botId: chats.bot.id, providerTokens, push: tell });
  const payers = new Map<number, User>();
  const slugs = new Map<number, string>();

  async function tell(update: PaymentUpdate): Promise<void> {
    if ('pre_checkout_query' in update) {
      const payload = update.pre_checkout_query;
      const queue = `payment:${String(payload['id'])}`;
      push({ type: 'pre_checkout_query', payload, lifetimeMs: QUESTION_LIFETIME_MS, queue });
      return;
    }
    const { from, successful_payment } = update.message as {
      readonly from: { readonly id: number };
      readonly successful_payment: SuccessfulPayment;
    };
    const stored = chats.get(from.id);
    const payer = payers.get(from.id);
    if (!stored || !payer) return;
    // A payment counts as a word to the bot: from now on it may write here.
    stored.known = true;
    const { current } = chats.add(stored, payer, { successful_payment });
    push({ type: 'message', payload: current, lifetimeMs: MESSAGE_LIFETIME_MS, queue: `chat:${from.id}` });
  }

  return {
    createLink: (given) => refusing(() => desk.createInvoiceLink(given)),
    send(stored, given) {
      const { invoice, slug } = refusing(() => desk.sendInvoice(given));
      const shown = invoice as unknown as ShownInvoice;
      const reply_markup = { inline_keyboard: [[{ text: `Pay ${shown.currency}`, pay: true as const }]] };
      const message = chats.add(stored, chats.bot, { invoice: shown, reply_markup });
      slugs.set(message.current.message_id, slug);
      return message;
    },
    answer: (given) => refusing(() => desk.answerPreCheckoutQuery(given)),
    all: desk.invoices,
    find: (slug) => desk.find(slug),
    slugOf: ({ message_id: id }) => slugs.get(id),
    pay(slug, payer, how) {
      payers.set(payer.id, payer);
      const { id, first_name } = payer;
      return desk.pay(slug, { id, is_bot: false, first_name }, how);
    },
  };
}

/** The desk's refusals in the words of this server. */
function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvoiceError) throw new TelegramError(error.code, error.message);
    throw error;
  }
}

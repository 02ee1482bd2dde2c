import type { OrderView, Silence } from '@rielrails/orders';
import { defaultSilence, renderQuote } from '../render/quote.ts';
import type { Said } from '../render/said.ts';
import type { Talk } from '../shop.ts';

/** How a quote is shown. */
export interface QuoteWords {
  readonly silence?: Silence;
  readonly note?: string;
}

/** Sends an order's quote with its next step. */
export async function replyQuote(talk: Talk, view: OrderView, words: QuoteWords = {}): Promise<void> {
  await talk.reply(await quoteOf(talk, view, words));
}

/** A quote; the terms are part of it as soon as it can be agreed to. */
export async function quoteOf({ shop, chat }: Talk, view: OrderView, words: QuoteWords = {}): Promise<Said> {
  const { buyer } = shop.orders;
  const choosing = view.step === 'quote' && view.may.includes('choose-rail');
  const terms = view.may.includes('confirm') ? await buyer.terms(chat, view.id) : null;
  return renderQuote(view, {
    now: shop.orders.now(),
    terms,
    rails: choosing ? await buyer.rails(chat, view.id) : [],
    silence: words.silence ?? defaultSilence(view),
    ...(words.note === undefined ? {} : { note: words.note }),
  });
}

import { BTC, InputError } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import type { Language, QuoteRequest } from '@rielrails/orders';
import { readAmount } from '../read-amount.ts';
import { showMoneyShort } from '../render/money.ts';
import { button, paragraphs } from '../render/said.ts';
import type { Buttons, Said } from '../render/said.ts';
import type { Command, Shop } from '../shop.ts';
import { say } from '../texts/index.ts';
import { replyQuote } from './quote.ts';

const BUTTONS_PER_ROW = 2;

/** `/buy`, or an amount typed or tapped. Without an amount it is asked for. */
export const buy: Command = async (talk, argument) => {
  if (argument.trim() === '') return talk.reply(askAmount(talk.shop, talk.language));
  const request = requestFor(readAmount(argument), talk.shop);
  await replyQuote(talk, await talk.shop.orders.buyer.quote(talk.chat, request));
};

/** Bitcoin is what somebody wants to have; every other currency is what somebody wants to spend. */
function requestFor(amount: Money, { payAssets }: Shop): QuoteRequest {
  if (amount.asset.code === BTC.code) return { want: { type: 'receive', amount }, payIn: payAssets[0] };
  if (!payAssets.some(({ code }) => code === amount.asset.code))
    throw new InputError('amount', 'other-currency', `${amount.asset.code} is not taken`);
  return { want: { type: 'spend', amount }, payIn: amount.asset };
}

/** How much? With what one may type, and amounts to tap. */
export function askAmount(shop: Shop, language: Language): Said {
  const html = paragraphs(
    shop.sandbox ? say(language, 'sandbox') : null,
    say(language, 'welcome'),
    say(language, 'ask-amount'),
  );
  return { html, buttons: amountButtons(shop, language) };
}

/** The amounts that can be tapped. */
export function amountButtons({ quickAmounts }: Shop, language: Language): Buttons {
  const all = quickAmounts.map((text) => button(showMoneyShort(readAmount(text), language), { type: 'amount', text }));
  return Array.from({ length: Math.ceil(all.length / BUTTONS_PER_ROW) }, (_, row) =>
    all.slice(row * BUTTONS_PER_ROW, (row + 1) * BUTTONS_PER_ROW),
  );
}

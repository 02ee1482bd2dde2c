import { button } from '../render/said.ts';
import type { Said } from '../render/said.ts';
import type { Command } from '../shop.ts';
import { say } from '../texts/index.ts';
import { askAmount } from './buy.ts';

/** The question that stands before everything else, in both languages. */
export function askLanguage(): Said {
  return {
    html: say('en', 'choose-language'),
    buttons: [
      [
        button('ភាសាខ្មែរ', { type: 'language', language: 'km' }),
        button('English', { type: 'language', language: 'en' }),
      ],
    ],
  };
}

/** `/start`: the language first, for whoever has none yet; then how to buy. */
export const start: Command = async (talk) => {
  const known = await talk.shop.orders.buyer.language(talk.chat);
  await (known === null ? talk.reply(askLanguage()) : talk.reply(askAmount(talk.shop, talk.language)));
};

/** `/language`. */
export const language: Command = (talk) => talk.reply(askLanguage());

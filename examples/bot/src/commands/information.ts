import { paragraphs } from '../render/said.ts';
import type { Command } from '../shop.ts';
import { escapeHtml, say } from '../texts/index.ts';

/** `/help`. */
export const help: Command = (talk) => talk.reply({ html: say(talk.language, 'help') });

/** `/terms`: the text that every order is agreed under. */
export const terms: Command = (talk) =>
  talk.reply({
    html: paragraphs(say(talk.language, 'terms.title'), escapeHtml(talk.shop.terms[talk.language])),
  });

/** `/support`: where to write, with the number to name. */
export const support: Command = async (talk) => {
  const { language, shop, chat } = talk;
  const order = await shop.orders.buyer.current(chat);
  await talk.reply({
    html: paragraphs(
      say(language, 'support', { contact: shop.support }),
      order && say(language, 'support-order', { number: order.number }),
    ),
  });
};

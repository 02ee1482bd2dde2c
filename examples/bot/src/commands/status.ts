import { renderStatus } from '../render/status.ts';
import type { Command, Talk } from '../shop.ts';
import { say } from '../texts/index.ts';
import type { OrderView } from '@rielrails/orders';
import { replyQuote } from './quote.ts';

/** `/status`: the newest order that is not at an end, else the newest. */
export const status: Command = async (talk) => {
  const view = await talk.shop.orders.buyer.current(talk.chat);
  await (view ? replyOrder(talk, view) : talk.reply({ html: say(talk.language, 'no-orders') }));
};

/** Sends an order as it stands. */
export function replyOrder(talk: Talk, view: OrderView): Promise<void> {
  return view.step === 'quote'
    ? replyQuote(talk, view)
    : talk.reply(renderStatus(view, { payPage: talk.shop.payPage(talk.chat, view) }));
}

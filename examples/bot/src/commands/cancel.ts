import type { Command } from '../shop.ts';
import { say } from '../texts/index.ts';

/** `/cancel`: the open order, as long as no money came. */
export const cancel: Command = async (talk) => {
  const { buyer } = talk.shop.orders;
  const order = await buyer.current(talk.chat);
  if (!order || order.may.length === 0) return talk.reply({ html: say(talk.language, 'no-open-order') });
  const { number } = await buyer.cancel(talk.chat, order.id);
  await talk.reply({ html: say(talk.language, 'cancel.done', { number }) });
};

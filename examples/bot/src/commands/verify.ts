import type { OrderView } from '@rielrails/orders';
import type { Talk } from '../shop.ts';
import { say, sayPlain } from '../texts/index.ts';
import { quoteOf } from './quote.ts';

/** Gives the link to verification; whoever is verified already goes on with the quote. */
export async function verify(talk: Talk, view: OrderView): Promise<void> {
  const { buyer } = talk.shop.orders;
  const { url, status } = await buyer.verify(talk.chat);
  if (url !== null) {
    return talk.reply({
      html: say(talk.language, 'verify.link'),
      buttons: [[{ text: sayPlain(talk.language, 'button.open-page'), url }]],
    });
  }
  if (status !== 'approved') return talk.reply({ html: say(talk.language, 'verify.pending') });
  await talk.replace(await quoteOf(talk, await buyer.view(talk.chat, view.id)));
}

/** Goes on where the buyer was when their verification moved. */
export async function onVerified(talk: Talk, status: string): Promise<void> {
  const { buyer } = talk.shop.orders;
  const { language } = talk;
  if (status === 'retry') return talk.reply({ html: say(language, 'verify.retry') });
  if (status === 'rejected' || status === 'revoked') return talk.reply({ html: say(language, 'verify.ended') });
  if (status !== 'approved') return;
  const note = say(language, 'verify.approved');
  const view = await buyer.current(talk.chat);
  if (!view || view.step !== 'quote') return talk.reply({ html: note });
  // Papers take their time: the price of then is often gone by now.
  const expired = (view.quoteValidUntil ?? 0) <= talk.shop.orders.now();
  const fresh = expired ? await buyer.refresh(talk.chat, view.id) : view;
  await talk.reply(await quoteOf(talk, fresh, { note }));
}

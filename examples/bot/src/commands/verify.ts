import type { KycReason } from '@rielrails/core';
import type { Language, OrderView } from '@rielrails/orders';
import { markOf } from '../mark.ts';
import { button, lines, paragraphs } from '../render/said.ts';
import type { Buttons } from '../render/said.ts';
import type { Talk } from '../shop.ts';
import { say, sayPlain } from '../texts/index.ts';
import { quoteOf } from './quote.ts';

/** Gives the link to verification; whoever is verified already goes on with the quote. */
export async function verify(talk: Talk, view: OrderView): Promise<void> {
  const { buyer } = talk.shop.orders;
  const { url, status, reasons } = await buyer.verify(talk.chat);
  if (url !== null) {
    return talk.reply({
      html: paragraphs(whyNot(talk.language, reasons), say(talk.language, 'verify.link')),
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
  if (status === 'retry' || status === 'rejected' || status === 'revoked') {
    const { verification } = await buyer.limits(talk.chat);
    const said = say(language, status === 'retry' ? 'verify.retry' : 'verify.ended');
    const html = paragraphs(whyNot(language, verification.reasons), said);
    return talk.reply(status === 'retry' ? { html, buttons: await tryAgain(talk) } : { html });
  }
  if (status !== 'approved') return;
  const note = say(language, 'verify.approved');
  const view = await buyer.current(talk.chat);
  if (!view || view.step !== 'quote') return talk.reply({ html: note });
  // Papers take their time: the price of then is often gone by now.
  const expired = (view.quoteValidUntil ?? 0) <= talk.shop.orders.now();
  const fresh = expired ? await buyer.refresh(talk.chat, view.id) : view;
  await talk.reply(await quoteOf(talk, fresh, { note }));
}

/** One tap to a link that is open, where an order waits for it. */
async function tryAgain({ shop, chat, language }: Talk): Promise<Buttons> {
  const view = await shop.orders.buyer.current(chat);
  if (!view?.may.includes('verify')) return [];
  const data = { type: 'order', action: 'verify', order: view.id, mark: markOf('verify', view) } as const;
  return [[button(sayPlain(language, 'button.verify'), data)]];
}

/** Why a verification did not succeed, a line for each reason. */
function whyNot(language: Language, reasons: readonly KycReason[]): string {
  return lines(...[...new Set(reasons)].map((reason) => say(language, `verify.reason.${reason}`)));
}

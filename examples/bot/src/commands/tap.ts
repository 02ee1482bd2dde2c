import { isInputError } from '@rielrails/core';
import type { OrderView, Silence } from '@rielrails/orders';
import type { Tap } from '../callback-data.ts';
import { markOf } from '../mark.ts';
import { renderRefusal } from '../refusal.ts';
import { railName } from '../render/rails.ts';
import type { Talk } from '../shop.ts';
import { receiptOf } from '../show.ts';
import { say } from '../texts/index.ts';
import { amountButtons } from './buy.ts';
import { quoteOf } from './quote.ts';
import { offerRails } from './rails.ts';
import { verify } from './verify.ts';

/** Does what a button under an order's message says. The button is known to be open. */
export async function onOrderTap(
  talk: Talk,
  { action, mark }: Extract<Tap, { type: 'order' }>,
  view: OrderView,
): Promise<void> {
  const { shop, chat, language } = talk;
  const { buyer } = shop.orders;
  switch (action) {
    case 'confirm-refund':
      return confirm(talk, view, mark, 'refund');
    case 'confirm-deliver':
      return confirm(talk, view, mark, 'deliver');
    case 'if-refund':
      return talk.replace(await quoteOf(talk, view, { silence: 'refund' }));
    case 'if-deliver':
      return talk.replace(await quoteOf(talk, view, { silence: 'deliver' }));
    case 'refresh':
      return talk.replace(await quoteOf(talk, await buyer.refresh(chat, view.id)));
    case 'change':
      return talk.reply({ html: say(language, 'ask-change'), buttons: amountButtons(shop, language) });
    case 'verify':
      return verify(talk, view);
    case 'cancel': {
      const { number } = await buyer.cancel(chat, view.id);
      const said = { html: say(language, 'cancel.done', { number }) };
      return view.step === 'quote' ? talk.replace(said) : talk.reply(said);
    }
    case 'look':
      await buyer.look(chat, view.id);
      return;
    case 'answer-refund':
      await buyer.answerPrice(chat, view.id, 'refund');
      return;
    case 'answer-deliver':
      await buyer.answerPrice(chat, view.id, 'deliver');
      return;
    case 'receipt':
      if (view.step === 'delivered')
        await talk.sendPhoto({
          bytes: await receiptOf(shop, view),
          caption: say(language, 'notice.delivered', { number: view.number }),
        });
      return;
    case 'rails':
      return offerRails(talk, view);
    case 'keep-rail':
      return talk.replace({
        html: say(view.language, 'rails.kept', {
          rail: railName(`${view.rail}~${view.next?.type ?? ''}`, view.language),
        }),
      });
  }
}

/**
 * Agrees to exactly what was shown: the button holds the beginning of the hash of its terms.
 *
 * What the buyer sees next comes from the engine: the status message with the payment code.
 */
async function confirm(talk: Talk, view: OrderView, mark: string, silence: Silence): Promise<void> {
  const { buyer } = talk.shop.orders;
  const agreed = await buyer.terms(talk.chat, view.id);
  const action = silence === 'refund' ? 'confirm-refund' : 'confirm-deliver';
  if (markOf(action, view, agreed) !== mark) return lookAgain(talk, view, 'terms-changed', silence);
  try {
    await buyer.confirm(talk.chat, view.id, { termsHash: agreed.hash, silence });
  } catch (error) {
    if (!isInputError(error) || (error.rule !== 'quote-expired' && error.rule !== 'terms-changed')) throw error;
    return lookAgain(talk, await buyer.refresh(talk.chat, view.id), error.rule, silence);
  }
  // The offer is taken: its buttons go, its lines stay.
  const { html } = await quoteOf(talk, view, { silence });
  await talk.replace({ html });
}

async function lookAgain(talk: Talk, view: OrderView, rule: string, silence: Silence): Promise<void> {
  const note = renderRefusal({ field: 'order', rule }, talk.language, []);
  await talk.replace(await quoteOf(talk, view, { silence, note }));
}

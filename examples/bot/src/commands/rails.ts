import { isInputError } from '@rielrails/core';
import type { NextActionType } from '@rielrails/core';
import type { OrderView } from '@rielrails/orders';
import type { Tap } from '../callback-data.ts';
import { railName, renderConsent, renderRails } from '../render/rails.ts';
import type { Talk } from '../shop.ts';
import { say } from '../texts/index.ts';
import { quoteOf } from './quote.ts';

/** Sends the ways of paying, for an order that is agreed already. */
export async function offerRails(talk: Talk, view: OrderView): Promise<void> {
  await talk.reply(renderRails(view, await talk.shop.orders.buyer.rails(talk.chat, view.id)));
}

/**
 * Takes a way of paying. In a quote, the quote says so; afterwards the status message changes in place, by the engine.
 *
 * Where the new one cannot refund by itself and that was the answer at silence, the buyer is asked once before anything
 * changes.
 */
export async function takeRail(
  talk: Talk,
  { rail, agreed }: Extract<Tap, { type: 'rail' }>,
  view: OrderView,
): Promise<void> {
  const { buyer } = talk.shop.orders;
  const { language } = view;
  const confirmed = view.step !== 'quote';
  try {
    const [id, way] = rail.split('~') as [string, NextActionType?];
    const chosen = await buyer.chooseRail(talk.chat, view.id, {
      rail: id,
      ...(way === undefined ? {} : { way }),
      ...(agreed ? { silence: 'deliver' } : {}),
    });
    await talk.replace(
      confirmed
        ? { html: say(language, 'rails.chosen', { rail: railName(rail, language) }) }
        : await quoteOf(talk, chosen),
    );
  } catch (error) {
    if (!isInputError(error) || error.field !== 'silence' || error.rule !== 'not-offered' || agreed) throw error;
    await talk.replace(renderConsent(view, rail));
  }
}

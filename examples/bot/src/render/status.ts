import type { OrderView, RefundView } from '@rielrails/orders';
import { markOf } from '../mark.ts';
import type { OrderAction } from '../callback-data.ts';
import { say, sayPlain } from '../texts/index.ts';
import { inGroupsOfFour } from './address.ts';
import { showMoney, showMoneyShort } from './money.ts';
import { button, lines, paragraphs } from './said.ts';
import type { Buttons, Said } from './said.ts';
import { showClock, showTime } from './time.ts';

/** How an order stands, in at most 1,024 characters: it is also a caption. */
export function renderStatus(view: OrderView): Said {
  const { language, number } = view;
  const step = sayPlain(language, `status.${view.step}`);
  const html = paragraphs(
    say(language, 'status.title', { number, step }),
    sentenceOf(view),
    lines(
      view.received && say(language, 'status.received', { amount: showMoney(view.received, language) }),
      ...view.refunds.map((refund) => refundOf(refund, view)),
      view.delivery && say(language, 'status.delivery', { amount: showMoney(view.delivery.amount, language) }),
      view.address && say(language, 'status.address', { address: inGroupsOfFour(view.address) }),
      view.delivery?.transactionId
        ? say(language, 'status.transaction', { transaction: view.delivery.transactionId })
        : null,
    ),
  );
  return { html, buttons: buttonsOf(view) };
}

function sentenceOf(view: OrderView): string {
  const { language, step, question, delivery } = view;
  switch (step) {
    case 'quote':
      return '';
    case 'pay':
      // Between the deadline and the last look nobody can say more than this.
      return view.next && view.toPay && view.payBy
        ? say(language, 'status.text.pay', { amount: showMoney(view.toPay, language), time: showClock(view.payBy) })
        : say(language, 'status.text.confirming');
    case 'price-moved':
      if (!question) return say(language, 'status.text.confirming');
      return say(
        language,
        view.silenceChoices.includes('refund') ? 'status.text.price-moved' : 'status.text.price-moved-only',
        { amount: showMoney(question.offered, language), time: showClock(question.answerBy) },
      );
    case 'on-the-way':
      return say(language, 'status.text.on-the-way', {
        confirmations: String(delivery?.confirmations ?? 0),
        needed: String(delivery?.needed ?? 0),
      });
    case 'preparing':
    case 'confirming':
    case 'paid':
    case 'buying':
    case 'sending':
    case 'delivered':
    case 'refunding':
    case 'refunded':
    case 'expired':
    case 'cancelled':
    case 'rejected':
    case 'checking':
      return say(language, `status.text.${step}`);
  }
}

function refundOf({ amount, way, done, dueAt }: RefundView, { language }: OrderView): string {
  const shown = { amount: showMoney(amount, language) };
  if (way === 'rail') return say(language, done ? 'status.refund.rail-done' : 'status.refund.rail', shown);
  if (done || dueAt === null) return say(language, 'status.refund.by-hand-done', shown);
  return say(language, 'status.refund.by-hand', { ...shown, time: showTime(dueAt, language) });
}

function buttonsOf(view: OrderView): Buttons {
  const { language, may, next, question, id: order } = view;
  const tap = (action: OrderAction, text: string) =>
    button(text, { type: 'order', action, order, mark: markOf(action, view) });
  const link = next && 'url' in next ? [[{ text: sayPlain(language, 'button.open-payment'), url: next.url }]] : [];
  const answers = question && may.includes('answer-price') ? answersOf(view, tap) : [];
  const paying = may.includes('pay') ? [tap('look', sayPlain(language, 'button.look'))] : [];
  const leaving =
    view.step !== 'quote' && may.includes('cancel') ? [tap('cancel', sayPlain(language, 'button.cancel'))] : [];
  return [...link, ...answers, [...paying, ...leaving]].filter((row) => row.length > 0);
}

function answersOf(
  { language, question, silenceChoices }: OrderView,
  tap: (action: OrderAction, text: string) => ReturnType<typeof button>,
): Buttons {
  const amount = question ? showMoneyShort(question.offered, language) : '';
  return [
    [tap('answer-deliver', sayPlain(language, 'button.answer-deliver', { amount }))],
    ...(silenceChoices.includes('refund') ? [[tap('answer-refund', sayPlain(language, 'button.answer-refund'))]] : []),
  ];
}

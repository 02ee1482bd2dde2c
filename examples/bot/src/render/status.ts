import type { Money, NextAction } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { OrderView, RefundView } from '@rielrails/orders';
import { markOf } from '../mark.ts';
import type { OrderAction } from '../callback-data.ts';
import { say, sayPlain } from '../texts/index.ts';
import { inGroupsOfFour } from './address.ts';
import { showMoney, showMoneyShort } from './money.ts';
import { railName } from './rails.ts';
import { button, lines, paragraphs } from './said.ts';
import type { Buttons, Said } from './said.ts';
import { showClock, showTime } from './time.ts';

/** What a status is shown with. */
export interface StatusOptions {
  /** Our own page with the form of a card company, where the order is paid by one. */
  readonly payPage: string | null;
}

/** How an order stands, in at most 1,024 characters: it is also a caption. */
export function renderStatus(view: OrderView, { payPage }: StatusOptions): Said {
  const { language, number } = view;
  const step = sayPlain(language, `status.${view.step}`);
  const html = paragraphs(
    say(language, 'status.title', { number, step }),
    shortOf(view),
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
  return { html, buttons: buttonsOf(view, payPage) };
}

/** What is still to be paid after too little was; `null` when nothing that counts came yet, or enough. */
export function missingOf({ step, next, received, toPay, lines: prices }: OrderView): Money | null {
  const total = prices.find(({ key }) => key === 'pay')?.amount;
  const isPart = received && toPay && total && toPay.minor < total.minor;
  return step === 'pay' && next && isPart ? toPay : null;
}

/** Without it the message would only name a smaller amount than before. */
function shortOf(view: OrderView): string | null {
  const missing = missingOf(view);
  return missing && say(view.language, 'status.text.missing', { amount: showMoney(missing, view.language) });
}

function sentenceOf(view: OrderView): string {
  const { language, step, question, delivery } = view;
  switch (step) {
    case 'pay':
      if (view.next) return howToPay(view, view.next);
      // Between the deadline and the last look nobody can say more than this.
      return say(language, isSilent(view) ? 'status.text.rail-silent' : 'status.text.confirming');
    case 'preparing':
      return say(language, isSilent(view) ? 'status.text.rail-silent' : 'status.text.preparing');
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
    case 'quote':
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

/** While another way of paying can be taken, none is on its way: the present one gave nothing to pay by. */
function isSilent({ next, may }: OrderView): boolean {
  return next === null && may.includes('choose-rail');
}

/** What the payer does, with amount, purpose and deadline. */
function howToPay(view: OrderView, next: NextAction): string {
  const { language, toPay, payBy } = view;
  const values = {
    amount: toPay ? showMoney(toPay, language) : '',
    time: showClock(payBy ?? next.expiresAt),
    rail: railName(`${view.rail}~${next.type}`, language),
  };
  const line = (key: 'pay.account' | 'pay.holder' | 'pay.memo' | 'pay.amount' | 'pay.link', value = '') =>
    value === '' ? null : say(language, key, { value });
  switch (next.type) {
    case 'qr':
      return say(language, 'status.text.pay', values);
    case 'redirect':
    case 'telegram-invoice':
      return say(language, `status.text.pay.${next.type}`, values);
    case 'embedded-form':
      return paragraphs(
        view.declined ? say(language, 'status.text.declined') : null,
        say(language, 'status.text.pay.embedded-form', values),
      );
    case 'deep-link':
      return lines(
        say(language, 'status.text.pay.deep-link', { ...values, app: next.app }),
        // Telegram's buttons open no apps of other makers: then the link is there to copy.
        payLink(next, null) === null ? line('pay.link', next.url) : null,
      );
    case 'pay-to-account':
      return paragraphs(
        view.declined ? say(language, 'status.text.declined.transfer') : null,
        lines(
          say(language, 'status.text.pay.pay-to-account', values),
          line('pay.account', next.account),
          line('pay.holder', next.holder),
          line('pay.memo', next.memo),
          line('pay.amount', toPay ? formatAmount(toPay) : ''),
        ),
        say(language, 'pay.then-type'),
      );
  }
}

/** Where the button leads; `null` where there is nothing that a button can open. */
function payLink(next: NextAction | null, payPage: string | null): string | null {
  switch (next?.type) {
    case 'redirect':
    case 'telegram-invoice':
      return next.url;
    case 'deep-link':
      return [next.url, next.fallbackUrl].find((url) => url !== undefined && /^https?:/i.test(url)) ?? null;
    case 'embedded-form':
      return payPage;
    default:
      return null;
  }
}

function refundOf({ amount, way, done, dueAt }: RefundView, { language }: OrderView): string {
  const shown = { amount: showMoney(amount, language) };
  if (way === 'rail') return say(language, done ? 'status.refund.rail-done' : 'status.refund.rail', shown);
  if (done || dueAt === null) return say(language, 'status.refund.by-hand-done', shown);
  return say(language, 'status.refund.by-hand', { ...shown, time: showTime(dueAt, language) });
}

function buttonsOf(view: OrderView, payPage: string | null): Buttons {
  const { language, may, next, question, id: order } = view;
  const tap = (action: OrderAction, text: string) =>
    button(text, { type: 'order', action, order, mark: markOf(action, view) });
  const url = payLink(next, payPage);
  const link = url === null ? [] : [[{ text: sayPlain(language, 'button.open-payment'), url }]];
  const answers = question && may.includes('answer-price') ? answersOf(view, tap) : [];
  const paying = may.includes('pay') ? [tap('look', sayPlain(language, 'button.look'))] : [];
  const leaving =
    view.step !== 'quote' && may.includes('cancel') ? [tap('cancel', sayPlain(language, 'button.cancel'))] : [];
  const another =
    view.step !== 'quote' && may.includes('choose-rail')
      ? [tap('rails', sayPlain(language, 'button.another-way'))]
      : [];
  return [...link, ...answers, [...paying, ...leaving], another].filter((row) => row.length > 0);
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

import type { OrderView } from '@rielrails/orders';
import { markOf } from '../mark.ts';
import { showMoney } from '../render/money.ts';
import { button, lines, paragraphs } from '../render/said.ts';
import { showTime } from '../render/time.ts';
import type { Command } from '../shop.ts';
import { say, sayPlain } from '../texts/index.ts';

const MOST_ORDERS = 10;
const MOST_RECEIPTS = 5;

/** `/history`: the newest orders, and the receipts of those that were delivered. */
export const history: Command = async (talk) => {
  const { language } = talk;
  const orders = await talk.shop.orders.buyer.history(talk.chat, MOST_ORDERS);
  if (orders.length === 0) return talk.reply({ html: say(language, 'no-orders') });
  const lineOf = ({ number, createdAt, lines: quoted, step }: OrderView) => {
    const pay = quoted.find(({ key }) => key === 'pay')?.amount;
    return say(language, 'history.line', {
      number,
      time: showTime(createdAt, language),
      amount: pay ? showMoney(pay, language) : '',
      step: sayPlain(language, `status.${step}`),
    });
  };
  const receipts = orders.filter(({ step }) => step === 'delivered').slice(0, MOST_RECEIPTS);
  await talk.reply({
    html: paragraphs(say(language, 'history.title'), lines(...orders.map(lineOf))),
    buttons: receipts.map((view) => [
      button(sayPlain(language, 'button.receipt', { number: view.number }), {
        type: 'order',
        action: 'receipt',
        order: view.id,
        mark: markOf('receipt', view),
      }),
    ]),
  });
};

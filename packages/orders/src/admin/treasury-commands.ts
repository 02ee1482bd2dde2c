import { InputError } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { AdminCommand, CommandAnswer, CommandArgument } from './command-table.ts';
import { amountOf } from './plain-text.ts';
import type { Sending, WaitingSignature } from './treasury-desk.ts';

const transfer: CommandArgument = {
  name: 'transfer',
  tells: 'the transfer, from the list of transfers',
  pattern: /^[1-9][0-9]{0,18}$/,
};
const waiting: CommandArgument = {
  name: 'reference',
  tells: 'what waits, from treasury waiting',
  pattern: /^[1-9][0-9]{0,18}$/,
};
const MOST_CHARACTERS_OF_PSBT = 200_000;

/** Commands about a wallet of the operator's own. */
export const treasuryCommands: readonly AdminCommand[] = [
  {
    type: 'read',
    name: 'treasury advice',
    tells: 'says whether the wallet holds too much or too little, and how much should be moved',
    arguments: [],
    run: async ({ admin }) => {
      const advice = await admin.treasury.advice();
      return advice.type === 'none' ? { advice: 'none' } : { advice: advice.type, amount: amountOf(advice.amount) };
    },
  },
  {
    type: 'change',
    name: 'treasury sweep',
    tells: 'sends what is above the wallet’s ceiling to cold storage, as a transfer in the books',
    arguments: [],
    run: async ({ admin }, _input, by) => {
      const { transfer: planned, sending } = await admin.treasury.sweep(by);
      return answerOf(sending, planned);
    },
  },
  {
    type: 'change',
    name: 'treasury send',
    tells: 'goes on with a transfer to cold storage where it stood; it is never made twice',
    arguments: [transfer],
    run: async ({ admin }, { transfer: planned = '' }) =>
      answerOf(await admin.treasury.send(planned as Reference), planned),
  },
  {
    type: 'change',
    name: 'treasury bump',
    tells: 'pays the miners of a transfer to cold storage more, where it is stuck',
    arguments: [transfer],
    run: async ({ admin }, { transfer: planned = '' }) =>
      answerOf(await admin.treasury.bump(planned as Reference), planned),
  },
  {
    type: 'change',
    name: 'treasury top-up',
    tells: 'plans in the books what is missing below the wallet’s floor, and says where to send it from the exchange',
    arguments: [],
    run: async ({ admin }, _input, by) => {
      const { transfer: planned, amount, address } = await admin.treasury.topUp(by);
      return done(
        `Planned as transfer ${planned}. Send ${inWords(amount)} from the exchange to ${address}, then finish it with its evidence.`,
      );
    },
  },
  {
    type: 'change',
    name: 'treasury consolidate',
    tells: 'gathers small coins of the wallet into one, when fees are low',
    arguments: [],
    run: async ({ admin }, _input, by) => answerOf(await admin.treasury.consolidate(by), null),
  },
  {
    type: 'change',
    name: 'treasury split',
    tells:
      'splits large coins of the wallet, so that as many deliveries can leave at once as its pool should have coins',
    arguments: [],
    run: async ({ admin }, _input, by) => answerOf(await admin.treasury.split(by), null),
  },
  {
    type: 'read',
    name: 'treasury waiting',
    tells: 'lists what waits for signatures that are made elsewhere: deliveries and transfers',
    arguments: [],
    run: async ({ admin }) => (await admin.treasury.waiting()).map(lineOf),
  },
  {
    type: 'read',
    name: 'treasury psbt',
    tells: 'gives what is to be signed; whoever signs it compares address and amount on the screen of the signer',
    arguments: [waiting],
    run: async ({ admin }, { reference }) =>
      (await admin.treasury.waiting())
        .filter((one) => one.reference === reference)
        .map((one) => ({ ...lineOf(one), psbt: one.psbt })),
  },
  {
    type: 'change',
    name: 'treasury signed',
    tells: 'brings a signed transaction home: it is compared with what was handed out, and broadcast',
    arguments: [
      waiting,
      {
        name: 'psbt',
        tells: 'the signed PSBT in base64',
        pattern: /^[A-Za-z0-9+/=\s]+$/,
        longest: MOST_CHARACTERS_OF_PSBT,
      },
    ],
    run: async ({ admin }, { reference = '', psbt = '' }) =>
      answerOf(await admin.treasury.bringHome(reference as Reference, psbt.replaceAll(/\s/g, '')), null),
  },
];

/** One line of what waits, without the transaction itself. */
function lineOf({ reference, order, txid, address, amount, fee }: WaitingSignature) {
  return { reference, order: order ?? '', txid, address, amount: amountOf(amount), fee: amountOf(fee) };
}

/** @throws InputError when it was refused: nothing has changed then. */
function answerOf(sending: Sending, planned: string | null): CommandAnswer {
  const name = planned === null ? 'It' : `Transfer ${planned}`;
  switch (sending.outcome) {
    case 'sent':
      return done(`${name} ${stateOf(sending)}.`);
    case 'waiting':
      return done(
        `${name} waits for signatures: treasury psbt gives what is to be signed, treasury signed brings it home.`,
      );
    case 'unknown':
      return done(
        `It is not known whether ${planned === null ? 'this' : `transfer ${planned}`} was sent (${sending.why}). ` +
          `${planned === null ? 'The same command' : 'treasury send'} goes on with the same one.`,
      );
    case 'refused':
      throw new InputError('treasury', 'refused', `${sending.why}; nothing was moved`);
  }
}

function stateOf({ transaction, fee, depth, finished }: Extract<Sending, { readonly outcome: 'sent' }>): string {
  const paid = fee ? `, for a fee of ${inWords(fee)}` : '';
  if (finished) return `is finished: ${transaction} is ${depth} blocks deep${paid}`;
  return depth > 0
    ? `is in a block, ${depth} deep, as ${transaction}${paid}`
    : `is on its way in ${transaction}${paid}`;
}

const done = (tells: string): CommandAnswer => ({ outcome: 'done', tells });
const inWords = (amount: Money) => `${formatAmount(amount)} ${amount.asset.code}`;

import { money, USD } from '@rielrails/core';
import { offeredToo } from '../rails/rail-id.ts';
import type { Scan } from './buyer.ts';
import { createChatBuyer } from './chat-buyer.ts';
import type { ChatBuyer } from './chat-buyer.ts';
import { refundByHand } from './operators.ts';
import { deliver } from './paying.ts';
import type { Play } from './play.ts';
import type { Script } from './script.ts';

const TEN_DOLLARS = money(USD, 10_00n);
const settings = { rails: offeredToo('apay-telegram') } as const;
/** "Telegram Bot API": a question that is not answered within ten seconds ends the payment. */
const ANSWER_WITHIN_MS = 10_000;

/** Somebody who has an invoice in the chat. */
async function invoiced(play: Play): Promise<{ readonly buyer: ChatBuyer; readonly url: string }> {
  const buyer = await createChatBuyer(play, 1001);
  await buyer.ask(TEN_DOLLARS);
  await buyer.verify();
  await buyer.giveAddress();
  await buyer.choose('apay-telegram');
  const { next } = await buyer.confirm();
  if (next?.type !== 'telegram-invoice') throw new Error('no invoice is shown');
  return { buyer, url: next.url };
}

const chargesOf = async (play: Play) => (await play.applied()).receipts.length;

const precheckoutLate: Script = {
  name: 'precheckout-late',
  tells:
    'the bot is away when Telegram asks whether a payment may be taken: nobody is charged, and the next try is paid',
  settings,
  async run(play) {
    const { buyer, url } = await invoiced(play);
    play.sandbox.engine.signal('SIGSTOP');
    const paying = buyer.pay({ url });
    await play.sandbox.forward(ANSWER_WITHIN_MS + 1000);
    const late = await paying;
    play.sandbox.engine.signal('SIGCONT');
    play.check('telegram-gave-up', late.outcome === 'refused');
    play.check('nobody-was-charged', (await chargesOf(play)) === 0);
    play.say('the bot slept through the question: Telegram charged nobody');
    // The bot sees that it is too late and keeps silent, or does not and is refused: it depends on when it wakes.
    await play.until('the late question has come to nothing', async () => {
      const { effects } = (await play.file((await buyer.view()).id)).order;
      const answers = effects.filter(({ kind }) => kind === 'approve-payment');
      return (await play.waitingUpdates()) === 0 && answers.every(({ status }) => status === 'refused');
    });
    play.check('still-to-be-paid', (await buyer.view()).may.includes('pay'));
    const paid = await buyer.pay({ url });
    play.check('the-next-try-is-paid', paid.outcome === 'paid');
    await deliver(play, buyer);
    play.check('charged-once', (await chargesOf(play)) === 1);
  },
};

const invoicePaidAgain: Script = {
  name: 'invoice-paid-again',
  tells: 'an invoice is paid twice at the same moment, and tried a third time: one buys, one goes back, one is refused',
  settings,
  async run(play) {
    const { buyer, url } = await invoiced(play);
    // Both questions reach the bot before either payment does, so that both are answered with yes.
    play.sandbox.engine.signal('SIGSTOP');
    const both = [buyer.pay({ url }), buyer.pay({ url })];
    await play.until('Telegram holds both questions', async () => (await play.waitingUpdates()) >= 2);
    play.sandbox.engine.signal('SIGCONT');
    const scans = await Promise.all(both);
    play.check(
      'telegram-charged-twice',
      scans.every(({ outcome }) => outcome === 'paid'),
    );
    play.say('two charges on one invoice');
    const third: Scan = await buyer.pay({ url });
    play.check('the-third-is-refused', third.outcome === 'refused' && (await chargesOf(play)) === 2);
    await deliver(play, buyer);
    const { id } = await buyer.view();
    await play.until(
      'the second charge is owed back',
      async () => (await play.file(id)).order.refundTasks.length === 1,
    );
    const { receipts } = (await play.file(id)).order;
    play.check('two-receipts', receipts.length === 2);
    play.check(
      'one-of-them-goes-back-whole',
      receipts.filter(({ refunded, amount }) => refunded === amount.minor).length === 1,
    );
    const [owed] = (await buyer.view()).refunds;
    play.check('buyer-sees-what-is-owed', owed?.way === 'by-hand' && owed.dueAt !== null);
    await refundByHand(play, id);
    play.check(
      'it-went-back',
      (await buyer.view()).refunds.every(({ done }) => done),
    );
    play.say('Telegram takes nothing back: two people returned the second charge by hand');
  },
};

const invoiceForwarded: Script = {
  name: 'invoice-forwarded',
  tells:
    'the invoice is forwarded, and a friend pays it: the order is delivered to whom it belongs, and its owner is not charged',
  settings,
  async run(play) {
    const { buyer, url } = await invoiced(play);
    await play.act('chat/open', { id: 1002, firstName: 'CHAN BOPHA', languageCode: 'en' });
    const friend = await buyer.pay({ url, chat: 1002 });
    play.check('the-friend-paid', friend.outcome === 'paid');
    play.say('a friend paid the forwarded invoice');
    const owner = await buyer.pay({ url });
    play.check('the-owner-is-refused', owner.outcome === 'refused');
    await deliver(play, buyer);
    play.check('charged-once', (await chargesOf(play)) === 1);
    const { receipts } = (await play.file((await buyer.view()).id)).order;
    // Telegram tells no name of a payer, so the money counts as a stranger's: it buys under the cap alone.
    play.check('counted-as-from-nobody-known', receipts[0]?.payer === 'unknown');
  },
};

/** What can go wrong with Telegram invoices. */
export const invoicing: readonly Script[] = [precheckoutLate, invoicePaidAgain, invoiceForwarded];

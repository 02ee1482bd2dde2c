import { money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { createBuyer } from './buyer.ts';
import type { Buyer } from './buyer.ts';
import { refundByHand } from './operators.ts';
import { deliver } from './paying.ts';
import type { Play } from './play.ts';
import type { Script } from './script.ts';

const TEN_DOLLARS = money(USD, 10_00n);
const PAY_WITHIN_MS = 185_000;
const HONOURED_LATE_MS = 25_000;

/** Somebody who was led to AEON's page. */
async function onAeon(play: Play, chat: string, name?: string, spend: Money = TEN_DOLLARS): Promise<Buyer> {
  const buyer = await createBuyer(play, { channel: 'shell', chat }, name);
  await buyer.ask(spend);
  await buyer.verify();
  await buyer.giveAddress();
  await buyer.choose('aeon');
  await buyer.confirm();
  await buyer.until('awaiting-payment');
  return buyer;
}

async function linkOf(buyer: Buyer): Promise<string> {
  const { next } = await buyer.view();
  if (next?.type !== 'redirect') throw new Error('no page is shown');
  return next.url;
}

const paidAfterTimeout: Script = {
  name: 'aeon-paid-after-timeout',
  tells: 'two buyers pay in crypto after the deadline: one a little late, one too late',
  settings: { policy: { payWithinMs: PAY_WITHIN_MS, honourLateForMs: HONOURED_LATE_MS } },
  async run(play) {
    const little = await onAeon(play, '1');
    const much = await onAeon(play, '2', 'CHAN BOPHA');
    const [first, second] = [await linkOf(little), await linkOf(much)];
    await play.forward(PAY_WITHIN_MS + 2000);
    await little.until('EXPIRED');
    await much.until('EXPIRED');
    play.say('both deadlines passed; AEON still takes the coins');
    play.check('a-little-late-is-taken', (await little.pay({ url: first })).outcome === 'paid');
    await little.until('broadcast');
    play.say('a little late: honoured');
    await play.forward(HONOURED_LATE_MS + 5000);
    play.check('too-late-is-taken', (await much.pay({ url: second })).outcome === 'paid');
    const { id } = await much.view();
    await play.until('the late money is owed back', async () => (await play.file(id)).order.refundTasks.length === 1);
    play.say('too late: AEON wants a wallet to send it back to, so two people do that');
    await refundByHand(play, id);
    await deliver(play, little);
    const { order } = await play.file(id);
    play.check(
      'too-late-is-not-bought',
      order.effects.every(({ kind }) => kind !== 'buy' && kind !== 'send'),
    );
    play.check(
      'too-late-went-back',
      order.receipts.every(({ refunded }) => refunded === TEN_DOLLARS.minor) &&
        order.refundTasks.every(({ status }) => status === 'done'),
    );
  },
};

const wrongToken: Script = {
  name: 'aeon-wrong-token',
  tells: 'the payer sends a token that is not taken: nothing is credited, nothing is bought, and AEON gives it back',
  settings: { policy: { payWithinMs: PAY_WITHIN_MS } },
  async run(play) {
    const buyer = await onAeon(play, '1');
    const url = await linkOf(buyer);
    await buyer.pay({ url, typed: { how: 'wrong-token' } });
    const { id } = await buyer.view();
    await play.until('the failed payment was seen', async () =>
      (await play.file(id)).timeline.some(({ what }) => what === 'payment-request-closed'),
    );
    play.check('nothing-is-credited', (await play.file(id)).order.receipts.length === 0);
    play.say('AEON credits nothing, and neither do we');
    await buyer.pay({ url, typed: { how: 'refund' } });
    play.check('the-payer-has-it-back', (await play.selfRefunds()).length === 1);
    await play.forward(PAY_WITHIN_MS + 2000);
    await buyer.until('EXPIRED');
    const { trades, refunds } = await play.applied();
    play.check('nothing-is-bought', trades.length === 0);
    play.check('nothing-is-refunded-twice', refunds.length === 0);
    play.check('nothing-is-owed', (await play.file(id)).order.refundTasks.length === 0);
  },
};

const selfRefund: Script = {
  name: 'aeon-self-refund',
  tells: 'the payer sends ten dollars too much and takes them back at AEON: we send nothing back ourselves',
  async run(play) {
    const buyer = await onAeon(play, '1');
    const url = await linkOf(buyer);
    await buyer.pay({ url, typed: { how: 'more' } });
    play.say('20 instead of 10 dollars came');
    await buyer.until('broadcast');
    await buyer.pay({ url, typed: { how: 'refund' } });
    const [back] = await play.selfRefunds();
    play.check('aeon-gave-the-excess-back', back?.volume === '10' && back.token === 'USDT');
    await deliver(play, buyer);
    const { order } = await play.file((await buyer.view()).id);
    play.check(
      'we-refunded-nothing',
      order.effects.every(({ kind }) => kind !== 'refund') && order.refundTasks.length === 0,
    );
    play.check('funded-as-ordered', order.receipts[0]?.funded === TEN_DOLLARS.minor);
  },
};

/** What can go wrong when somebody pays in crypto. */
export const cryptoPaying: readonly Script[] = [paidAfterTimeout, wrongToken, selfRefund];

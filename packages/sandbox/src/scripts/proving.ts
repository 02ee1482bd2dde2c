import { KHR, money, USD } from '@rielrails/core';
import { createBuyer } from './buyer.ts';
import { createChatBuyer } from './chat-buyer.ts';
import { byTwo, refundByHand } from './operators.ts';
import { deliver } from './paying.ts';
import type { Script } from './script.ts';

const DAY_MS = 86_400_000;
const SHELL = { channel: 'shell', chat: '1' } as const;
const RIEL = money(KHR, 41_000n);

const quotaSpent: Script = {
  name: 'bakong-quota-spent',
  tells: "the day's calls to Bakong are used up when the buyer pays: nothing is believed, and the next day finds it",
  settings: { bakongCallsPerDay: 2, policy: { watchGraceMs: 3 * DAY_MS } },
  async run(play) {
    const buyer = await createBuyer(play, SHELL);
    await buyer.ask(RIEL);
    await buyer.verify();
    await buyer.giveAddress();
    await buyer.choose('bakong');
    await buyer.confirm();
    const { id } = await buyer.until('awaiting-payment');
    await play.until('Bakong answers no more calls today', async () => (await play.calls('bakong')) > 2, 30_000);
    play.say("the day's calls are used up");
    await buyer.pay();
    await play.engine('wake', id);
    play.check('unproven-buys-nothing', (await play.applied()).trades.length === 0);
    play.check('not-called-unpaid', (await buyer.view()).state === 'awaiting-payment');
    await play.forward(DAY_MS);
    play.say('a day later there are calls again');
    await deliver(play, buyer);
    const { receipts } = (await play.file(id)).order;
    play.check('paid-on-time', receipts.length === 1 && receipts[0]?.funded === RIEL.minor);
  },
};

const noProof: Script = {
  name: 'wing-no-proof',
  tells:
    'Wing told nobody how to inquire: a person reads its statement, two people state the payment, and it is delivered',
  settings: { wingInquiry: false, policy: { payWithinMs: 185_000 } },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.ask(RIEL);
    await buyer.verify();
    await buyer.giveAddress();
    await buyer.choose('wing-no-proof');
    await buyer.confirm();
    const { id } = await buyer.until('awaiting-payment');
    await buyer.pay();
    await play.until("Wing's word came", async () => (await play.file(id)).order.claimed);
    play.check('a-claim-buys-nothing', (await play.applied()).trades.length === 0);
    await play.forward(187_000);
    await play.until('a person is called', async () =>
      (await play.file(id)).order.holdReasons.includes('payment-unproven'),
    );
    await buyer.reads('A person is looking at this order');
    const { step, received } = await buyer.view();
    play.check('the-chat-says-checked-not-paid', step === 'checking' && (received?.minor ?? 0n) === 0n);
    play.say('nothing proves it: a person reads the statement');
    play.check('still-nothing-bought', (await play.applied()).trades.length === 0);
    const { effects } = (await play.file(id)).order;
    const request = effects.find(({ kind }) => kind === 'request-payment')?.reference;
    const [line] = (await play.applied()).receipts;
    await byTwo(play, 'paymentStated', id, request, line?.transaction, RIEL);
    play.say('two people stated what stands in it');
    await deliver(play, buyer);
  },
};

const someoneElse: Script = {
  name: 'payer-is-someone-else',
  tells: 'the payer has another name than the buyer: nothing is bought, and the money goes back',
  async run(play) {
    const buyer = await createBuyer(play, SHELL);
    await buyer.ask(RIEL);
    await buyer.verify();
    await buyer.giveAddress();
    await buyer.choose('wing');
    await buyer.confirm();
    const { id } = await buyer.until('awaiting-payment');
    // The second test account of Wing's page belongs to CHAN BOPHA.
    await buyer.pay({ typed: { phone: '010000002' } });
    await play.until('a person is called', async () =>
      (await play.file(id)).order.holdReasons.includes('payer-mismatch'),
    );
    play.say('SOK DARA was verified, CHAN BOPHA paid: a person looks');
    play.check('nothing-is-bought', (await play.applied()).trades.length === 0);
    play.check('the-buyer-reads-that-it-is-checked', (await buyer.view()).step === 'checking');
    await byTwo(play, 'refund', id);
    await play.until('there is a task', async () => (await play.file(id)).order.refundTasks.length === 1);
    await refundByHand(play, id);
    await buyer.until('REFUNDED');
    play.check('still-nothing-bought', (await play.applied()).trades.length === 0);
    play.say('Wing refunds nothing: two people sent it back by hand');
  },
};

const twoRails: Script = {
  name: 'paid-on-two-rails',
  tells: 'the buyer changes the way of paying, and pays both ways: the first buys, the second goes back',
  async run(play) {
    const buyer = await createBuyer(play, SHELL);
    // Closing the first request fails as often as it is tried, so that the bank still takes it.
    await play.fault('payway', 'timeout-before', 'close-transaction', 50);
    await buyer.order(RIEL);
    const old = await buyer.qr();
    await buyer.choose('bakong');
    await play.until('Bakong is shown', async () => {
      const { rail, next } = await buyer.view();
      return rail === 'bakong' && next?.type === 'qr' && next.payload !== old;
    });
    play.say('PayWay was shown, then Bakong');
    const fresh = await buyer.qr();
    play.check('bakong-took-it', (await buyer.pay({ qr: fresh })).outcome === 'paid');
    const { id } = await buyer.view();
    await play.until('it is seen', async () => (await play.file(id)).order.receipts.length === 1);
    play.check('payway-took-it-too', (await buyer.pay({ qr: old })).outcome === 'paid');
    await deliver(play, buyer);
    await play.until('the second payment went back', async () => (await play.applied()).refunds.length === 1);
    const { refunds, trades } = await play.applied();
    play.check('payway-sent-it-back-whole', refunds[0]?.rail === 'payway' && refunds[0].minor === RIEL.minor);
    play.check('bought-once', trades.length === 1);
    const { receipts } = (await play.file(id)).order;
    play.check('both-payments-belong-to-the-order', receipts.length === 2);
  },
};

const reversed: Script = {
  name: 'reversed',
  tells: 'two cards are disputed: one before the purchase, which stops it, one after the delivery, which is a loss',
  async run(play) {
    const small = await createBuyer(play, SHELL);
    const large = await createBuyer(play, { channel: 'shell', chat: '2' }, 'CHAN BOPHA');
    for (const [buyer, dollars] of [
      [small, money(USD, 10_00n)],
      [large, money(USD, 40_00n)],
    ] as const) {
      await buyer.ask(dollars);
      await buyer.verify();
      await buyer.giveAddress();
      await buyer.choose('bongloy');
      await buyer.confirm();
      await buyer.until('awaiting-payment');
      await buyer.pay();
    }
    await deliver(play, small);
    const waiting = await large.until('paid');
    play.check('above-the-cap-nothing-is-bought', (await play.applied()).trades.length === 1);
    play.say('10 dollars were delivered; 40 are above the cap and wait until the card is final');
    await play.dispute(waiting.id);
    await play.dispute((await small.view()).id);
    await play.forward(DAY_MS);
    await large.until('REFUNDED');
    play.say('disputed before the purchase: nothing was bought, and the card holder has the money');
    const { id } = await small.view();
    await play.until('a person is called', async () =>
      (await play.file(id)).order.holdReasons.includes('reversed-after-buy'),
    );
    play.say('disputed after the delivery: a loss, in front of a person');
    const { trades, refunds } = await play.applied();
    play.check('nothing-more-is-bought', trades.length === 1);
    play.check('nothing-is-refunded-beside-the-dispute', refunds.length === 0);
    const loss = (await play.admin<readonly { account: string; amount: { minor: bigint } }[]>('balances')).filter(
      ({ account }) => account.startsWith('loss'),
    );
    play.check(
      'the-loss-is-booked',
      loss.some(({ amount }) => amount.minor !== 0n),
    );
  },
};

const typedIn: Script = {
  name: 'typed-transaction',
  tells: "a buyer transfers by Wing and types the transaction's id; whoever types it for another order gets nothing",
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.ask(RIEL);
    await buyer.verify();
    await buyer.giveAddress();
    await buyer.choose('apay', 'pay-to-account');
    const { next } = await buyer.confirm();
    play.check('an-account-is-shown', next?.type === 'pay-to-account');
    const sent = await buyer.pay();
    if (sent.outcome !== 'paid') throw new Error('the bank app transferred nothing');
    play.say("transferred in the bank app, and typed the transaction's id in the chat");
    await deliver(play, buyer);
    const other = await createBuyer(play, SHELL, 'CHAN BOPHA');
    await other.ask(RIEL);
    await other.verify();
    await other.giveAddress();
    await other.choose('apay', 'pay-to-account');
    await other.confirm();
    const said = await other.complete(sent.transaction).then(
      () => 'taken',
      (error: unknown) => String(error),
    );
    play.check('it-counts-once', said.includes('handed in before'));
    play.check('the-other-order-has-no-money', (await other.view()).received === null);
    play.check('bought-once', (await play.applied()).trades.length === 1);
    play.say('somebody else typed it too: it counts for one order');
  },
};

/** Who paid, whether it is proven, and for how long it stays paid. */
export const proving: readonly Script[] = [quotaSpent, noProof, typedIn, someoneElse, twoRails, reversed];

import type { OrderView } from '@rielrails/orders';
import { createChatBuyer } from './chat-buyer.ts';
import type { Buyer } from './buyer.ts';
import type { Play } from './play.ts';
import type { Script } from './script.ts';

/** Mines, and waits for the end of an order that goes well from here. */
export async function arrive(play: Play, buyer: Buyer): Promise<OrderView> {
  await buyer.until('broadcast');
  await play.mine(2);
  return buyer.until('DELIVERED');
}

/** The same, and looks on the chain: the coin sits at the address that this buyer gave first. */
export async function deliver(play: Play, buyer: Buyer): Promise<void> {
  const { delivery } = await arrive(play, buyer);
  const found = await play.act<{ readonly confirmedSats: bigint }>('chain/lookup', { address: buyer.address });
  play.check('coin-sits-at-the-address', found.confirmedSats === delivery?.amount.minor);
  play.say('delivered');
}

const createUnknown: Script = {
  name: 'create-unknown',
  tells: 'the bank makes a payment request and its answer is lost',
  async run(play) {
    await play.fault('payway', 'reset-after-apply', 'generate-qr');
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    const { payments } = await play.applied();
    play.check('two-requests-exist-at-the-bank', payments.length === 2);
    const { order } = await play.file((await buyer.view()).id);
    const requests = order.effects.filter(({ kind }) => kind === 'request-payment');
    const shown = requests.filter(({ result }) => result?.kind === 'request-payment' && result.next !== null);
    play.check('one-of-them-is-shown', shown.length === 1 && shown[0]?.seq === 2);
    play.say('the answer was lost; another request is shown under a new reference');
    await play.until('the unseen request is closed', async () => (await play.applied()).cancelled.length === 1);
    await buyer.pay();
    await deliver(play, buyer);
  },
};

/** PayWay's KHQR fixes the amount; these play a bank whose app lets the payer change it all the same. */
const loose = { takesWrongPayments: true } as const;

const underpaid: Script = {
  name: 'underpaid',
  tells: 'one buyer pays too little and then the rest, another too little and no more',
  settings: { ...loose, policy: { payWithinMs: 185_000 } },
  async run(play) {
    const patient = await createChatBuyer(play, 1001);
    const silent = await createChatBuyer(play, 1002, 'CHAN BOPHA');
    for (const buyer of [patient, silent]) {
      await buyer.order(41_000n);
      await buyer.pay({ amount: 30_000n });
    }
    for (const buyer of [patient, silent]) {
      await play.until('the rest is asked for', async () => (await buyer.view()).toPay?.minor === 11_000n);
    }
    play.say('30,000 of 41,000 riel came; the bot asks for the other 11,000');
    await play.until('the picture asks for the rest', async () => (await patient.qr()).includes('540811000.00'));
    await patient.pay();
    await deliver(play, patient);
    await play.forward(187_000);
    await silent.until('REFUNDED');
    const { refunds } = await play.applied();
    play.check('what-came-went-back', refunds.length === 1 && refunds[0]?.minor === 30_000n);
    play.say('the other buyer never paid the rest: 30,000 riel went back');
  },
};

const overpaid: Script = {
  name: 'overpaid',
  tells: 'the buyer pays too much; what is too much goes back',
  settings: loose,
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await buyer.pay({ amount: 50_000n });
    play.say('50,000 instead of 41,000 riel came');
    await deliver(play, buyer);
    await play.until('the excess went back', async () => (await play.applied()).refunds.length === 1);
    const { refunds } = await play.applied();
    play.check('the-excess-alone-went-back', refunds[0]?.minor === 9000n);
    play.say('delivered as ordered; 9,000 riel went back');
  },
};

const paidTwice: Script = {
  name: 'paid-twice',
  tells: 'the QR code is scanned and paid twice',
  settings: loose,
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    const qr = await buyer.qr();
    const scans = [await buyer.pay({ qr }), await buyer.pay({ qr })];
    play.check(
      'the-bank-took-both',
      scans.every(({ outcome }) => outcome === 'paid'),
    );
    play.say('the same picture was paid twice');
    await deliver(play, buyer);
    await play.until('the second payment went back', async () => (await play.applied()).refunds.length === 1);
    const { receipts, refunds } = await play.applied();
    play.check('two-payments-arrived', receipts.length === 2);
    play.check('one-went-back-whole', refunds.length === 1 && refunds[0]?.minor === 41_000n);
    play.say('the second payment was sent back by the bank');
  },
};

const paidLate: Script = {
  name: 'paid-late',
  tells: 'two buyers pay after the deadline: one a little late, one too late',
  settings: { policy: { payWithinMs: 185_000, honourLateForMs: 25_000 } },
  async run(play) {
    const little = await createChatBuyer(play, 1001);
    const much = await createChatBuyer(play, 1002, 'CHAN BOPHA');
    for (const buyer of [little, much]) await buyer.order(41_000n);
    const [first, second] = [await little.qr(), await much.qr()];
    // A request that is closed at the bank cannot be paid late; here closing fails.
    await play.fault('payway', 'timeout-before', 'close-transaction', 2);
    await play.forward(187_000);
    await little.until('EXPIRED');
    await much.until('EXPIRED');
    play.say('both deadlines passed');
    play.check('bank-still-takes-it', (await little.pay({ qr: first })).outcome === 'paid');
    await little.until('broadcast');
    play.say('a little late: honoured');
    await play.forward(30_000);
    play.check('bank-still-takes-the-other', (await much.pay({ qr: second })).outcome === 'paid');
    await play.until('the late money went back', async () => (await play.applied()).refunds.length === 1);
    play.say('too late: sent back');
    await deliver(play, little);
    const { order } = await play.file((await much.view()).id);
    play.check(
      'too-late-is-not-bought',
      order.effects.every(({ kind }) => kind !== 'buy' && kind !== 'send'),
    );
    play.check(
      'too-late-is-refunded',
      order.receipts.every(({ refunded }) => refunded === 41_000n),
    );
  },
};

const webhookLost: Script = {
  name: 'webhook-lost',
  tells: "the bank's word of the payment never comes",
  async run(play) {
    await play.fault('payway', 'dropped-webhook', 'webhook');
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await buyer.pay();
    await deliver(play, buyer);
    const sent = await play.sandbox.world.call<readonly (number | null)[]>('webhooks', 'payway');
    play.check('no-webhook-arrived', sent.length === 0);
  },
};

const webhookForged: Script = {
  name: 'webhook-forged',
  tells: 'a forged word of the payment comes beside the true one',
  async run(play) {
    await play.fault('payway', 'forged-webhook', 'webhook');
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(41_000n);
    await buyer.pay();
    await deliver(play, buyer);
    const [genuine = 0, forged = 0] = await play.sandbox.world.call<readonly number[]>('webhooks', 'payway');
    play.check('the-true-one-is-taken', genuine >= 200 && genuine < 300);
    play.check('the-forged-one-is-refused', forged >= 400 && forged < 500);
  },
};

/** What can go wrong while somebody pays. */
export const paying: readonly Script[] = [
  createUnknown,
  underpaid,
  overpaid,
  paidTwice,
  paidLate,
  webhookLost,
  webhookForged,
];

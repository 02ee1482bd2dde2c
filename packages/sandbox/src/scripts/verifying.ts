import { createChatBuyer } from './chat-buyer.ts';
import { byTwo } from './operators.ts';
import { arrive, deliver } from './paying.ts';
import { ruleOf } from './refused.ts';
import { handIn, openReviewDesk } from './review-desk.ts';
import type { Script } from './script.ts';

const kycHappy: Script = {
  name: 'kyc-happy',
  tells:
    'a buyer is verified before any money; the chat goes on by itself, and the second purchase asks for nothing more',
  takesKyc: true,
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.ask(41_000n);
    const { payments } = await play.applied();
    play.check('nothing-is-asked-for-before', payments.length === 0);
    await buyer.verify();
    play.say('verified; the bot goes on by itself');
    await buyer.giveAddress();
    await buyer.confirm();
    await buyer.pay();
    await deliver(play, buyer);
    await buyer.orderAgain(41_000n);
    await buyer.pay();
    await arrive(play, buyer);
    play.check('verified-once', (await play.cases()).length === 1);
    play.say('the second purchase asked for no documents');
  },
};

/** The same, where Onfido verifies. */
const kycOnfido: Script = {
  name: 'kyc-onfido',
  tells: 'kyc-happy, verified by Onfido',
  settings: { kyc: 'onfido' },
  run: kycHappy.run,
};

const kycByHand: Script = {
  name: 'kyc-by-hand',
  tells:
    'the shop’s own people verify: they ask for a better picture, one proposes to approve, is refused as the second, and another confirms',
  settings: { kyc: 'manual' },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.ask(41_000n);
    const { reference, page } = await buyer.startAtOwnDesk();
    const desk = openReviewDesk(play.sandbox);
    play.check('nothing-to-review-yet', (await desk.all()).length === 0);
    await handIn(play.sandbox, page, buyer.name);
    await desk.askAgain(reference);
    await buyer.reads('The picture of the document could not be read.');
    play.say('the picture was not good enough; the buyer sends another on the same link');
    await handIn(play.sandbox, page, buyer.name);
    await desk.approve(reference, buyer.name);
    await buyer.reads('You are verified');
    play.say('one proposed and could not confirm; another did');
    await buyer.giveAddress();
    await buyer.confirm();
    await buyer.pay();
    await deliver(play, buyer);
    const [one, ...others] = await desk.all();
    play.check('one-case', one?.review === reference && one.state === 'approved' && others.length === 0);
  },
};

const kycRetry: Script = {
  name: 'kyc-retry',
  tells: 'the desk wants a better picture: the buyer is told why, tries again on the same link, and buys',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.ask(41_000n);
    const reference = await buyer.startVerification();
    await play.act('kyc/reject', { reference, type: 'retry', reason: 'UNSATISFACTORY_PHOTOS' });
    await play.until('the engine knows', async () => (await buyer.verification()).status === 'retry');
    play.check('told-why', (await buyer.verification()).reasons.length > 0);
    play.check('the-order-stays', (await buyer.view()).state === 'quoted');
    play.say('the picture was not good enough; the buyer tries again');
    await play.act('kyc/approve', { reference, name: buyer.name, born: '1990-01-01', country: 'KH' });
    await buyer.reads('You are verified');
    await buyer.giveAddress();
    await buyer.confirm();
    await buyer.pay();
    await deliver(play, buyer);
    play.check('one-case', (await play.applied()).cases.length === 1);
  },
};

const kycFinal: Script = {
  name: 'kyc-final',
  tells: 'the desk rejects the buyer for good: nothing is asked for, and the buyer reads what can be done',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.ask(41_000n);
    const reference = await buyer.startVerification();
    await play.act('kyc/reject', { reference, type: 'final', reason: 'FORGERY' });
    await play.until('the engine knows', async () => (await buyer.verification()).status === 'rejected');
    await buyer.reads('support');
    const again = play.engine('buyer', { command: 'verify', args: [buyer.ref] });
    play.check('no-second-case', (await ruleOf(again)) === 'final');
    const { payments, trades, cases } = await play.applied();
    play.check('nothing-was-asked-for', payments.length === 0 && trades.length === 0 && cases.length === 1);
    play.say('rejected; the chat names whom to write to');
  },
};

const kycRevoked: Script = {
  name: 'kyc-revoked-mid-order',
  tells:
    'two approvals are taken back, one before the payment and one after it: the first order is closed, the second goes back',
  async run(play) {
    const early = await createChatBuyer(play, 1001);
    await early.ask(41_000n);
    const first = await early.startVerification();
    await play.act('kyc/approve', { reference: first, name: early.name, born: '1990-01-01', country: 'KH' });
    await early.reads('You are verified');
    await early.giveAddress();
    await early.confirm();
    await play.act('kyc/revoke', { reference: first });
    await early.until('CANCELLED');
    await play.until('its request is closed at the bank', async () => (await play.applied()).cancelled.length === 1);
    play.say('taken back before the payment: the request is closed');

    const late = await createChatBuyer(play, 1002, 'CHAN BOPHA');
    await late.ask(41_000n);
    const second = await late.startVerification();
    await play.act('kyc/approve', { reference: second, name: late.name, born: '1992-02-02', country: 'KH' });
    await late.reads('You are verified');
    await late.giveAddress();
    await late.confirm();
    await play.act('exchange/halt', { halted: true });
    await late.pay();
    await late.until('paid');
    await play.act('kyc/revoke', { reference: second });
    const { id } = await late.view();
    await play.until('a person is called', async () =>
      (await play.file(id)).order.holdReasons.includes('kyc-not-approved'),
    );
    await play.act('exchange/halt', { halted: false });
    await play.forward(60_000);
    const { trades } = await play.applied();
    play.check('nothing-bought', trades.length === 0);
    play.check('nothing-sent', (await play.paymentsTo(late.address)).length === 0);
    await byTwo(play, 'refund', id);
    await late.until('REFUNDED');
    play.say('taken back after the payment: nothing was bought, the money went back');
  },
};

/** What a verification can come to. */
export const verifying: readonly Script[] = [kycHappy, kycOnfido, kycByHand, kycRetry, kycFinal, kycRevoked];

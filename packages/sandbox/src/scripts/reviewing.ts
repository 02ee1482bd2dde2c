import type { CommandResult, CustomerFile } from '@rielrails/orders';
import { decideByTwo, onlyCase, writtenIn } from './case-desk.ts';
import type { Case } from './case-desk.ts';
import { createChatBuyer } from './chat-buyer.ts';
import type { ChatBuyer } from './chat-buyer.ts';
import { byTwo, FIRST_OPERATOR } from './operators.ts';
import { arrive, deliver } from './paying.ts';
import type { Play } from './play.ts';
import { ruleOf } from './refused.ts';
import type { Script } from './script.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The shop reads the list every hour. */
const LISTS_READ_AFTER_MS = HOUR_MS + MINUTE_MS;
/** All that a buyer reads while people look at an order. */
const BEING_LOOKED_AT = 'A person is looking at this order.';
const MAY_GO_ON = 'can go on';

const structuring: Script = {
  name: 'structuring-case',
  tells: 'order after order stays just below a threshold: the policy stops the third, two people look, and it goes on',
  settings: {
    dueDiligence: {
      rules: [
        {
          id: 'below-cap',
          type: 'just-below',
          of: '100000 KHR',
          share: 80,
          orders: 3,
          within: '24 hours',
          action: 'hold',
          ground: {
            says: 'Up to 100,000 riel a payer is served whose name the bank does not tell.',
            standing: 'the operator’s choice',
          },
        },
      ],
    },
  },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    await buyer.order(90_000n);
    await buyer.pay();
    await deliver(play, buyer);
    await buyer.orderAgain(92_000n);
    await buyer.pay();
    await arrive(play, buyer);
    play.say('two orders just below 100,000 riel were delivered; now a third');
    const { id } = await buyer.askAgain(95_000n);
    await buyer.agree();
    await buyer.reads(BEING_LOOKED_AT);
    const held = await play.file(id);
    play.check('held-for-review', held.order.hold === 'review' && held.order.holdReasons.join() === 'monitoring');
    play.check('nothing-more-is-asked-for', (await play.applied()).payments.length === 2);
    const found = await onlyCase(play, id, 'below-cap');
    const [evidence] = await writtenIn(play, found);
    const { orders, worth, withinHours } = evidence?.facts ?? {};
    play.check('the-case-has-its-evidence', orders === '3' && worth === '95000' && withinHours === '24');
    await decideByTwo(play, found, 'cleared', 'wages, paid out each day; seen on three payslips');
    play.check('the-case-is-closed', (await onlyCase(play, id, 'below-cap')).decision === 'cleared');
    await goesOn(play, buyer);
  },
};

/** As the list writes it: the same name, and somebody else's. */
const LISTED = 'DARA, Sok';

const nameHitCleared: Script = {
  name: 'name-hit-review-cleared',
  tells: 'the buyer bears the name of a listed person: two people find that it is somebody else, and it is delivered',
  async run(play) {
    await play.act('lists/add-name', { name: LISTED });
    await play.forward(LISTS_READ_AFTER_MS);
    const buyer = await createChatBuyer(play, 1001);
    const { id } = await buyer.ask(41_000n);
    await buyer.verify();
    await buyer.giveAddress();
    await buyer.agree();
    await buyer.reads(BEING_LOOKED_AT);
    const held = await play.file(id);
    play.check('held-for-review', held.order.hold === 'review' && held.order.holdReasons.join() === 'name-review');
    play.check('nothing-is-asked-for', (await play.applied()).payments.length === 0);
    const found = await onlyCase(play, id, 'name-review');
    const [evidence] = await writtenIn(play, found);
    play.check('the-case-names-the-entry', evidence?.text?.includes('OFAC SDN') === true);
    await decideByTwo(play, found, 'somebody-else', 'born in 1990; the listed one is sixty, seen on the passport');
    await goesOn(play, buyer);
    play.say('delivered, though the name still stands on the list');
    const { toldApart } = await play.admin<CustomerFile>('customer', id, FIRST_OPERATOR);
    play.check('the-file-says-who-decided', toldApart.length === 1 && toldApart[0]?.state === 'holds');
    // Taken off and listed again, it is another entry: nobody has decided about that one.
    await play.act('lists/remove-name', { name: LISTED });
    await play.act('lists/add-name', { name: LISTED });
    await play.forward(LISTS_READ_AFTER_MS);
    const { id: next } = await buyer.askAgain(41_000n);
    await buyer.agree();
    await play.until('it is held', async () => (await play.file(next)).order.hold === 'review');
    play.check('another-entry-is-another-matter', (await play.applied()).payments.length === 1);
  },
};

const nameHitConfirmed: Script = {
  name: 'name-hit-confirmed-after-payment',
  tells: 'a list changes after the payment, and the buyer is whom it means: frozen, reported, nothing goes either way',
  settings: { policy: { buyWithinMs: 12 * HOUR_MS }, dueDiligence: {} },
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    const { id } = await buyer.order(41_000n);
    await play.act('exchange/halt', { halted: true });
    await buyer.pay();
    await buyer.until('paid');
    await play.act('lists/add-name', { name: LISTED });
    await play.forward(LISTS_READ_AFTER_MS);
    await play.until('the order is held', async () => (await play.file(id)).order.hold === 'review');
    await buyer.reads(BEING_LOOKED_AT);
    play.say('the list has changed: known customers were compared with it');
    await play.act('exchange/halt', { halted: false });
    const found = await onlyCase(play, id, 'name-review');
    await play.admin(
      'decideCase',
      found.id,
      'suspicious',
      'the number of the passport is the listed one',
      FIRST_OPERATOR,
    );
    const frozen = async () => (await play.file(id)).order;
    play.check('frozen', (await frozen()).hold === 'frozen');
    // Every deadline passes: nothing may move by itself, and no single person moves it.
    await play.forward(5 * 24 * HOUR_MS);
    const released = await play.admin<CommandResult>('release', id, FIRST_OPERATOR);
    play.check('release-needs-two', released.outcome === 'proposed');
    play.check('a-refund-is-refused', (await ruleOf(byTwo(play, 'refund', id))) === 'not-now');
    const { hold, state, refundTasks } = await frozen();
    play.check('still-frozen', hold === 'frozen' && state === 'paid' && refundTasks.length === 0);
    const { trades, refunds } = await play.applied();
    play.check('nothing-bought', trades.length === 0);
    play.check('nothing-sent', (await play.paymentsTo(buyer.address)).length === 0);
    play.check('nothing-refunded', refunds.length === 0 && (await buyer.view()).refunds.length === 0);
    await reportSuspicion(play, found);
  },
};

/** What the authority is given has the case, and nothing of it reaches the buyer. */
async function reportSuspicion(play: Play, { id, number }: Case): Promise<void> {
  const now = await play.engine<number>('now');
  const day = (at: number) => new Date(at + 7 * HOUR_MS).toISOString().slice(0, 10);
  const [from, to] = [day(now - 7 * 24 * HOUR_MS), day(now)];
  const { csv } = await play.admin<{ readonly csv: string }>('report', 'suspicious', from, to, FIRST_OPERATOR);
  const row = csv.split('\r\n').find((line) => line.startsWith(id));
  const told = [number ?? 'no number', 'name-review', FIRST_OPERATOR, 'SOK DARA'];
  play.check(
    'the-report-has-its-row',
    told.every((word) => row?.includes(word)),
  );
  await play.admin('caseReported', id, 'CAFIU-2026-0001', FIRST_OPERATOR);
  const one = await play.admin<Case>('caseLine', id);
  play.check('the-report-is-filed', one.state === 'closed' && one.reportReference === 'CAFIU-2026-0001');
  play.say('frozen and reported; the buyer read only that a person looks at it');
}

const addressHitAtSigning: Script = {
  name: 'address-hit-at-signing',
  tells:
    'the address is listed between the decision to send and the signature: it is screened once more, and not signed',
  async run(play) {
    const buyer = await createChatBuyer(play, 1001);
    const { id } = await buyer.order(41_000n);
    // Screened and found clear, the delivery is planned; the engine dies before it asks for the signature.
    await play.engine('die-at', { point: 'after-plan', doing: 'screened' });
    const { engine } = play.sandbox;
    await buyer.pay();
    play.check('killed', (await engine.ended).signal === 'SIGKILL');
    await play.sandbox.engineGone();
    await play.listAddress(buyer.address);
    play.say('the address was clear when the delivery was planned, and is listed now');
    await play.sandbox.startEngine();
    await play.until('it is stopped', async () => (await play.file(id)).order.hold === 'frozen');
    await buyer.reads(BEING_LOOKED_AT);
    await play.forward(5 * 24 * HOUR_MS);
    const { order, cases } = await play.file(id);
    const sends = order.effects.filter(({ kind }) => kind === 'send');
    play.check('planned-once', sends.length === 1 && sends[0]?.status === 'waiting');
    play.check('held-for-its-address', order.holdReasons.includes('address-blocked'));
    play.check(
      'people-have-its-case',
      cases.some(({ rule, state }) => rule === 'address-blocked' && state === 'open'),
    );
    const [about] = cases;
    play.check(
      'an-address-is-never-somebody-else',
      about !== undefined && (await ruleOf(isSomebodyElse(play, about))) === 'not-a-name',
    );
    play.check('the-coin-stays', (await play.paymentsTo(buyer.address)).length === 0);
    play.check('nothing-refunded', (await play.applied()).refunds.length === 0);
  },
};

const isSomebodyElse = (play: Play, { id }: Case) =>
  play.admin('decideCase', id, 'somebody-else', 'the wallet is another person’s', FIRST_OPERATOR);

/** People let a wish go on: its buyer is told so, agrees, pays, and gets what was bought. */
async function goesOn(play: Play, buyer: ChatBuyer): Promise<void> {
  await play.forward(MINUTE_MS);
  await buyer.reads(MAY_GO_ON);
  play.say('two people cleared it; the buyer is told that it can go on');
  await buyer.writes('/status');
  await buyer.confirm();
  await buyer.pay();
  await arrive(play, buyer);
}

/** What people look at before it goes on. */
export const reviewing: readonly Script[] = [structuring, nameHitCleared, nameHitConfirmed, addressHitAtSigning];

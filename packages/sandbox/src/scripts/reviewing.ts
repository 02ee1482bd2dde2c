import { isInputError } from '@rielrails/core';
import type { CommandResult, OrderFile } from '@rielrails/orders';
import { createChatBuyer } from './chat-buyer.ts';
import type { ChatBuyer } from './chat-buyer.ts';
import { deliver } from './paying.ts';
import type { Play } from './play.ts';
import type { Script } from './script.ts';

type Case = OrderFile['cases'][number];

const MINUTE_MS = 60_000;
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
    await buyer.until('broadcast');
    await play.mine(2);
    await buyer.until('DELIVERED');
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

/** People let a wish go on: its buyer is told so, agrees, pays, and gets what was bought. */
async function goesOn(play: Play, buyer: ChatBuyer): Promise<void> {
  await play.forward(MINUTE_MS);
  await buyer.reads(MAY_GO_ON);
  play.say('two people cleared it; the buyer is told that it can go on');
  await buyer.writes('/status');
  await buyer.confirm();
  await buyer.pay();
  await buyer.until('broadcast');
  await play.mine(2);
  await buyer.until('DELIVERED');
}

/** The one case of an order that a rule opened. */
async function onlyCase(play: Play, id: OrderFile['order']['id'], rule: string): Promise<Case> {
  const { cases } = await play.file(id);
  const [found] = cases.filter((one) => one.rule === rule);
  if (!found || cases.length !== 1) throw new Error(`expected one case, about ${rule}`);
  return found;
}

interface Written {
  readonly kind: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly text: string | null;
}

/** What a case says, opened by the first operator. */
async function writtenIn(play: Play, { id }: Case): Promise<readonly Written[]> {
  return (await play.admin<{ readonly written: readonly Written[] }>('caseFile', id, 'first-operator')).written;
}

/** One person proposes, and cannot approve alone; the second does. */
async function decideByTwo(play: Play, { id }: Case, decision: string, reason: string): Promise<void> {
  const result = await play.admin<CommandResult>('decideCase', id, decision, reason, 'first-operator');
  play.check('one-person-decides-nothing', result.outcome === 'proposed');
  if (result.outcome !== 'proposed') return;
  const { id: proposal, payloadHash } = result.proposal;
  const alone = await play.admin('approve', proposal, payloadHash, 'first-operator').then(
    () => null,
    (error: unknown) => error,
  );
  play.check('nobody-approves-alone', isInputError(alone) && alone.rule === 'same-person');
  await play.admin('approve', proposal, payloadHash, 'second-operator');
}

/** What people look at before it goes on. */
export const reviewing: readonly Script[] = [structuring];

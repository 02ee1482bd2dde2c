import { strict as assert } from 'node:assert';
import { add, can, money } from '@rielrails/core';
import type { Attempt, Money, Payment, Receipt, RefundPayment, Target } from '@rielrails/core';
import { mustApply, mustDoubt, mustEqualMoney, mustExist, mustRefuse } from '../expect.ts';
import { lostAnswers } from '../lost-answers.ts';
import { has, sends } from './facts.ts';
import { all } from '../suite.ts';
import type { PaymentFacts } from './facts.ts';
import type { PaymentClause } from './clauses.ts';
import type { PaymentWorld } from './world.ts';
import type { Excluded } from '../suite.ts';

const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;

/** What is promised about sending money back. */
export const refundClauses: readonly PaymentClause[] = [
  {
    id: 'PAY-42',
    title: 'A whole receipt is refunded once and reported with the receipt it came from',
    applies: has('refund'),
    async run(world) {
      const { target, receipt } = await world.paid();
      const payment = mustApply(await refund(world, { target, receipt }));
      mustEqualMoney(refundedAt(world, receipt), receipt.amount, 'refunded at the provider');
      const told = [payment, ...(tellsRefunds(world.facts) ? [await world.look(target)] : [])];
      for (const one of told) {
        const [reported, ...others] = mustExist(one, 'the payment').refunds;
        assert.deepEqual(others, [], 'further refunds');
        assert.equal(reported?.receipt, receipt.transaction);
        mustEqualMoney(reported?.amount, receipt.amount, 'refund');
        assert.equal(one?.receipts.length, 1, 'receipts');
      }
    },
  },
  {
    id: 'PAY-43',
    title: 'Parts of a receipt are refunded to the minor unit',
    applies: all(has('refund'), partial(true)),
    async run(world) {
      const { target, receipt } = await world.paid();
      const { asset, minor } = receipt.amount;
      const least = world.facts.manifest.operations.refund?.minimum?.minor ?? 1n;
      const parts = [money(asset, least), money(asset, minor - least)];
      for (const amount of parts) mustApply(await refund(world, { target, receipt, amount }));
      const truth = world.emulator.applied.refunds.map(({ amount }) => amount.minor);
      assert.deepEqual(truth, [least, minor - least]);
    },
  },
  {
    id: 'PAY-44',
    title: 'A part of a receipt is refused where only the whole can be refunded',
    applies: all(has('refund'), partial(false)),
    async run(world) {
      const { target, receipt } = await world.paid();
      mustRefuse(await refund(world, { target, receipt, amount: money(receipt.amount.asset, 1n) }));
      assert.deepEqual(world.emulator.applied.refunds, []);
    },
  },
  {
    id: 'PAY-45',
    title: 'More than was received is never refunded',
    applies: has('refund'),
    async run(world) {
      const { target, receipt } = await world.paid();
      const { asset, minor } = receipt.amount;
      mustRefuse(
        await refund(world, { target, receipt, amount: money(asset, minor + 1n) }),
        'invalid',
        'declined',
        'conflict',
      );
      assert.deepEqual(world.emulator.applied.refunds, []);
      mustApply(await refund(world, { target, receipt }));
      mustRefuse(await refund(world, { target, receipt, amount: money(asset, 1n) }));
      mustEqualMoney(refundedAt(world, receipt), receipt.amount, 'refunded at the provider');
    },
  },
  {
    id: 'PAY-46',
    title: 'A refund of nothing, or of less, is refused before anything is sent',
    applies: has('refund'),
    async run(world) {
      const { target, receipt } = await world.paid();
      const before = world.lab.requests;
      for (const minor of [0n, -1n]) {
        mustRefuse(await refund(world, { target, receipt, amount: money(receipt.amount.asset, minor) }), 'invalid');
      }
      assert.equal(world.lab.requests, before, 'requests sent');
    },
  },
  {
    id: 'PAY-47',
    title: 'A repeated refund sends the money back once and answers as the manifest says',
    applies: all(
      has('refund'),
      ({ manifest }) => manifest.operations.refund?.repeat !== 'none' || { excludedBy: 'operations.refund.repeat' },
    ),
    async run(world) {
      const { target, receipt } = await world.paid();
      const { reference } = world.request();
      mustApply(await refund(world, { target, receipt, reference }));
      const second = await refund(world, { target, receipt, reference });
      mustEqualMoney(refundedAt(world, receipt), receipt.amount, 'refunded at the provider');
      if (world.facts.manifest.operations.refund?.repeat === 'replays') mustApply(second);
      else mustDoubt(second, 'duplicate');
    },
  },
  {
    id: 'PAY-48',
    title: 'A refund whose answer was lost is in doubt, was applied once, and a lookup or a repeat tells it',
    applies: all(has('refund'), sends('refund')),
    async run({ another }) {
      for (const [fault, reason] of lostAnswers) {
        const world = await another();
        const { target, receipt } = await world.paid();
        world.breakWrite('refund', fault);
        const { reference } = world.request();
        mustDoubt(await refund(world, { target, receipt, reference }), reason);
        assert.equal(world.emulator.applied.refunds.length, 1, `refunds applied after ${fault}`);
        if (world.facts.manifest.operations.get?.refunds === 'untold') {
          const { repeat } = mustExist(world.facts.manifest.operations.refund, 'operations.refund');
          assert.notEqual(repeat, 'none', 'nothing would ever settle this refund');
          const again = await refund(world, { target, receipt, reference });
          if (repeat === 'rejects') mustDoubt(again, 'duplicate');
          else mustApply(again);
          assert.equal(world.emulator.applied.refunds.length, 1, 'refunds applied after the repeat');
        }
        if (!tellsRefunds(world.facts)) continue;
        const payment = mustExist(await world.look(target), 'the payment');
        mustEqualMoney(payment.refunds[0]?.amount, receipt.amount, 'refund found');
      }
    },
  },
  {
    id: 'PAY-49',
    title: 'A refund whose connection was refused is unavailable, and nothing was sent back',
    applies: all(has('refund'), sends('refund')),
    async run(world) {
      const { target, receipt } = await world.paid();
      world.breakWrite('refund', 'refused-connection');
      mustRefuse(await refund(world, { target, receipt }), 'unavailable');
      assert.deepEqual(world.emulator.applied.refunds, []);
    },
  },
  {
    id: 'PAY-50',
    title: 'A refund after its window is refused',
    applies: all(
      has('refund'),
      ({ manifest }) =>
        (manifest.operations.refund?.windowMs ?? 0) <= TEN_YEARS_MS || { excludedBy: 'operations.refund.windowMs' },
    ),
    async run(world) {
      const { target, receipt } = await world.paid();
      await world.clock.sleep((world.facts.manifest.operations.refund?.windowMs ?? 0) + 60_000);
      mustRefuse(await refund(world, { target, receipt }));
      assert.deepEqual(world.emulator.applied.refunds, []);
    },
  },
];

function partial(wanted: boolean): (facts: PaymentFacts) => true | Excluded {
  return ({ manifest }) =>
    manifest.operations.refund?.partial === wanted || { excludedBy: 'operations.refund.partial' };
}

/** Whether a lookup tells what was sent back. */
function tellsRefunds({ manifest }: PaymentFacts): boolean {
  const terms = manifest.operations.get;
  return terms !== undefined && terms.refunds !== 'untold';
}

function refund(
  { provider, subject, request }: PaymentWorld,
  input: { readonly target: Target; readonly receipt: Receipt } & Partial<Pick<RefundPayment, 'amount' | 'reference'>>,
): Promise<Attempt<Payment>> {
  assert.ok(can(provider, 'refund'));
  const { target, receipt } = input;
  return provider.refund({
    target,
    reference: input.reference ?? request().reference,
    receipt: receipt.transaction,
    amount: input.amount ?? receipt.amount,
    ...(subject.refundDestination === undefined ? {} : { destination: subject.refundDestination }),
  });
}

/** What the provider really sent back of a receipt. */
function refundedAt({ emulator }: PaymentWorld, { amount }: Receipt): Money {
  return emulator.applied.refunds.reduce((sum, refund) => add(sum, refund.amount), money(amount.asset, 0n));
}

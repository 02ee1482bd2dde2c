import { strict as assert } from 'node:assert';
import { can, money } from '@rielrails/core';
import { mustApply, mustDoubt, mustEqualMoney, mustExist, mustRefuse } from '../expect.ts';
import { lostAnswers } from '../lost-answers.ts';
import { has, provesPayments, seen, sends, tellsEveryReceipt } from './facts.ts';
import { all } from '../suite.ts';
import type { PaymentClause } from './clauses.ts';
import type { PaymentWorld } from './world.ts';

/** What is promised about money that arrives, and about requests that end without it. */
export const receiptClauses: readonly PaymentClause[] = [
  {
    id: 'PAY-31',
    title: 'A payment in full is reported as paid, with one receipt',
    applies: provesPayments,
    async run({ paid, emulator }) {
      const { payment, receipt } = await paid();
      assert.equal(payment.status, 'paid');
      assert.equal(payment.receipts.length, 1);
      const truth = mustExist(emulator.applied.receipts[0], 'the receipt at the provider');
      assert.equal(receipt.transaction, truth.transaction);
      mustEqualMoney(receipt.amount, truth.amount, 'receipt');
      mustEqualMoney(receipt.amount, payment.requested, 'receipt');
    },
  },
  {
    id: 'PAY-32',
    title: 'Less than was asked for is reported as it came',
    applies: all(provesPayments, seen('takesOtherAmounts')),
    run: (world) => reportsAmount(world, -1n),
  },
  {
    id: 'PAY-33',
    title: 'More than was asked for is reported as it came',
    applies: all(provesPayments, seen('takesOtherAmounts')),
    run: (world) => reportsAmount(world, 1n),
  },
  {
    id: 'PAY-34',
    title: 'Two payments on one request are two receipts',
    applies: all(provesPayments, tellsEveryReceipt, seen('paysTwice')),
    async run(world) {
      const created = await world.created();
      await world.pay(created);
      mustExist(await world.emulator.payer.payTwice(created.target.reference), 'the second transaction');
      const payment = mustExist(await world.look(created.target), 'the payment');
      const told = payment.receipts.map(({ transaction }) => transaction as string);
      const truth = world.emulator.applied.receipts.map(({ transaction }) => transaction);
      assert.deepEqual(told.toSorted(), truth.toSorted());
      assert.equal(new Set(told).size, 2, 'different transactions');
    },
  },
  {
    id: 'PAY-35',
    title: 'A request that ran out unpaid is never paid and has no receipt',
    applies: has('get'),
    async run({ created, emulator, look }) {
      const { target } = await created();
      await emulator.payer.expire(target.reference);
      const payment = await look(target);
      if (!payment) return;
      assert.ok(!['paid', 'refunded', 'reversed'].includes(payment.status), `status ${payment.status}`);
      assert.deepEqual(payment.receipts, []);
    },
  },
  {
    id: 'PAY-36',
    title: 'Money that was taken back is reported, and its receipt stays',
    applies: all(provesPayments, seen('tellsReversals')),
    async run({ paid, emulator, look }) {
      const { target, receipt } = await paid();
      await emulator.payer.reverse(receipt.transaction);
      const payment = mustExist(await look(target), 'the payment');
      assert.equal(payment.status, 'reversed');
      const reversal = mustExist(payment.reversals[0], 'the reversal');
      assert.equal(reversal.receipt, receipt.transaction);
      mustEqualMoney(reversal.amount, receipt.amount, 'reversal');
      assert.equal(payment.receipts.length, 1, 'receipts');
    },
  },
  {
    id: 'PAY-37',
    title: 'An unpaid request can be cancelled',
    applies: has('cancel'),
    async run(world) {
      const { target } = await world.created();
      const payment = mustApply(await cancelOf(world)(target));
      assert.equal(payment.status, 'cancelled');
      assert.deepEqual(world.emulator.applied.cancelled, [target.reference]);
      if (can(world.provider, 'get')) assert.equal((await world.look(target))?.status, 'cancelled');
    },
  },
  {
    id: 'PAY-38',
    title: 'A paid request cannot be cancelled: conflict, and the money stays reported',
    applies: has('cancel'),
    async run(world) {
      const { target } = await world.paid();
      mustRefuse(await cancelOf(world)(target), 'conflict');
      assert.deepEqual(world.emulator.applied.cancelled, []);
      assert.equal((await world.look(target))?.receipts.length, 1);
    },
  },
  {
    id: 'PAY-39',
    title: 'A cancellation whose answer was lost is in doubt, and a lookup settles it',
    applies: all(has('cancel'), sends('cancel')),
    async run({ another }) {
      for (const [fault, reason] of lostAnswers) {
        const world = await another();
        const { target } = await world.created();
        world.breakWrite('cancel', fault);
        mustDoubt(await cancelOf(world)(target), reason);
        assert.deepEqual(world.emulator.applied.cancelled, [target.reference]);
        if (can(world.provider, 'get')) assert.equal((await world.look(target))?.status, 'cancelled');
      }
    },
  },
  {
    id: 'PAY-40',
    title: 'What the payer produced is completed once',
    applies: has('complete'),
    async run({ handedOver, provider, emulator }) {
      assert.ok(can(provider, 'complete'));
      const { target, token } = await handedOver();
      mustApply(await provider.complete({ target, token }));
      await provider.complete({ target, token });
      assert.equal(emulator.applied.receipts.length, 1, 'receipts at the provider');
    },
  },
  {
    id: 'PAY-41',
    title: 'A payment that we do not approve is not taken',
    applies: has('approve'),
    async run(world) {
      world.approval = 'refuse';
      const asking = world.offers.filter((offer) => offer === 'telegram-invoice');
      const created = await world.created({ accepts: [asking[0] ?? world.offers[0]] });
      await world.pay(created).catch(() => {});
      assert.deepEqual(world.emulator.applied.receipts, []);
    },
  },
];

async function reportsAmount(world: PaymentWorld, difference: bigint): Promise<void> {
  const created = await world.created();
  const { asset, minor } = created.input.amount;
  await world.pay(created, money(asset, minor + difference));
  const payment = mustExist(await world.look(created.target), 'the payment');
  const truth = mustExist(world.emulator.applied.receipts[0], 'the receipt at the provider');
  assert.notEqual(truth.amount.minor, minor);
  mustEqualMoney(payment.receipts[0]?.amount, truth.amount, 'receipt');
  mustEqualMoney(payment.requested, created.input.amount, 'requested');
}

function cancelOf({ provider }: PaymentWorld): NonNullable<typeof provider.cancel> {
  assert.ok(can(provider, 'cancel'));
  return provider.cancel;
}

import { strict as assert } from 'node:assert';
import { can } from '@rielrails/core';
import type { PaymentOperations } from '@rielrails/core';
import { mustExist, mustReportWordsOnce, mustThrow } from '../expect.ts';
import { later } from '../lab.ts';
import { findsByReference, has, seen } from './facts.ts';
import { all } from '../suite.ts';
import type { PaymentClause } from './clauses.ts';
import type { PaymentWorld } from './world.ts';

/** What is promised about asking for the truth. */
export const lookupClauses: readonly PaymentClause[] = [
  {
    id: 'PAY-25',
    title: 'A lookup of what was never asked for gives null',
    applies: all(has('get'), findsByReference),
    async run(world) {
      const { reference } = world.request();
      assert.equal(await getOf(world)({ reference }), null);
    },
  },
  {
    id: 'PAY-26',
    title: 'A lookup that fails once is repeated and answers',
    applies: has('get'),
    async run(world) {
      const { target } = await world.created();
      const before = world.lab.requests;
      world.emulator.faults.add('http-503');
      const payment = await getOf(world)(target);
      assert.equal(mustExist(payment, 'the payment').reference, target.reference);
      assert.ok(world.lab.requests >= before + 2, 'the lookup was not repeated');
    },
  },
  {
    id: 'PAY-27',
    title: 'A lookup that keeps failing throws unavailable and is never "not found"',
    applies: has('get'),
    async run({ another }) {
      for (const fault of ['http-503', 'refused-connection', 'timeout-before', 'unreadable-200'] as const) {
        const world = await another();
        const { target } = await world.created();
        world.emulator.faults.add(fault, { times: 100 });
        await mustThrow(() => getOf(world)(target), 'unavailable');
      }
    },
  },
  {
    id: 'PAY-28',
    title: 'A lookup that is throttled throws throttled or unavailable, in the end',
    applies: has('get'),
    async run(world) {
      const { target } = await world.created();
      world.emulator.faults.add('throttled', { times: 100 });
      await mustThrow(() => getOf(world)(target), 'throttled', 'unavailable');
    },
  },
  {
    id: 'PAY-29',
    title: 'A lookup gives up at its deadline',
    applies: has('get'),
    async run(world) {
      const { target } = await world.created();
      world.emulator.faults.add('timeout-before', { times: 100 });
      const deadline = later(world.clock, 700);
      await mustThrow(() => getOf(world)(target, { deadline }), 'unavailable');
      assert.ok(world.clock.now() <= deadline + 10, 'went on after its deadline');
    },
  },
  {
    id: 'PAY-30',
    title: "A provider's unfamiliar word means processing and is logged once",
    applies: all(has('get'), seen('tellsStatus')),
    async run(world) {
      const { target } = await world.created();
      world.emulator.faults.add('unknown-status-word', { times: 100 });
      for (let time = 0; time < 2; time += 1) {
        const payment = mustExist(await getOf(world)(target), 'the payment');
        assert.equal(payment.status, 'processing');
        assert.deepEqual(payment.receipts, []);
      }
      mustReportWordsOnce(world.lab.lines);
    },
  },
];

/** The provider's lookup. The clauses that use it are asked only where it exists. */
export function getOf({ provider }: PaymentWorld): PaymentOperations['get'] {
  assert.ok(can(provider, 'get'));
  return provider.get;
}

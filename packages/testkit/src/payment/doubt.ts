import { strict as assert } from 'node:assert';
import { can } from '@rielrails/core';
import { mustDoubt, mustEqualMoney, mustExist, mustRefuse } from '../expect.ts';
import { later } from '../lab.ts';
import { lostAnswers } from '../lost-answers.ts';
import { findsByReference, has, seen, sends } from './facts.ts';
import { all } from '../suite.ts';
import type { PaymentClause } from './clauses.ts';

const lostAnswerTitles = {
  'timeout-after-apply': 'A create whose answer never came is unknown, and was applied once',
  'reset-after-apply': 'A create whose connection broke after it arrived is unknown, and was applied once',
  'http-500-after-apply': 'A create answered by a server error is unknown, and was applied once',
  'unreadable-200': 'A create answered by something unreadable is unknown, and was applied once',
};

/** What is promised about creates whose outcome is in doubt, and about those that certainly did nothing. */
export const doubtClauses: readonly PaymentClause[] = [
  ...lostAnswers.map(([fault, reason], index): PaymentClause => ({
    id: `PAY-${13 + index}`,
    title: lostAnswerTitles[fault],
    applies: sends('create'),
    async run({ provider, request, emulator, breakWrite }) {
      breakWrite('create', fault);
      mustDoubt(await provider.create(request()), reason);
      assert.equal(emulator.applied.payments.length, 1, 'payments applied');
    },
  })),
  {
    id: 'PAY-17',
    title: 'A create in doubt is found again by its reference alone',
    applies: all(sends('create'), has('get'), findsByReference),
    async run({ another }) {
      for (const [fault] of lostAnswers) {
        const { provider, request, breakWrite, look } = await another();
        const input = request();
        breakWrite('create', fault);
        mustDoubt(await provider.create(input));
        const found = mustExist(await look({ reference: input.reference }), `the payment after ${fault}`);
        mustEqualMoney(found.requested, input.amount, 'requested');
      }
    },
  },
  {
    id: 'PAY-18',
    title: 'A create that timed out before it arrived is unknown, and a lookup finds nothing',
    applies: sends('create'),
    async run({ provider, request, emulator, breakWrite, facts, look }) {
      const input = request();
      breakWrite('create', 'timeout-before');
      mustDoubt(await provider.create(input), 'timeout');
      assert.equal(emulator.applied.payments.length, 0, 'payments applied');
      if (facts.manifest.operations.get?.by === 'reference') assert.equal(await look(input), null);
    },
  },
  {
    id: 'PAY-19',
    title: 'A create whose connection was refused is unavailable, and nothing happened',
    applies: sends('create'),
    async run({ provider, request, emulator, breakWrite }) {
      breakWrite('create', 'refused-connection');
      mustRefuse(await provider.create(request()), 'unavailable');
      assert.equal(emulator.applied.payments.length, 0, 'payments applied');
    },
  },
  {
    id: 'PAY-20',
    title: 'A create answered by 503 is unknown and is not sent again',
    applies: sends('create'),
    async run({ provider, request, emulator, breakWrite, facts }) {
      breakWrite('create', 'http-503');
      mustDoubt(await provider.create(request()), 'server-error');
      const sent = emulator.exchanges.filter(({ route }) => route === facts.routes.create);
      assert.equal(sent.length, 1, 'times sent');
    },
  },
  {
    id: 'PAY-21',
    title: 'A create that came too often is throttled: refused, not in doubt',
    applies: sends('create'),
    async run({ provider, request, emulator, breakWrite }) {
      breakWrite('create', 'throttled');
      mustRefuse(await provider.create(request()), 'throttled');
      assert.equal(emulator.applied.payments.length, 0, 'payments applied');
    },
  },
  {
    id: 'PAY-22',
    title: 'A create answered with another amount is in doubt, never applied',
    applies: all(sends('create'), seen('echoesAmount')),
    async run({ provider, request, emulator }) {
      emulator.faults.add('wrong-amount', { times: 10 });
      mustDoubt(await provider.create(request()), 'echo-mismatch');
    },
  },
  {
    id: 'PAY-23',
    title: 'A deadline ends a call, and a write that it ends is in doubt',
    applies: sends('create'),
    async run({ provider, request, breakWrite, clock }) {
      breakWrite('create', 'timeout-after-apply');
      const deadline = later(clock, 700);
      mustDoubt(await provider.create(request(), { deadline }), 'timeout');
      assert.ok(clock.now() <= deadline + 10, `ended ${clock.now() - deadline} ms after its deadline`);
    },
  },
  {
    id: 'PAY-24',
    title: 'A caller that stops waiting is answered at once, and what it sent is in doubt',
    applies: sends('create'),
    async run({ provider, request, breakWrite, clock, emulator }) {
      breakWrite('create', 'timeout-after-apply');
      const caller = new AbortController();
      const startedAt = clock.now();
      const [attempt] = await Promise.all([
        provider.create(request(), { signal: caller.signal }),
        clock.sleep(300).then(() => caller.abort(new Error('the caller left'))),
      ]);
      mustDoubt(attempt);
      assert.ok(clock.now() - startedAt <= 310, 'went on after the caller had left');
      assert.equal(emulator.applied.payments.length, 1, 'payments applied');
      assert.ok(can(provider, 'get') || can(provider, 'parseWebhook'));
    },
  },
];

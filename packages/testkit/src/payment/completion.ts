import { strict as assert } from 'node:assert';
import { can } from '@rielrails/core';
import { mustDoubt, mustRefuse } from '../expect.ts';
import { lostAnswers } from '../lost-answers.ts';
import { all } from '../suite.ts';
import type { PaymentClause } from './clauses.ts';
import { has, sends } from './facts.ts';

/** What is promised about handing in what a payer produced, when the answer to it is lost. */
export const completionClauses: readonly PaymentClause[] = [
  {
    id: 'PAY-65',
    title: 'A completion whose answer was lost is in doubt, was applied once, and a lookup tells it',
    applies: all(has('complete'), sends('complete')),
    async run({ another }) {
      for (const [fault, reason] of lostAnswers) {
        const { provider, handedOver, breakWrite, emulator, look } = await another();
        assert.ok(can(provider, 'complete'));
        const { target, token } = await handedOver();
        breakWrite('complete', fault);
        mustDoubt(await provider.complete({ target, token }), reason);
        assert.equal(emulator.applied.receipts.length, 1, `receipts at the provider after ${fault}`);
        if (can(provider, 'get')) assert.equal((await look(target))?.receipts.length, 1, 'receipts looked up');
        await provider.complete({ target, token });
        assert.equal(emulator.applied.receipts.length, 1, `receipts at the provider after a repeat and ${fault}`);
      }
    },
  },
  {
    id: 'PAY-66',
    title: 'A completion whose connection was refused is unavailable, and nothing was taken',
    applies: all(has('complete'), sends('complete')),
    async run({ provider, handedOver, breakWrite, emulator }) {
      assert.ok(can(provider, 'complete'));
      const { target, token } = await handedOver();
      breakWrite('complete', 'refused-connection');
      mustRefuse(await provider.complete({ target, token }), 'unavailable');
      assert.equal(emulator.applied.receipts.length, 0, 'receipts at the provider');
    },
  },
];

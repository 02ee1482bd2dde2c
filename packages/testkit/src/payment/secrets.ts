import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { can, isProviderError } from '@rielrails/core';
import type { FaultName } from '@rielrails/kit/emulator';
import { secretTexts, withField } from '../secrets.ts';
import { always } from './facts.ts';
import type { PaymentFacts } from './facts.ts';
import type { Excluded } from '../suite.ts';
import type { PaymentClause } from './clauses.ts';

/** What is promised about configuration and secrets. */
export const secretClauses: readonly PaymentClause[] = [
  {
    id: 'PAY-61',
    title: 'A missing or empty secret stops construction and is named',
    applies: hasSecrets,
    async run({ subject, emulator, lab }) {
      for (const field of subject.secrets) {
        for (const value of [undefined, '']) {
          const config = withField(emulator.config, field, value);
          const thrown = await Promise.resolve()
            .then(() => subject.create(config, lab.runtime))
            .then(
              () => assert.fail(`${field}: construction went on without it`),
              (error: unknown) => error,
            );
          if (!isProviderError(thrown)) throw thrown;
          assert.equal(thrown.fault.kind, 'config');
          assert.ok(thrown.fault.message.includes(field.split('.').at(-1) ?? field), `${field} is not named`);
        }
      }
      assert.equal(lab.requests, 0, 'requests sent');
    },
  },
  {
    id: 'PAY-62',
    title: 'Construction does no work',
    applies: always,
    async run({ lab }) {
      assert.equal(lab.requests, 0, 'requests sent');
      assert.deepEqual(lab.lines, [], 'log lines');
    },
  },
  {
    id: 'PAY-63',
    title: 'No secret is told: not in a log line, a fault, an error, a next action, or the provider itself',
    applies: hasSecrets,
    async run({ another, subject }) {
      const faults: readonly (FaultName | null)[] = [
        null,
        'refused-connection',
        'reset-after-apply',
        'http-500-after-apply',
        'unreadable-200',
        'throttled',
      ];
      for (const fault of faults) {
        const world = await another();
        const told: unknown[] = [world.provider];
        if (fault) world.emulator.faults.add(fault, { times: 2 });
        const input = world.request();
        const attempt = await world.provider.create(input);
        told.push(attempt);
        if (attempt.outcome === 'applied') {
          const { reference } = input;
          const { handle } = attempt.value;
          const target = handle === undefined ? { reference } : { reference, handle };
          await world.pay({ ...attempt.value, target }).catch((error: unknown) => told.push(error));
          if (fault) world.emulator.faults.add(fault, { times: 5 });
          told.push(await world.look(target).catch((error: unknown) => error));
        }
        const { provider } = world;
        if (can(provider, 'parseWebhook')) {
          for (const delivery of world.emulator.webhooks.deliveries()) {
            told.push(await provider.parseWebhook(delivery));
            told.push(await provider.parseWebhook({ ...delivery, headers: new Headers() }));
          }
        }
        const text = [...told, ...world.lab.lines].map(show).join('\n');
        for (const secret of secretTexts(world.emulator.config, subject.secrets)) {
          const at = text.indexOf(secret);
          assert.ok(
            at < 0,
            `a secret was told after ${fault ?? 'no fault'}, near: ${text.slice(Math.max(0, at - 60), at)}`,
          );
        }
      }
    },
  },
];

function hasSecrets({ secrets }: PaymentFacts): true | Excluded {
  return secrets.length > 0 || { excludedBy: 'subject.secrets' };
}

/** Everything that a log, a debugger or an error page could show of a value. */
function show(value: unknown): string {
  const json = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner)) ?? '';
  return `${json}\n${inspect(value, { depth: 8, showHidden: true })}`;
}

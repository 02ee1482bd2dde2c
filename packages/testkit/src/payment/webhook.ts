import { strict as assert } from 'node:assert';
import { can } from '@rielrails/core';
import { mustExist } from '../expect.ts';
import { all } from '../suite.ts';
import { flippedBodies } from '../webhook-checks.ts';
import { webhookClauses } from '../webhook-clauses.ts';
import type { WebhookClauseIds } from '../webhook-clauses.ts';
import { has } from './facts.ts';
import type { PaymentFacts } from './facts.ts';
import type { PaymentClause } from './clauses.ts';
import type { PaymentWorld } from './world.ts';

/** The numbers of the promises about webhooks. */
export const paymentWebhookIds: WebhookClauseIds = {
  genuine: 'PAY-51',
  changed: 'PAY-52',
  proof: 'PAY-53',
  forged: 'PAY-54',
  hint: 'PAY-55',
  repeated: 'PAY-56',
  distinct: 'PAY-57',
  silent: 'PAY-58',
  hopeless: 'PAY-59',
  stale: 'PAY-60',
};

/** What is promised about the webhooks of a payment provider. */
export const paymentWebhookClauses: readonly PaymentClause[] = webhookClauses<PaymentFacts, PaymentWorld>(
  paymentWebhookIds,
  {
    terms: ({ manifest }) => manifest.operations.parseWebhook,
    facts: ({ facts }) => facts,
    parse({ provider }) {
      assert.ok(can(provider, 'parseWebhook'));
      return provider.parseWebhook;
    },
    async happen(world) {
      const created = await world.created();
      await world.pay(created);
      return created.target.reference;
    },
  },
);

/** What only the webhooks of a payment provider could break. */
export const hintClause: PaymentClause = {
  id: 'PAY-64',
  title: 'A hint carries no payment',
  applies: all(
    has('parseWebhook'),
    ({ manifest }) =>
      manifest.operations.parseWebhook?.authentication === 'none' || {
        excludedBy: 'operations.parseWebhook.authentication',
      },
  ),
  async run(world) {
    const { provider, emulator } = world;
    assert.ok(can(provider, 'parseWebhook'));
    await world.pay(await world.created());
    const deliveries = emulator.webhooks.deliveries();
    mustExist(deliveries[0], 'a webhook');
    for (const delivery of deliveries) {
      for (const one of [delivery, ...flippedBodies(delivery, 64)]) {
        const outcome = await provider.parseWebhook(one);
        if (outcome.outcome === 'rejected' || outcome.trust !== 'hint') continue;
        for (const event of outcome.events)
          assert.ok(event.type !== 'changed' || event.payment === undefined, 'a payment that nobody proved');
      }
    }
  },
};

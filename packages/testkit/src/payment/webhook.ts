import { strict as assert } from 'node:assert';
import { can } from '@rielrails/core';
import { webhookClauses } from '../webhook-clauses.ts';
import type { WebhookClauseIds } from '../webhook-clauses.ts';
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

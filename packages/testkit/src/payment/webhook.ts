import { strict as assert } from 'node:assert';
import { can } from '@rielrails/core';
import type { Instant, PaymentEvent, WebhookDelivery } from '@rielrails/core';
import { mustExist } from '../expect.ts';
import type { Excluded } from '../suite.ts';
import { alteredProofs, flippedBodies, hopelessBodies, meaningOf, mustAccept } from '../webhook-checks.ts';
import type { ParseWebhook } from '../webhook-checks.ts';
import { has } from './facts.ts';
import { all } from '../suite.ts';
import type { PaymentFacts } from './facts.ts';
import type { PaymentClause } from './clauses.ts';
import type { PaymentWorld } from './world.ts';

/** What is promised about webhooks: nothing is believed that the provider did not say. */
export const webhookClauses: readonly PaymentClause[] = [
  {
    id: 'PAY-51',
    title: 'A genuine webhook is accepted and names our reference',
    applies: has('parseWebhook'),
    async run(world) {
      const { delivery, reference } = await deliveryOfPayment(world);
      const accepted = mustAccept(await parserOf(world)(delivery));
      const expected = world.facts.manifest.operations.parseWebhook?.authentication === 'none' ? 'hint' : 'verified';
      assert.equal(accepted.trust, expected);
      assert.ok(accepted.events.length > 0, 'no event');
      for (const { target } of accepted.events) assert.equal(target.reference, reference);
      assert.ok(accepted.reply.status >= 200 && accepted.reply.status < 300, `reply ${accepted.reply.status}`);
    },
  },
  {
    id: 'PAY-52',
    title: 'A webhook with any changed byte is rejected, or means exactly the same',
    applies: all(has('parseWebhook'), authenticated('signature')),
    async run(world) {
      const { delivery } = await deliveryOfPayment(world);
      const genuine = meaningOf(await parserOf(world)(delivery));
      for (const flipped of flippedBodies(delivery)) {
        const outcome = await parserOf(world)(flipped);
        if (outcome.outcome === 'accepted') assert.equal(meaningOf(outcome), genuine);
      }
    },
  },
  {
    id: 'PAY-53',
    title: 'A webhook whose proof is altered or missing is rejected',
    applies: all(has('parseWebhook'), authenticated('signature', 'shared-secret')),
    async run(world) {
      const { delivery } = await deliveryOfPayment(world);
      const genuine = meaningOf(await parserOf(world)(delivery));
      const seen = new Set<string>();
      for (const altered of [...alteredProofs(delivery), ...flippedBodies(delivery, 64)]) {
        seen.add(meaningOf(await parserOf(world)(altered)));
      }
      const rejections = [...seen].filter((meaning) => meaning === 'rejected: signature');
      assert.equal(rejections.length, 1, `nothing was rejected for its proof; ${genuine}`);
    },
  },
  {
    id: 'PAY-54',
    title: 'A webhook forged by somebody who knows its form is not believed',
    applies: all(has('parseWebhook'), authenticated('signature')),
    async run(world) {
      world.emulator.faults.add('forged-webhook', { route: 'webhook' });
      await deliveryOfPayment(world);
      const [genuine, forged] = world.emulator.webhooks.deliveries().slice(-2);
      const honest = meaningOf(await parserOf(world)(mustExist(genuine, 'the genuine webhook')));
      const outcome = await parserOf(world)(mustExist(forged, 'the forged webhook'));
      if (outcome.outcome === 'accepted') assert.equal(meaningOf(outcome), honest);
    },
  },
  {
    id: 'PAY-55',
    title: 'A webhook that proves nothing is only a hint',
    applies: all(has('parseWebhook'), authenticated('none')),
    async run(world) {
      const { delivery } = await deliveryOfPayment(world);
      for (const one of [delivery, ...flippedBodies(delivery, 64)]) {
        const outcome = await parserOf(world)(one);
        if (outcome.outcome === 'accepted') assert.equal(outcome.trust, 'hint');
      }
    },
  },
  {
    id: 'PAY-56',
    title: 'A webhook that comes twice has one key',
    applies: has('parseWebhook'),
    async run(world) {
      world.emulator.faults.add('duplicate-webhook', { route: 'webhook' });
      await deliveryOfPayment(world);
      const [first, second] = world.emulator.webhooks.deliveries().slice(-2);
      const keyOf = async (delivery: WebhookDelivery | undefined) =>
        mustAccept(await parserOf(world)(mustExist(delivery, 'a webhook'))).dedupeKey;
      const key = await keyOf(first);
      assert.equal(await keyOf(second), key);
      await world.clock.sleep(1000);
      assert.equal(await keyOf(first), key, 'key of a later reading');
    },
  },
  {
    id: 'PAY-57',
    title: 'Webhooks of two events have two keys',
    applies: has('parseWebhook'),
    async run(world) {
      const first = await deliveryOfPayment(world);
      const second = await deliveryOfPayment(world);
      const keys = await Promise.all(
        [first, second].map(async ({ delivery }) => mustAccept(await parserOf(world)(delivery)).dedupeKey),
      );
      assert.notEqual(keys[0], keys[1]);
    },
  },
  {
    id: 'PAY-58',
    title: 'Reading a webhook calls nobody and waits for nothing',
    applies: has('parseWebhook'),
    async run(world) {
      const { delivery } = await deliveryOfPayment(world);
      const { requests } = world.lab;
      const startedAt = world.clock.now();
      await parserOf(world)(delivery);
      for (const flipped of flippedBodies(delivery, 8)) await parserOf(world)(flipped);
      assert.equal(world.lab.requests, requests, 'requests sent');
      assert.equal(world.clock.now(), startedAt, 'time passed');
    },
  },
  {
    id: 'PAY-59',
    title: 'A hopeless body is rejected and never throws',
    applies: has('parseWebhook'),
    async run(world) {
      const { delivery } = await deliveryOfPayment(world);
      const shared = world.facts.manifest.operations.parseWebhook?.authentication === 'shared-secret';
      for (const hopeless of hopelessBodies(delivery)) {
        const outcome = await parserOf(world)(hopeless);
        if (outcome.outcome === 'rejected') continue;
        assert.ok(shared && outcome.events.length === 0, `a body of ${hopeless.body.length} bytes was believed`);
      }
    },
  },
  {
    id: 'PAY-60',
    title: 'An old webhook is stale where the scheme carries a time',
    applies: all(
      has('parseWebhook'),
      ({ manifest }) =>
        manifest.operations.parseWebhook?.replayable === false || { excludedBy: 'operations.parseWebhook.replayable' },
    ),
    async run(world) {
      const { delivery } = await deliveryOfPayment(world);
      const dayMs = 24 * 3_600_000;
      for (const shiftMs of [dayMs, -dayMs]) {
        const receivedAt = (delivery.receivedAt + shiftMs) as Instant;
        const outcome = await parserOf(world)({ ...delivery, receivedAt });
        assert.equal(meaningOf(outcome), 'rejected: stale');
      }
    },
  },
];

function authenticated(
  ...kinds: readonly ('signature' | 'shared-secret' | 'none')[]
): (facts: PaymentFacts) => true | Excluded {
  return ({ manifest }) => {
    const kind = manifest.operations.parseWebhook?.authentication;
    return (kind !== undefined && kinds.includes(kind)) || { excludedBy: 'operations.parseWebhook.authentication' };
  };
}

function parserOf({ provider }: PaymentWorld): ParseWebhook<PaymentEvent> {
  assert.ok(can(provider, 'parseWebhook'));
  return provider.parseWebhook;
}

/** Pays a fresh request and gives the webhook that told it. */
async function deliveryOfPayment(
  world: PaymentWorld,
): Promise<{ readonly delivery: WebhookDelivery; readonly reference: string }> {
  const created = await world.created();
  await world.pay(created);
  const delivery = mustExist(world.emulator.webhooks.deliveries().at(-1), 'a webhook about the payment');
  return { delivery, reference: created.target.reference };
}

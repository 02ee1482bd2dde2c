import { strict as assert } from 'node:assert';
import type { Instant, Target, WebhookDelivery, WebhookTerms } from '@rielrails/core';
import type { Emulator } from '@rielrails/kit/emulator';
import type { VirtualClock } from '@rielrails/kit/virtual';
import { mustExist } from './expect.ts';
import type { Lab } from './lab.ts';
import { all } from './suite.ts';
import type { Clause, Excluded } from './suite.ts';
import { alteredProofs, flippedBodies, hopelessBodies, meaningOf, mustAccept } from './webhook-checks.ts';
import type { ParseWebhook } from './webhook-checks.ts';

/** What these clauses need of a world, whatever its contract. */
interface WebhookWorld {
  readonly emulator: Emulator;
  readonly lab: Lab;
  readonly clock: VirtualClock;
}

/** How a contract speaks of its webhooks. */
export interface WebhookHooks<Facts, World> {
  /** The declared terms; `undefined` where there are no webhooks. */
  terms(facts: Facts): WebhookTerms | undefined;
  facts(world: World): Facts;
  parse(world: World): ParseWebhook<{ readonly target?: Target }>;
  /** Lets something happen that the provider tells by webhook; gives the reference that it is about. */
  happen(world: World): Promise<string>;
  /** An event may leave open which of ours it is about. Default: it may not. */
  readonly mayBeNameless?: boolean;
}

/** The promises about webhooks, by name, so that each contract can number those that it makes. */
export interface WebhookClauseIds {
  readonly genuine: string;
  readonly changed: string;
  readonly proof: string;
  readonly forged: string;
  readonly hint?: string;
  readonly repeated: string;
  readonly distinct: string;
  readonly silent: string;
  readonly hopeless: string;
  readonly stale?: string;
}

const DAY_MS = 24 * 3_600_000;

/** The promises about webhooks: nothing is believed that the provider did not say. */
export function webhookClauses<Facts, World extends WebhookWorld>(
  ids: WebhookClauseIds,
  hooks: WebhookHooks<Facts, World>,
): readonly Clause<Facts, World>[] {
  const { terms, parse } = hooks;
  const exist = (facts: Facts): true | Excluded =>
    terms(facts) !== undefined || { excludedBy: 'operations.parseWebhook' };
  const authenticated =
    (...kinds: readonly WebhookTerms['authentication'][]) =>
    (facts: Facts): true | Excluded =>
      kinds.some((kind) => kind === terms(facts)?.authentication) || {
        excludedBy: 'operations.parseWebhook.authentication',
      };

  /** Something happens, and this is the webhook that told it. */
  async function delivered(world: World): Promise<{ readonly delivery: WebhookDelivery; readonly reference: string }> {
    const reference = await hooks.happen(world);
    return { reference, delivery: mustExist(world.emulator.webhooks.deliveries().at(-1), 'a webhook') };
  }

  /** The last two webhooks, after something happened under a fault of the outbox. */
  async function lastTwo(
    world: World,
    fault: 'forged-webhook' | 'duplicate-webhook',
  ): Promise<readonly [WebhookDelivery, WebhookDelivery]> {
    world.emulator.faults.add(fault, { route: 'webhook', times: 10 });
    await hooks.happen(world);
    const [first, second] = world.emulator.webhooks.deliveries().slice(-2);
    return [mustExist(first, 'a webhook'), mustExist(second, 'a second webhook')];
  }

  const clauses: readonly Clause<Facts, World>[] = [
    {
      id: ids.genuine,
      title: `A genuine webhook is accepted and names our reference${hooks.mayBeNameless ? ', or none' : ''}`,
      applies: exist,
      async run(world) {
        const { delivery, reference } = await delivered(world);
        const accepted = mustAccept(await parse(world)(delivery));
        const expected = terms(hooks.facts(world))?.authentication === 'none' ? 'hint' : 'verified';
        assert.equal(accepted.trust, expected);
        assert.ok(accepted.events.length > 0, 'no event');
        for (const { target } of accepted.events) {
          if (target || !hooks.mayBeNameless) assert.equal(target?.reference, reference);
        }
        assert.ok(accepted.reply.status >= 200 && accepted.reply.status < 300, `reply ${accepted.reply.status}`);
      },
    },
    {
      id: ids.changed,
      title: 'A webhook with any changed byte is rejected, or means exactly the same',
      applies: all(exist, authenticated('signature')),
      async run(world) {
        const { delivery } = await delivered(world);
        const genuine = meaningOf(await parse(world)(delivery));
        for (const flipped of flippedBodies(delivery)) {
          const outcome = await parse(world)(flipped);
          if (outcome.outcome === 'accepted') assert.equal(meaningOf(outcome), genuine);
        }
      },
    },
    {
      id: ids.proof,
      title: 'A webhook whose proof is altered or missing is rejected',
      applies: all(exist, authenticated('signature', 'shared-secret')),
      async run(world) {
        const { delivery } = await delivered(world);
        const meanings = new Set<string>();
        for (const altered of [...alteredProofs(delivery), ...flippedBodies(delivery, 64)]) {
          meanings.add(meaningOf(await parse(world)(altered)));
        }
        assert.ok(meanings.has('rejected: signature'), 'nothing was rejected for its proof');
      },
    },
    {
      id: ids.forged,
      title: 'A webhook forged by somebody who knows its form is not believed',
      applies: all(exist, authenticated('signature')),
      async run(world) {
        const [genuine, forged] = await lastTwo(world, 'forged-webhook');
        const honest = meaningOf(await parse(world)(genuine));
        const outcome = await parse(world)(forged);
        if (outcome.outcome === 'accepted') assert.equal(meaningOf(outcome), honest);
      },
    },
    {
      id: ids.hint ?? '',
      title: 'A webhook that proves nothing is only a hint',
      applies: all(exist, authenticated('none')),
      async run(world) {
        const { delivery } = await delivered(world);
        for (const one of [delivery, ...flippedBodies(delivery, 64)]) {
          const outcome = await parse(world)(one);
          if (outcome.outcome === 'accepted') assert.equal(outcome.trust, 'hint');
        }
      },
    },
    {
      id: ids.repeated,
      title: 'A webhook that comes twice has one key',
      applies: exist,
      async run(world) {
        const [first, second] = await lastTwo(world, 'duplicate-webhook');
        const keyOf = async (delivery: WebhookDelivery) => mustAccept(await parse(world)(delivery)).dedupeKey;
        const key = await keyOf(first);
        assert.equal(await keyOf(second), key);
        await world.clock.sleep(1000);
        assert.equal(await keyOf(first), key, 'key of a later reading');
      },
    },
    {
      id: ids.distinct,
      title: 'Webhooks of two events have two keys',
      applies: exist,
      async run(world) {
        const first = await delivered(world);
        const second = await delivered(world);
        const keyOf = async ({ delivery }: typeof first) => mustAccept(await parse(world)(delivery)).dedupeKey;
        assert.notEqual(await keyOf(first), await keyOf(second));
      },
    },
    {
      id: ids.silent,
      title: 'Reading a webhook calls nobody and waits for nothing',
      applies: exist,
      async run(world) {
        const { delivery } = await delivered(world);
        const { requests } = world.lab;
        const startedAt = world.clock.now();
        await parse(world)(delivery);
        for (const flipped of flippedBodies(delivery, 8)) await parse(world)(flipped);
        assert.equal(world.lab.requests, requests, 'requests sent');
        assert.equal(world.clock.now(), startedAt, 'time passed');
      },
    },
    {
      id: ids.hopeless,
      title: 'A hopeless body is rejected and never throws',
      applies: exist,
      async run(world) {
        const { delivery } = await delivered(world);
        const shared = terms(hooks.facts(world))?.authentication === 'shared-secret';
        for (const hopeless of hopelessBodies(delivery)) {
          const outcome = await parse(world)(hopeless);
          if (outcome.outcome === 'rejected') continue;
          assert.ok(shared && outcome.events.length === 0, `a body of ${hopeless.body.length} bytes was believed`);
        }
      },
    },
    {
      id: ids.stale ?? '',
      title: 'An old webhook is stale where the scheme carries a time',
      applies: all(
        exist,
        (facts) => terms(facts)?.replayable === false || { excludedBy: 'operations.parseWebhook.replayable' },
      ),
      async run(world) {
        const { delivery } = await delivered(world);
        for (const shiftMs of [DAY_MS, -DAY_MS]) {
          const receivedAt = (delivery.receivedAt + shiftMs) as Instant;
          assert.equal(meaningOf(await parse(world)({ ...delivery, receivedAt })), 'rejected: stale');
        }
      },
    },
  ];
  return clauses.filter(({ id }) => id !== '');
}

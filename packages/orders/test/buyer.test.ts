import { BTC, KHR, money, USD, USDT } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from './database.ts';
import { ruleOf } from './refusals.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  expect(await world.orders.admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
  await world.end();
});

let chats = 0;
const fresh = () => chatRef(`buyer-${(chats += 1)}`);
const spend = (amount: Money) => ({ want: { type: 'spend', amount }, payIn: amount.asset }) as const;

/** Everything that a command could have written, in a few numbers. */
async function written() {
  const [row] = await ask<Record<string, string>>(
    world.url,
    `select (select count(*) from purchase) as orders, (select coalesce(sum(version), 0) from purchase) as versions,
      (select count(*) from effect) as effects, (select count(*) from ledger_line) as lines`,
  );
  return { ...row, asked: world.payway.applied.payments.length };
}

describe('an amount outside the rules is refused by name, and nothing is written', () => {
  const cases: readonly (readonly [string, Money, string])[] = [
    ['zero', money(KHR, 0n), 'amount positive'],
    ['below zero', money(KHR, -5n), 'amount positive'],
    ['above the limit', money(KHR, 4_000_001n), 'amount over-limit'],
    ['far above it', money(KHR, 10n ** 40n), 'amount over-limit'],
    ['a dollar too much', money(USD, 1_000_01n), 'amount over-limit'],
    ['worth less than its fees', money(KHR, 1n), 'amount too-small'],
    ['of a currency that is not taken', money(USDT, 5_00000000n), 'amount other-currency'],
    ['of a currency by another scale', money({ code: 'KHR', scale: 2 }, 41_000_00n), 'order no-quote'],
  ];

  test.each(cases)('%s', async (_what, amount, rule) => {
    const before = await written();
    expect(await ruleOf(world.orders.buyer.quote(fresh(), spend(amount)))).toBe(rule);
    expect(await written()).toEqual(before);
  });

  test.each([
    ['zero', 0n, 'amount positive'],
    ['below zero', -1n, 'amount positive'],
    ['all bitcoin there are', 21_000_000_00000000n, 'amount over-limit'],
  ])('wanted: %s bitcoin', async (_what, minor, rule) => {
    const request = { want: { type: 'receive', amount: money(BTC, minor) }, payIn: KHR } as const;
    expect(await ruleOf(world.orders.buyer.quote(fresh(), request))).toBe(rule);
  });

  test('wanted in bitcoin, paid in what is not taken', async () => {
    const request = { want: { type: 'receive', amount: money(BTC, 20_000n) }, payIn: USDT } as const;
    expect(await ruleOf(world.orders.buyer.quote(fresh(), request))).toBe('amount other-currency');
  });
});

describe('an address', () => {
  test.each([
    ['of another network', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'address other-network'],
    ['empty', '', 'address malformed'],
    ['spaces', '   ', 'address malformed'],
    ['ten kilobytes', 'bcrt1'.padEnd(10_240, 'q'), 'address malformed'],
    ['with a line break inside', 'bcrt1qtestaddress\nofthebuyer000000', 'address malformed'],
    ['a sentence of SQL', "'; drop table purchase; --", 'address malformed'],
  ])('%s: refused, and the one that was given stays', async (_what, text, rule) => {
    const buyer = fresh();
    const { id } = await world.orders.buyer.quote(buyer, spend(money(KHR, 41_000n)));
    await world.orders.buyer.giveAddress(buyer, id, ` ${ADDRESS} `);
    const before = await written();
    expect(await ruleOf(world.orders.buyer.giveAddress(buyer, id, text))).toBe(rule);
    expect(await written()).toEqual(before);
    expect(await world.orders.buyer.view(buyer, id)).toMatchObject({ address: ADDRESS });
  });

  test.each([
    [
      'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
      'this address belongs to another network; give one of a bitcoin wallet',
    ],
    ['hello', 'this is not a bitcoin address; copy it again from the wallet'],
  ])('%s is refused with the reason and the remedy, and never repeated', async (text, message) => {
    const buyer = fresh();
    const { id } = await world.orders.buyer.quote(buyer, spend(money(KHR, 41_000n)));
    const refused = world.orders.buyer.giveAddress(buyer, id, text);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(text);
  });

  test('never changes after confirmation', async () => {
    const view = await world.confirmed('fixed');
    expect(await ruleOf(world.orders.buyer.giveAddress(chatRef('fixed'), view.id, `${ADDRESS}1`))).toBe(
      'order not-now',
    );
    expect(await ruleOf(world.orders.buyer.refresh(chatRef('fixed'), view.id))).toBe('order not-now');
  });
});

describe('confirmation', () => {
  const confirm = (chat: string, id: Reference, termsHash: string, silence: string = 'refund') =>
    world.orders.buyer.confirm(chatRef(chat), id, { termsHash, silence: silence as 'refund' });

  test('needs an address, a verification, the terms that were shown, a fresh quote, and a known answer to silence', async () => {
    const { buyer } = world.orders;
    const ref = chatRef('steps');
    const { id } = await buyer.quote(ref, spend(money(KHR, 41_000n)));
    const hash = async () => (await buyer.terms(ref, id)).hash;
    expect(await ruleOf(confirm('steps', id, await hash()))).toBe('order no-address');
    await buyer.giveAddress(ref, id, ADDRESS);
    expect(await ruleOf(confirm('steps', id, await hash()))).toBe('order not-verified');
    const shown = await world.quoted('steps');
    expect(shown.id).toBe(id);
    const before = await written();
    expect(await ruleOf(confirm('steps', id, ''))).toBe('order terms-changed');
    expect(await ruleOf(confirm('steps', id, 'f'.repeat(64)))).toBe('order terms-changed');
    expect(await ruleOf(confirm('steps', id, await hash(), 'whatever'))).toBe('silence unknown');
    expect(await written()).toEqual(before);
    const stale = await hash();
    await world.runtime.clock.advance(1000);
    await buyer.refresh(ref, id);
    expect(await ruleOf(confirm('steps', id, stale))).toBe('order terms-changed');
    await world.runtime.clock.advance(6 * 60_000);
    expect(await ruleOf(confirm('steps', id, await hash()))).toBe('order quote-expired');
    await buyer.refresh(ref, id);
    expect((await confirm('steps', id, await hash())).state).toBe('awaiting-payment');
  });

  test('a hundred taps at the same moment: one payment request, and every tap is shown it', async () => {
    const view = await world.quoted('taps');
    const { hash } = await world.orders.buyer.terms(chatRef('taps'), view.id);
    const asked = world.payway.applied.payments.length;
    const views = await Promise.all(Array.from({ length: 100 }, () => confirm('taps', view.id, hash)));
    expect(world.payway.applied.payments).toHaveLength(asked + 1);
    expect(new Set(views.map(({ state }) => state))).toEqual(new Set(['awaiting-payment']));
    expect(views.every(({ next }) => next?.type === 'qr')).toBe(true);
  });

  test('no database, no confirmation: and afterwards it works', async () => {
    const view = await world.quoted('outage');
    await ask(world.url, 'alter table effect rename to effect_away');
    expect(await ruleOf(world.confirm('outage', view.id))).toContain('effect');
    await ask(world.url, 'alter table effect_away rename to effect');
    expect((await world.confirm('outage', view.id)).state).toBe('awaiting-payment');
  });
});

describe('cancellation', () => {
  test('after the payment is refused; the order goes on', async () => {
    const view = await world.confirmed('late-cancel');
    const reference = world.payway.applied.payments.at(-1)?.reference ?? '';
    await world.payway.payer.pay(reference, { name: 'DARA SOK' });
    await world.pass(20_000);
    const cancelled = await ruleOf(world.orders.buyer.cancel(chatRef('late-cancel'), view.id));
    expect(cancelled).toBe('order not-now');
    world.coins.mine(2);
    await world.pass(60_000);
    expect(await world.orders.buyer.view(chatRef('late-cancel'), view.id)).toMatchObject({ state: 'DELIVERED' });
  });
});

describe('somebody else’s order', () => {
  const commands = (id: Reference): readonly (readonly [string, Promise<unknown>])[] => {
    const { buyer } = world.orders;
    const ref = chatRef('stranger');
    return [
      ['refresh', buyer.refresh(ref, id)],
      ['giveAddress', buyer.giveAddress(ref, id, ADDRESS)],
      ['terms', buyer.terms(ref, id)],
      ['confirm', buyer.confirm(ref, id, { termsHash: '', silence: 'refund' })],
      ['cancel', buyer.cancel(ref, id)],
      ['answerPrice', buyer.answerPrice(ref, id, 'refund')],
      ['look', buyer.look(ref, id)],
      ['view', buyer.view(ref, id)],
    ];
  };
  const outcomes = async (id: Reference) => {
    const all = commands(id);
    const rules = await Promise.all(all.map(([, work]) => ruleOf(work)));
    return Object.fromEntries(all.map(([command], index) => [command, rules[index]]));
  };
  const every = (rule: string) => ({
    refresh: rule,
    giveAddress: rule,
    terms: rule,
    confirm: rule,
    cancel: rule,
    answerPrice: rule,
    look: rule,
    view: rule,
  });

  test('is not yours, in every command, in every state, and does not move', async () => {
    const quoted = await world.quoted('mine-1');
    const waiting = await world.confirmed('mine-2');
    const before = await written();
    expect(await outcomes(quoted.id)).toEqual(every('order not-yours'));
    expect(await outcomes(waiting.id)).toEqual(every('order not-yours'));
    expect(await written()).toEqual(before);
  });

  test.each([['1'], [''], ['no number'], ['9'.repeat(400)], ['nul \0 byte'], ["' or ''='"]])(
    'an order that does not exist: %j',
    async (id) => {
      expect(await outcomes(id as Reference)).toEqual(every('order unknown'));
    },
  );

  test('the same chat name in another channel is another chat', async () => {
    const view = await world.quoted('mine-3');
    const other = { channel: 'elsewhere', chat: 'mine-3' };
    expect(await ruleOf(world.orders.buyer.view(other, view.id))).toBe('order not-yours');
  });
});

describe('other input', () => {
  test('a language, an answer or a limit that there is not', async () => {
    const { buyer } = world.orders;
    const ref = fresh();
    expect(await ruleOf(buyer.setLanguage(ref, 'xx' as 'en'))).toBe('language unknown');
    expect(await buyer.history(ref, -1)).toEqual([]);
    expect(await buyer.history(ref, Number.NaN)).toEqual([]);
    const view = await world.quoted('answers');
    expect(await ruleOf(buyer.answerPrice(chatRef('answers'), view.id, 'refund'))).toBe('order not-now');
    expect(await ruleOf(buyer.answerPrice(chatRef('answers'), view.id, 'maybe' as 'refund'))).toBe('answer unknown');
  });
});

describe('limits belong to the person, and the database keeps them', () => {
  /** Wishes of one person in many chats, each ready to be confirmed. */
  async function wishes(count: number, riel: bigint, name: string): Promise<readonly [string, Reference, string][]> {
    const ready: [string, Reference, string][] = [];
    const first = await world.quoted(`${name}-0`, { riel });
    const { order } = await world.orders.admin.order(first.id);
    for (let index = 1; index <= count; index += 1) {
      const chat = `${name}-${index}`;
      const { id } = await world.orders.buyer.quote(chatRef(chat), spend(money(KHR, riel)));
      await world.orders.buyer.giveAddress(chatRef(chat), id, ADDRESS);
      await ask(world.url, 'update chat set person = $1 where chat = $2', [order.person, chat]);
      await ask(
        world.url,
        `update purchase set person = $1, data = jsonb_set(data, '{person}', to_jsonb($1::text)) where id = $2`,
        [order.person, id],
      );
      ready.push([chat, id, (await world.orders.buyer.terms(chatRef(chat), id)).hash]);
    }
    return ready;
  }

  async function confirmAll(ready: readonly [string, Reference, string][]): Promise<Record<string, number>> {
    const second = await world.another();
    const ends = await Promise.all(
      ready.map(([chat, id, termsHash], index) => {
        const { buyer } = index % 2 === 0 ? world.orders : second;
        return buyer.confirm(chatRef(chat), id, { termsHash, silence: 'refund' }).then(
          ({ state }) => state as string,
          (error: { readonly rule?: string; readonly name: string }) => error.rule ?? error.name,
        );
      }),
    );
    const counted: Record<string, number> = {};
    for (const end of ends) counted[end] = (counted[end] ?? 0) + 1;
    return counted;
  }

  test('twenty confirmations at once, on two engines: exactly the three that may be open pass', async () => {
    const asked = world.payway.applied.payments.length;
    expect(await confirmAll(await wishes(20, 41_000n, 'many'))).toEqual({
      'awaiting-payment': 3,
      'too-many-open': 17,
    });
    expect(world.payway.applied.payments).toHaveLength(asked + 3);
  });

  test('and not more than the limit of a day', async () => {
    expect(await confirmAll(await wishes(3, 3_900_000n, 'rich'))).toEqual({ 'awaiting-payment': 2, 'over-limit': 1 });
  });
});

/** Reviews that are forged, late, out of order or told again: what the engine makes of them, whoever verifies. */

import { KHR, money, ProviderError } from '@rielrails/core';
import type { AnyKycProvider, KycCase, Reference, WebhookDelivery } from '@rielrails/core';
import { afterEach, describe, expect, test } from 'vitest';
import { ask } from './database.ts';
import { createReviewedWorld } from './world/reviewed.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const person = { name: 'SOK DARA', born: '1990-01-01', country: 'KH' };
const buyer = chatRef('1');

let world: TestWorld;
let end: () => Promise<void>;
afterEach(() => end());

async function open(kyc: 'sumsub' | 'onfido'): Promise<Reference> {
  world = await createTestWorld({ kyc, cash: {} });
  end = () => world.end();
  await world.orders.buyer.verify(buyer);
  return world.verifier.applied.cases.at(-1)?.reference as Reference;
}

async function status(): Promise<string> {
  await world.orders.idle();
  return (await world.orders.buyer.limits(buyer)).verification.status;
}

async function receive(delivery: WebhookDelivery | undefined, changes: Partial<WebhookDelivery> = {}): Promise<number> {
  if (!delivery) throw new Error('nothing was sent');
  const { url, method, headers, body } = { ...delivery, ...changes };
  const response = await world.orders.handle(new Request(url, { method, headers, body: Uint8Array.from(body) }));
  await world.orders.idle();
  return response.status;
}

/** Deliveries that a test sends itself, when it wants. */
const kept = () => world.verifier.webhooks.deliveries();

describe.each(['sumsub', 'onfido'] as const)('%s', (kyc) => {
  test('a forged review changes nothing, and is not even kept', async () => {
    const reference = await open(kyc);
    await world.verifier.desk.reject(reference, 'final');
    expect(await status()).toBe('rejected');
    const before = await ask(world.url, 'select source, key from inbox order by 1, 2');
    const [delivery] = kept().slice(-1);
    const body = new TextEncoder().encode(
      new TextDecoder().decode(delivery?.body).replaceAll(/declined|RED/g, 'GREEN'),
    );
    const forged = new Headers(delivery?.headers);
    forged.set(kyc === 'sumsub' ? 'x-payload-digest' : 'x-sha2-signature', 'a'.repeat(64));
    expect(await receive(delivery, { body })).toBe(401);
    expect(await receive(delivery, { headers: forged })).toBe(401);
    expect(await receive(delivery, { headers: new Headers() })).toBe(401);
    expect(await status()).toBe('rejected');
    expect(await ask(world.url, 'select source, key from inbox order by 1, 2')).toEqual(before);
  });

  test('an older delivery that comes after the approval takes nothing back', async () => {
    const reference = await open(kyc);
    await world.verifier.desk.reject(reference, 'retry');
    expect(await status()).toBe('retry');
    await world.orders.buyer.verify(buyer);
    await world.verifier.desk.approve(reference, person);
    expect(await status()).toBe('approved');
    for (const delivery of kept()) expect(await receive(delivery)).toBe(200);
    expect(await status()).toBe('approved');
  });

  test('an approval that is played again after it was taken back approves nobody', async () => {
    const reference = await open(kyc);
    await world.verifier.desk.approve(reference, person);
    const approval = kept().at(-1);
    await world.verifier.desk.revoke(reference);
    expect(await status()).toBe('revoked');
    expect(await receive(approval)).toBe(200);
    // As if it had been lost, and is heard for the first time.
    await ask(world.url, 'delete from inbox');
    expect(await receive(approval)).toBe(200);
    expect(await status()).toBe('revoked');
  });

  test('taken back in the middle of orders: what waits is closed, what is paid waits for people', async () => {
    await open(kyc);
    const waiting = await world.confirmed('1');
    const paid = await world.confirmed('2', { name: 'CHAN BOPHA' });
    const [first, second] = world.verifier.applied.cases;
    world.binance.market.halt(true);
    world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'CHAN BOPHA' });
    await world.orders.wake(paid.id);
    for (const one of [first, second]) await world.verifier.desk.revoke(one?.reference as Reference);
    await world.orders.idle();
    const { admin } = world.orders;
    expect((await admin.order(waiting.id)).order).toMatchObject({ state: 'CANCELLED' });
    expect((await admin.order(paid.id)).order).toMatchObject({ hold: 'review', holdReasons: ['kyc-not-approved'] });
    world.binance.market.halt(false);
    await world.pass(300_000);
    expect(world.binance.applied.orders).toEqual([]);
    await expect(world.orders.buyer.verify(buyer)).rejects.toMatchObject({ rule: 'final' });
  });
});

describe('answers that overtake each other', () => {
  /** A provider whose answers a test holds back: each look says at once what is true, and tells it when it is let go. */
  async function openHeld() {
    const reference = await open('sumsub');
    const held: { readonly found: KycCase | null; go(): void }[] = [];
    let holding = false;
    const real = world.providers.kyc;
    const kyc: AnyKycProvider = {
      ...real,
      async get(target, context) {
        const found = await real.get(target, context);
        if (holding) await new Promise<void>((go) => held.push({ found, go }));
        return found;
      },
    };
    await world.restart({ providers: { ...world.providers, kyc } });
    const letGo = (at: string) => {
      const index = held.findIndex(({ found }) => found?.status === at);
      if (index < 0) throw new Error(`nobody was told ${at}`);
      held.splice(index, 1)[0]?.go();
    };
    const isTold = (at: string) => held.some(({ found }) => found?.status === at);
    return { reference, letGo, isTold, held, hold: (on: boolean) => (holding = on) };
  }
  test('an approval that was read before it was taken back, and is told after, approves nobody', async () => {
    const { reference, held, hold, letGo, isTold } = await openHeld();
    hold(true);
    await world.verifier.desk.approve(reference, person);
    await expect.poll(() => isTold('approved')).toBe(true);
    await world.verifier.desk.revoke(reference);
    await expect.poll(() => isTold('revoked')).toBe(true);
    hold(false);
    letGo('revoked');
    await expect.poll(async () => (await world.orders.buyer.limits(buyer)).verification.status).toBe('revoked');
    for (const one of held.splice(0)) one.go();
    expect(await status()).toBe('revoked');
  });

  test('a look that fails leaves everything as it was', async () => {
    const reference = await open('sumsub');
    await world.verifier.desk.approve(reference, person);
    expect(await status()).toBe('approved');
    const real = world.providers.kyc;
    const gone = () => Promise.reject(new ProviderError({ kind: 'unavailable', provider: 'sumsub', message: 'gone' }));
    await world.restart({ providers: { ...world.providers, kyc: { ...real, get: gone } } });
    await world.pass(60_000);
    expect(await status()).toBe('approved');
  });
});

describe('our own people', () => {
  async function openDesk() {
    const reviewed = await createReviewedWorld({ cash: {} }, { twoPeople: [] });
    ({ world, end } = reviewed);
    const submit = async (chat: string) => {
      const { reference } = await reviewed.begun(chat);
      await reviewed.handedIn(reference, { name: 'SOK Dara' });
      return reference;
    };
    const { desk } = reviewed.kyc;
    const decide = async (reference: Reference, decision: Parameters<typeof desk.decide>[2]) => {
      await desk.decide(reference, (await desk.line(reference)).version, decision, 'sokha');
      await reviewed.heard();
    };
    const identity = { ...person, documentNumber: '010203045', documentExpires: null };
    return { ...reviewed, submit, decide, approval: { to: 'approved', identity } as const };
  }

  test('there is no webhook that could be forged', async () => {
    const { submit } = await openDesk();
    const reference = await submit('1');
    const body = JSON.stringify({ externalUserId: reference, type: 'applicantReviewed', reviewAnswer: 'GREEN' });
    const request = new Request('https://shop.example/webhooks/manual', { method: 'POST', body });
    expect((await world.orders.handle(request)).status).toBe(404);
    expect(await status()).toBe('pending');
  });

  test('what is decided late, twice, or about what was seen before changes nothing', async () => {
    const { submit, decide, approval, kyc } = await openDesk();
    const reference = await submit('1');
    const { version } = await kyc.desk.line(reference);
    await decide(reference, approval);
    expect(await status()).toBe('approved');
    for (const again of [approval, { to: 'retry', reasons: ['other'] }] as const)
      await expect(kyc.desk.decide(reference, version, again, 'dara')).rejects.toMatchObject({ rule: 'not-now' });
    await decide(reference, { to: 'revoked' });
    expect(await status()).toBe('revoked');
    await expect(decide(reference, approval)).rejects.toMatchObject({ rule: 'not-now' });
    await world.pass(60_000);
    expect(await status()).toBe('revoked');
  });

  test('taken back in the middle of an order: it is closed', async () => {
    const { submit, decide, approval } = await openDesk();
    const reference = await submit('1');
    await decide(reference, approval);
    const { id } = await world.orders.buyer.quote(buyer, {
      want: { type: 'spend', amount: money(KHR, 41_000n) },
      payIn: KHR,
    });
    await world.orders.buyer.giveAddress(buyer, id, ADDRESS);
    expect((await world.confirm('1', id)).state).toBe('awaiting-payment');
    await decide(reference, { to: 'revoked' });
    expect((await world.orders.admin.order(id)).order.state).toBe('CANCELLED');
  });
});

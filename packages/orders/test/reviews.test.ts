import { InputError } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PNG } from '../../kyc-manual/test/hand-in.ts';
import { ask } from './database.ts';
import { openOperatorsDoor } from './operators-door.ts';
import type { Answer, OperatorsDoor } from './operators-door.ts';
import type { OperatorName } from './operators.ts';
import { createReviewedWorld } from './world/reviewed.ts';
import type { ReviewedWorld } from './world/reviewed.ts';
import { chatRef } from './world/world.ts';

let reviewed: ReviewedWorld;
let door: OperatorsDoor;
beforeAll(async () => {
  reviewed = await createReviewedWorld();
  const { world, kyc } = reviewed;
  door = openOperatorsDoor({ orders: world.orders, reviews: kyc.desk }, world.runtime, ['compliance']);
});
afterAll(() => reviewed.end());

const say: OperatorsDoor['say'] = (...command) => door.say(...command);
const browse = async (person: OperatorName, path: string) => (await door.signIn(person))(path);

let chats = 0;
/** Somebody who handed in, and waits. */
async function submitted(): Promise<{ readonly chat: string; readonly review: Reference; readonly seen: string }> {
  chats += 1;
  const chat = `reviewed-${chats}`;
  const { reference: review } = await reviewed.begun(chat);
  await handInAgain(review);
  return { chat, review, seen: await seenOf(review) };
}

async function handInAgain(review: Reference, changes: Parameters<ReviewedWorld['handedIn']>[1] = {}): Promise<void> {
  expect((await reviewed.handedIn(review, changes)).status).toBe(303);
}

const seenOf = async (review: Reference) => String((await reviewed.kyc.desk.line(review)).version);
const statusOf = async (chat: string) => {
  await reviewed.heard();
  return (await reviewed.world.orders.buyer.limits(chatRef(chat))).verification.status;
};
const identity = { name: 'SOK DARA', born: '1990-04-17', country: 'KH', documentNumber: '010203045 (7)' };

test('an approval takes two people, and reaches the buyer at once', async () => {
  const { chat, review, seen } = await submitted();
  expect(await door.read('dara', 'reviews')).toMatchObject([{ review, state: 'submitted', proposedBy: null }]);
  const proposed = (await say('sokha', 'review-approve', { review, seen, ...identity })) as Answer;
  expect(proposed).toMatchObject({ outcome: 'proposed', review });
  const { hash = '' } = proposed;
  expect(await statusOf(chat)).toBe('pending');
  expect(await say('sokha', 'review-confirm', { review, hash })).toBe('by same-person');
  expect(await say('sokha', 'review-confirm', { review, hash, by: 'dara' })).toBe('arguments unknown');
  expect(await say('dara', 'review-confirm', { review, hash: '0'.repeat(16) })).toBe('proposal changed');
  expect(await door.read('dara', `review?review=${review}`)).toMatchObject({
    typed: { name: 'SOK Dara' },
    proposal: { by: 'sokha', hash, decision: 'approved', says: { name: 'SOK DARA', documentNumber: '0102030457' } },
  });
  expect(await say('dara', 'review-confirm', { review, hash })).toMatchObject({ outcome: 'done' });
  expect(await statusOf(chat)).toBe('approved');
  expect(await door.read('dara', 'reviews?filter=decided')).toMatchObject([{ review, state: 'approved' }]);
});

test('a changed name and new documents void what was proposed', async () => {
  const { chat, review, seen } = await submitted();
  const first = (await say('sokha', 'review-approve', { review, seen, ...identity })) as Answer;
  expect(await say('sokha', 'review-approve', { review, seen, ...identity, name: 'SOK DARRA' })).toBe('review changed');
  await say('sokha', 'review-approve', { review, seen: await seenOf(review), ...identity, name: 'SOK DARRA' });
  expect(await say('dara', 'review-confirm', { review, hash: first.hash ?? '' })).toBe('proposal changed');
  const again = { review, seen: await seenOf(review), reason: 'document-unreadable', also: 'face-mismatch' };
  expect(await say('dara', 'review-retry', again)).toMatchObject({ outcome: 'done' });
  expect(await statusOf(chat)).toBe('retry');
  await handInAgain(review, { name: 'CHAN Bopha' });
  expect(await say('dara', 'review-confirm', { review, hash: first.hash ?? '' })).toBe('proposal unknown');
  expect(await say('sokha', 'review-approve', { review, seen, ...identity })).toBe('review changed');
  expect(await statusOf(chat)).not.toBe('approved');
});

test('a rejection is told with its reason, an approval can be taken back', async () => {
  const one = await submitted();
  expect(await say('sokha', 'review-reject', { review: one.review, seen: one.seen, reason: 'ugly' })).toBe(
    'reason malformed',
  );
  await say('sokha', 'review-reject', { review: one.review, seen: one.seen, reason: 'too-young' });
  expect(await statusOf(one.chat)).toBe('rejected');
  expect((await reviewed.world.orders.buyer.limits(chatRef(one.chat))).verification.reasons).toEqual(['too-young']);

  const two = await submitted();
  const { hash = '' } = (await say('sokha', 'review-approve', {
    review: two.review,
    seen: two.seen,
    ...identity,
  })) as Answer;
  await say('dara', 'review-confirm', { review: two.review, hash });
  expect(await statusOf(two.chat)).toBe('approved');
  await say('sokha', 'review-revoke', { review: two.review, seen: await seenOf(two.review) });
  expect(await statusOf(two.chat)).toBe('revoked');
});

test('who has no duty of compliance sees no list, no file and no picture, and decides nothing', async () => {
  const { review, seen } = await submitted();
  const before = await accesses();
  for (const command of ['reviews', `review?review=${review}`])
    expect(await door.read('vanna', command)).toBe('command duty');
  expect(await say('vanna', 'review-approve', { review, seen, ...identity })).toBe('command duty');
  for (const path of ['/reviews', `/reviews/${review}`, `/reviews/${review}/front`]) {
    const response = await browse('vanna', path);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toMatch(/SOK|PNG/);
  }
  expect(await (await browse('vanna', '/orders')).text()).not.toContain('href="/reviews"');
  expect((await door.visit(`/reviews/${review}/front`)).status).toBe(303);
  expect(await accesses()).toEqual(before);
});

test('a picture is written down before it is shown, is kept by no browser, and is nothing but a picture', async () => {
  const { review } = await submitted();
  const response = await browse('dara', `/reviews/${review}/front`);
  expect(response.status).toBe(200);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(PNG);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': expect.stringContaining("default-src 'none'") as string,
  });
  expect((await accesses()).at(-1)).toBe(`dara review ${review} front`);
  const page = await browse('dara', `/reviews/${review}`);
  expect(page.headers.get('cache-control')).toBe('no-store');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("img-src 'self'");
  expect(policy).not.toMatch(/script-src|unsafe|data:/);
  const text = await page.text();
  expect(text).toContain(`src="/reviews/${review}/selfie"`);
  expect(text).not.toMatch(/<script|\son[a-z]+=/);
  expect((await accesses()).at(-1)).toBe(`dara review ${review} statement`);
  for (const path of ['/reviews/1/front', `/reviews/${review}/passport`, `/reviews/${review}/front/..`])
    expect((await browse('dara', path)).status).toBe(404);
  expect(await reviewed.world.orders.admin.proveAccessLog()).toMatchObject({ brokenAt: null });
});

test('without a desk of their own, operators find no reviews', async () => {
  const { world } = reviewed;
  const other = openOperatorsDoor({ orders: world.orders }, world.runtime, ['compliance']);
  const answer = await other.ask('sokha', 'reviews');
  expect([answer.status, await answer.json()]).toMatchObject([422, { error: { field: 'reviews', rule: 'not-here' } }]);
});

test('what is wrong in what was typed is named, and never repeated', async () => {
  const { review, seen } = await submitted();
  expect(await say('sokha', 'review-approve', { review, seen, ...identity, born: '1990-02-30' })).toBe(
    'born malformed',
  );
  expect(await say('sokha', 'review-approve', { review, seen, ...identity, documentExpires: '2020-01-01' })).toBe(
    'documentExpires expired',
  );
  const refusal = await reviewed.kyc.desk
    .decide(review, 1, { to: 'revoked' }, 'sokha')
    .catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(InputError);
  expect(String(refusal)).not.toMatch(/SOK|1990/);
});

async function accesses(): Promise<readonly string[]> {
  const rows = await ask<{ who: string; field: string }>(
    reviewed.world.url,
    'select who, field from access_log order by seq',
  );
  return rows.map(({ who, field }) => `${who} ${field}`);
}

test('who is erased takes their documents along; as long as those cannot be erased, nothing is', async () => {
  const { world, kyc } = reviewed;
  const { chat, review } = await submitted();
  const { buyer } = world.orders;
  const rows = () => ask(world.url, 'select name from kyc_manual.document where reference = $1', [review]);
  const broken = await world.another({
    providers: { ...world.providers, kyc },
    forget: () => Promise.reject(new Error('down')),
  });
  await expect(broken.buyer.erasePerson(chatRef(chat))).rejects.toThrow('down');
  expect(await rows()).toHaveLength(3);
  expect(await statusOf(chat)).toBe('pending');
  expect(await buyer.erasePerson(chatRef(chat))).toEqual({ outcome: 'erased' });
  expect(await rows()).toEqual([]);
  const file = await kyc.desk.file(review, 'dara');
  expect(file).toMatchObject({ state: 'revoked', statement: null, documents: [] });
  expect(file.accesses.map(({ by, what }) => `${by} ${what}`)).toContain('erasure erased');
  expect((await kyc.desk.cases()).map(({ reference }) => reference)).not.toContain(review);
});

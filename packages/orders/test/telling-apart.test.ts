import { KHR, money } from '@rielrails/core';
import type { Evidence, Reference } from '@rielrails/core';
import { afterEach, expect, test } from 'vitest';
import type { Admin, OrderView, ScreeningList } from '../src/index.ts';
import { ask } from './database.ts';
import { ruleOf } from './refusals.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const DAY_MS = 86_400_000;
const LISTED: Evidence = { source: 'OFAC SDN', entry: '4711', version: 'a1', explanation: 'the same name' };

let world: TestWorld;
let admin: Admin;
afterEach(() => world.end());

async function open(): Promise<void> {
  world = await createTestWorld({ cash: {} });
  ({ admin } = world.orders);
}

/** Screening finds that the name of everybody resembles these entries. */
function resembling(...evidence: readonly Evidence[]): void {
  world.screening.name = evidence.length > 0 ? 'review' : 'clear';
  world.screening.evidence = evidence;
}

/** A wish that was held because its buyer's name resembles a listed one, and the case about it. */
async function held(...evidence: readonly Evidence[]): Promise<{ readonly id: Reference; readonly caseId: string }> {
  const { id } = await world.quoted('1');
  resembling(...evidence);
  expect((await confirmAgain(id)).step).toBe('checking');
  const [one] = (await admin.order(id)).cases;
  expect(one).toMatchObject({ rule: 'name-review', state: 'open' });
  return { id, caseId: one?.id ?? '' };
}

async function confirmAgain(id: Reference): Promise<OrderView> {
  await world.orders.buyer.refresh(chatRef('1'), id);
  return world.confirm('1', id);
}

async function decide(caseId: string): Promise<string> {
  const result = await admin.decideCase(caseId, 'somebody-else', 'born twenty years later', 'sokha');
  if (result.outcome === 'done') return 'one person sufficed';
  const { id, payloadHash } = result.proposal;
  expect(await ruleOf(admin.approve(id, payloadHash, 'sokha'))).toBe('by same-person');
  return ruleOf(admin.approve(id, payloadHash, 'dara'));
}

const holdOf = async (id: Reference) => (await admin.order(id)).order.hold;
const toldApart = async (id: Reference) => (await admin.customer(id, 'sokha')).toldApart;

/** Pays what is asked for, and lets the engine work. */
async function pay(): Promise<void> {
  world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'SOK DARA' });
  await world.pass(30_000);
}

test('two people say that the buyer is somebody else: the order goes on and is delivered, though the name still resembles', async () => {
  await open();
  const { id, caseId } = await held(LISTED);
  expect(await decide(caseId)).toBe('done');
  expect((await admin.caseLine(caseId)).decision).toBe('cleared');
  expect(await holdOf(id)).toBe('none');
  expect((await confirmAgain(id)).state).toBe('awaiting-payment');
  await pay();
  expect(world.coins.sent.size).toBe(1);
  expect(await admin.cases('all')).toHaveLength(1);
  // Who decided what stands in the customer's file, and in the access log.
  const [decision] = await toldApart(id);
  expect(decision).toMatchObject({ state: 'holds', entry: '4711', version: 'a1', decidedBy: ['sokha', 'dara'] });
  const day = new Date(world.runtime.clock.now() + 7 * 3_600_000).toISOString().slice(0, 10);
  const { csv } = await admin.report('access', day, day, 'sokha');
  expect(csv).toContain(`somebody else ${decision?.id}`);
  expect(csv).toContain('sokha and dara');
}, 20_000);

test.each<readonly [string, readonly Evidence[]]>([
  ['the entry reads otherwise', [{ ...LISTED, version: 'a2' }]],
  ['another entry is found beside it', [LISTED, { ...LISTED, entry: '4712' }]],
  ['another list has an entry of that number', [{ ...LISTED, source: 'UN Consolidated' }]],
])(
  '%s after the payment: nothing is sent, and people look again',
  async (_what, evidence) => {
    await open();
    const { id, caseId } = await held(LISTED);
    expect(await decide(caseId)).toBe('done');
    await confirmAgain(id);
    resembling(...evidence);
    await pay();
    expect((await admin.order(id)).order).toMatchObject({
      hold: 'review',
      state: 'bought',
      holdReasons: ['name-review'],
    });
    expect(world.coins.sent.size).toBe(0);
    expect(await admin.caseLine(caseId)).toMatchObject({ state: 'open', decision: null });
    // What was found since is decided about anew.
    expect(await decide(caseId)).toBe('done');
    await world.pass(30_000);
    expect(world.coins.sent.size).toBe(1);
  },
  20_000,
);

test('a decision that is revoked counts no more, and is never revoked twice', async () => {
  await open();
  const { id, caseId } = await held(LISTED);
  await decide(caseId);
  await confirmAgain(id);
  const [decision] = await toldApart(id);
  const revoke = () => ruleOf(admin.revokeSomebodyElse(decision?.id ?? '', 'the passport was misread', 'vanna'));
  expect((await Promise.all([revoke(), revoke()])).sort()).toEqual(['decision unknown', 'done']);
  expect(await toldApart(id)).toMatchObject([{ state: 'revoked', revokedBy: 'vanna' }]);
  await pay();
  expect(world.coins.sent.size).toBe(0);
  expect(await holdOf(id)).toBe('review');
}, 20_000);

test('a decision is void for another identity, and over when its time is', async () => {
  await open();
  const { id, caseId } = await held(LISTED);
  await decide(caseId);
  const reference = world.sumsub.applied.cases.at(-1)?.reference as Reference;
  await world.sumsub.desk.approve(reference, { name: 'SOK DARA', born: '1970-01-01', country: 'KH' });
  await world.pass(1000);
  expect(await toldApart(id)).toMatchObject([{ state: 'void' }]);
  expect((await confirmAgain(id)).step).toBe('checking');
  await world.sumsub.desk.approve(reference, { name: 'SOK DARA', born: '1990-01-01', country: 'KH' });
  await world.pass(1000);
  expect(await toldApart(id)).toMatchObject([{ state: 'holds' }]);
  await world.runtime.clock.advance(180 * DAY_MS);
  expect(await toldApart(id)).toMatchObject([{ state: 'over' }]);
}, 20_000);

test('whoever is verified anew between two people is not whom they decided about', async () => {
  await open();
  const { id, caseId } = await held(LISTED);
  const result = await admin.decideCase(caseId, 'somebody-else', 'another year of birth', 'sokha');
  if (result.outcome === 'done') throw new Error('one person sufficed');
  const reference = world.sumsub.applied.cases.at(-1)?.reference as Reference;
  await world.sumsub.desk.approve(reference, { name: 'SOK DARA', born: '1970-01-01', country: 'KH' });
  await world.pass(1000);
  const { id: proposal, payloadHash } = result.proposal;
  expect(await ruleOf(admin.approve(proposal, payloadHash, 'dara'))).toBe('case identity-changed');
  expect(await toldApart(id)).toEqual([]);
  expect(await holdOf(id)).toBe('review');
}, 20_000);

test('what was written into the case since it was proposed voids the proposal', async () => {
  await open();
  const { caseId } = await held(LISTED);
  const result = await admin.decideCase(caseId, 'somebody-else', 'another year of birth', 'sokha');
  if (result.outcome === 'done') throw new Error('one person sufficed');
  await admin.noteCase(caseId, 'the year was misread', 'vanna');
  const { id: proposal, payloadHash } = result.proposal;
  expect(await ruleOf(admin.approve(proposal, payloadHash, 'dara'))).toBe('proposal changed');
});

test('two approvals of two proposals about one case leave one decision', async () => {
  await open();
  const { id, caseId } = await held(LISTED);
  const result = await admin.decideCase(caseId, 'somebody-else', 'another year of birth', 'sokha');
  if (result.outcome === 'done') throw new Error('one person sufficed');
  const { id: proposal, payloadHash } = result.proposal;
  const ended = await Promise.all(['dara', 'vanna'].map((by) => ruleOf(admin.approve(proposal, payloadHash, by))));
  expect(ended.sort()).toEqual(['done', 'proposal unknown']);
  expect(await toldApart(id)).toHaveLength(1);
});

test('an address is never passed so, nor a name that is blocked, nor an entry that is not named exactly', async () => {
  await open();
  const { id } = await world.quoted('1');
  world.screening.address = 'review';
  world.screening.evidence = [LISTED];
  await confirmAgain(id);
  const [about] = (await admin.order(id)).cases;
  expect(about?.rule).toBe('address-review');
  const say = (caseId = '') => ruleOf(admin.decideCase(caseId, 'somebody-else', 'another wallet', 'sokha'));
  expect(await say(about?.id)).toBe('case not-a-name');
  world.screening.address = 'clear';
  await admin.release(id, 'sokha');
  const { version: _version, ...unversioned } = LISTED;
  resembling(unversioned);
  await confirmAgain(id);
  const named = (await admin.order(id)).cases.find(({ rule }) => rule === 'name-review');
  expect(await say(named?.id)).toBe('case no-entry');
  await admin.release(id, 'sokha');
  resembling(...Array.from({ length: 20 }, (_, index) => ({ ...LISTED, entry: String(index) })));
  await confirmAgain(id);
  expect(await say(named?.id)).toBe('case too-many-entries');
  await admin.release(id, 'sokha');
  world.screening.name = 'blocked';
  expect((await confirmAgain(id)).step).toBe('rejected');
  const blocked = (await admin.order(id)).cases.find(({ rule }) => rule === 'name-blocked');
  expect(await say(blocked?.id)).toBe('case not-a-name');
}, 20_000);

test('an address hit stops an order whose name was told apart', async () => {
  await open();
  const { id, caseId } = await held(LISTED);
  await decide(caseId);
  await confirmAgain(id);
  world.screening.address = 'blocked';
  await pay();
  expect((await admin.order(id)).order).toMatchObject({ hold: 'frozen', holdReasons: ['address-blocked'] });
  expect(world.coins.sent.size).toBe(0);
}, 20_000);

test('whoever can only write rows can neither make, change, move nor revive a decision', async () => {
  await open();
  const { id, caseId } = await held(LISTED);
  await decide(caseId);
  const [row] = await ask<{ id: string; person: string }>(world.url, 'select id, person from somebody_else');
  const refused = (statement: string) =>
    ask(world.url, statement).then(
      () => 'done',
      (error: Error) => error.message,
    );
  expect(await refused(`update somebody_else set expires_at = expires_at + 1`)).toMatch('can only be revoked');
  expect(await refused(`delete from somebody_else`)).toMatch('can only be revoked');
  expect(await refused(`truncate somebody_else`)).toMatch('append-only');
  const copy = (changes: string) => `
    insert into somebody_else (id, person, case_file, first_by, second_by, decided_at, expires_at, sealed)
    select ${changes} from somebody_else where id = '${row?.id}'`;
  expect(await refused(copy(`'11', person, case_file, 'sokha', 'sokha', decided_at, expires_at, sealed`))).toMatch(
    'check',
  );
  // A copy under another id, for another time or of other people does not open, or does not agree with its seal.
  expect(await refused(copy(`'12', person, case_file, first_by, second_by, decided_at, expires_at, sealed`))).toBe(
    'done',
  );
  expect(await refused(copy(`'13', person, case_file, 'eve', 'mallory', decided_at, expires_at, sealed`))).toBe('done');
  expect(await toldApart(id)).toHaveLength(1);
  await admin.revokeSomebodyElse(row?.id ?? '', 'misread', 'vanna');
  expect(await refused(`update somebody_else set revoked_at = null, revoked_by = null`)).toMatch('can only be revoked');
  expect((await confirmAgain(id)).step).toBe('checking');
}, 20_000);

test('known customers are told apart too when a list changes; a decision answers every case that rests on the same', async () => {
  await open();
  const { names, ...providers } = world.providers;
  const list = {
    source: 'OFAC SDN',
    version: '1',
    asOf: world.runtime.clock.now(),
    usableUntil: world.runtime.clock.now(),
  };
  const state: { lists: readonly ScreeningList[] } = { lists: [list] };
  ({ admin } = await world.restart({ providers: { ...providers, names, lists: async () => state.lists } }));
  const { id } = await world.confirmed('1');
  const later = async () => {
    await world.runtime.clock.advance(60_000);
    await world.during(world.orders.sweep());
  };
  await later();
  resembling(LISTED);
  state.lists = [{ ...list, version: '2' }];
  await later();
  expect((await admin.cases()).map(({ rule }) => rule).sort()).toEqual(['name-review', 'rescreened-review']);
  expect(await holdOf(id)).toBe('review');
  const about = (await admin.cases()).find(({ rule }) => rule === 'rescreened-review');
  expect(await decide(about?.id ?? '')).toBe('done');
  expect(await admin.cases()).toEqual([]);
  expect(await holdOf(id)).toBe('none');
  // The next version says the same of that entry.
  state.lists = [{ ...list, version: '3' }];
  await later();
  expect(await admin.cases()).toEqual([]);
  resembling({ ...LISTED, version: 'a2' });
  state.lists = [{ ...list, version: '4' }];
  await later();
  expect(await holdOf(id)).toBe('review');
}, 30_000);

test('a suspicion about a name freezes what is under way in every chat of that human, and nothing of anybody else', async () => {
  world = await createTestWorld({
    cash: {},
    documentOf: (name) => (name === 'SOK DARA' ? '010203045' : '999999999'),
  });
  ({ admin } = world.orders);
  const first = await world.confirmed('1');
  const second = await world.confirmed('2');
  const other = await world.confirmed('3', { name: 'CHAN VANNA' });
  const wish = await world.orders.buyer.quote(chatRef('1'), {
    want: { type: 'spend', amount: money(KHR, 41_000n) },
    payIn: KHR,
  });
  const about = await admin.openCase(first.id, 'seen in the newspaper', 'sokha');
  await admin.decideCase(about, 'suspicious', 'the source of the money', 'sokha');
  expect(await holdOf(first.id)).toBe('none');
  resembling(LISTED);
  await world.orders.buyer.giveAddress(chatRef('1'), wish.id, ADDRESS);
  await confirmAgain(wish.id);
  const [named] = (await admin.order(wish.id)).cases;
  await admin.decideCase(named?.id ?? '', 'suspicious', 'the passport is the listed one', 'sokha');
  expect(await Promise.all([first, second, other].map(({ id }) => holdOf(id)))).toEqual(['frozen', 'frozen', 'none']);
  expect((await admin.release(first.id, 'sokha')).outcome).toBe('proposed');
  expect((await admin.cases('to-report')).map(({ rule }) => rule).sort()).toEqual(['name-review', 'operator']);
}, 20_000);

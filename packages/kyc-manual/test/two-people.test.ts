import type { Reference } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import type { Decision, ReviewOutcome } from '@rielrails/kyc-manual';
import { expect, test } from 'vitest';
import { form, handIn } from './hand-in.ts';
import { identity, REFERENCE, rule, setUp, START } from './set-up.ts';

const approval: Decision = { to: 'approved', identity };
const hashOf = (outcome: ReviewOutcome): string => (outcome.outcome === 'proposed' ? outcome.proposal.hash : 'none');

async function submitted(twoPeople: readonly Decision['to'][] = ['approved']) {
  const made = setUp({ twoPeople });
  await handIn(made.kyc, START);
  return { ...made, confirm: (hash: string, by: string) => made.kyc.desk.confirm(REFERENCE, hash, by).catch(rule) };
}

test('one person proposes, is refused as the second, and another confirms', async () => {
  const { kyc, decide, confirm, moved } = await submitted();
  const hash = hashOf(await decide(approval, 'sokha'));
  expect(await kyc.get({ reference: REFERENCE })).toMatchObject({ status: 'pending' });
  expect(moved).toEqual([]);
  expect((await kyc.desk.file(REFERENCE, 'dara')).proposal).toMatchObject({ by: 'sokha', hash, decision: approval });
  for (const by of ['sokha', 'Sokha', ' sokha']) expect(await confirm(hash, by)).toBe('by same-person');
  expect(await confirm('0'.repeat(16), 'dara')).toBe('proposal changed');
  expect(await confirm(hash, 'dara')).toBeUndefined();
  expect(await kyc.get({ reference: REFERENCE })).toMatchObject({ status: 'approved' });
  expect(await kyc.desk.file(REFERENCE, 'dara')).toMatchObject({ decidedBy: 'sokha and dara', proposal: null });
  expect(moved).toEqual([REFERENCE]);
  expect(await confirm(hash, 'dara')).toBe('proposal unknown');
});

test('another name voids what was proposed, whoever proposes it', async () => {
  const { decide, confirm, kyc } = await submitted();
  const first = hashOf(await decide(approval, 'sokha'));
  const second = hashOf(await decide({ to: 'approved', identity: { ...identity, name: 'SOK DARRA' } }, 'sokha'));
  expect(await confirm(first, 'dara')).toBe('proposal changed');
  const third = hashOf(await decide(approval, 'dara'));
  expect(await confirm(second, 'sokha')).toBe('proposal changed');
  expect(await confirm(third, 'dara')).toBe('by same-person');
  expect(await kyc.get({ reference: REFERENCE })).toMatchObject({ status: 'pending' });
});

test('new documents void what was proposed', async () => {
  const { kyc, decide, confirm } = await submitted();
  const hash = hashOf(await decide(approval, 'sokha'));
  await decide({ to: 'retry', reasons: ['document-unreadable'] }, 'dara');
  expect(await confirm(hash, 'dara')).toBe('proposal unknown');
  await handIn(kyc, START, form({ name: 'CHAN Bopha' }));
  expect(await confirm(hash, 'dara')).toBe('proposal unknown');
  expect(await kyc.get({ reference: REFERENCE })).toMatchObject({ status: 'pending' });
});

test('a picture that was changed behind the desk voids it too', async () => {
  const { kyc, store, decide, confirm } = await submitted();
  const hash = hashOf(await decide(approval, 'sokha'));
  const one = await store.find(REFERENCE);
  const front = await store.document(REFERENCE, 'front');
  if (!one || !front) throw new Error('handed in');
  await store.save({ ...one, version: one.version + 1 }, [{ ...front, sealed: utf8('another picture') }]);
  expect(await confirm(hash, 'dara')).toBe('proposal changed');
  expect(await kyc.get({ reference: REFERENCE })).toMatchObject({ status: 'pending' });
});

test('a decision is about what was seen', async () => {
  const { kyc, decide } = await submitted([]);
  const { version } = await kyc.desk.file(REFERENCE, 'sokha');
  await decide({ to: 'retry', reasons: ['document-unreadable'] }, 'dara');
  await handIn(kyc, START, form({ name: 'CHAN Bopha' }));
  expect(await kyc.desk.decide(REFERENCE, version, approval, 'sokha').catch(rule)).toBe('review changed');
});

test('a confirmation finds the document expired meanwhile', async () => {
  const { decide, confirm, runtime } = await submitted();
  const expiring = { ...identity, documentExpires: new Date(runtime.clock.now()).toISOString().slice(0, 10) };
  const hash = hashOf(await decide({ to: 'approved', identity: expiring }, 'sokha'));
  await runtime.clock.advance(24 * 3_600_000);
  expect(await confirm(hash, 'dara')).toBe('documentExpires expired');
});

test('who confirms twice at once does it once', async () => {
  const { decide, confirm, moved } = await submitted();
  const hash = hashOf(await decide(approval, 'sokha'));
  const both = await Promise.all([confirm(hash, 'dara'), confirm(hash, 'vanna')]);
  expect(both.filter((one) => one === undefined)).toHaveLength(1);
  expect(moved).toEqual([REFERENCE]);
});

test('the rule says what takes two: here taking back, and nothing else', async () => {
  const { kyc, decide, confirm } = await submitted(['revoked']);
  expect(await decide(approval, 'sokha')).toEqual({ outcome: 'done' });
  const hash = hashOf(await decide({ to: 'revoked' }, 'sokha'));
  expect(await kyc.desk.cases()).toMatchObject([{ reference: REFERENCE, state: 'approved', proposedBy: 'sokha' }]);
  expect(await confirm(hash, 'dara')).toBeUndefined();
  expect(await kyc.get({ reference: REFERENCE })).toEqual({ reference: REFERENCE, status: 'revoked' });
  expect(await kyc.desk.cases('decided')).toMatchObject([{ state: 'revoked', proposedBy: null }]);
});

test('what is proposed is sealed: nobody reads a name in the store', async () => {
  const { store, decide } = await submitted();
  await decide(approval, 'sokha');
  const text = Buffer.from((await store.find(REFERENCE))?.proposal?.sealed ?? []).toString('latin1');
  expect(text.length).toBeGreaterThan(100);
  for (const word of ['SOK', 'DARA', '1990', '0102']) expect(text).not.toContain(word);
});

test.each([
  ['no reason', { to: 'rejected', reasons: [] }, 'reasons unknown'],
  ['a reason that nobody knows', { to: 'retry', reasons: ['ugly'] }, 'reasons unknown'],
  ['another word', { to: 'perhaps' }, 'decision unknown'],
])('a decision with %s is refused', async (_what, decision, refusal) => {
  const { decide } = await submitted();
  expect(await decide(decision as unknown as Decision).catch(rule)).toBe(refusal);
  expect(
    await setUp()
      .kyc.desk.line('9' as Reference)
      .catch(rule),
  ).toBe('review unknown');
});

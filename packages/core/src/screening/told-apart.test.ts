import { expect, test } from 'vitest';
import type { KycCaseIn } from '../kyc/kyc.ts';
import { parseReference } from '../reference.ts';
import type { Instant } from '../reference.ts';
import type { Evidence, Identity, Verdict } from './screening.ts';
import { MOST_TOLD_APART, tellApart } from './told-apart.ts';
import type { SomebodyElse } from './told-apart.ts';

const now = 1_000 as Instant;
const identity: Identity = { name: 'SOK DARA', born: '1990-01-01', countries: ['KH'] };
const kyc: KycCaseIn<'approved'> = {
  reference: parseReference('7'),
  status: 'approved',
  until: 9_000 as Instant,
  identity,
};
const evidence: Evidence = { source: 'OFAC SDN', entry: '4711', version: 'a1', explanation: 'the same name' };
const verdict: Verdict<Identity> = {
  id: 'v',
  of: identity,
  outcome: 'review',
  evidence: [evidence],
  validUntil: 5_000 as Instant,
};
const decision: SomebodyElse = {
  id: '1',
  source: 'OFAC SDN',
  entry: '4711',
  version: 'a1',
  kyc: kyc.reference,
  identity,
  decidedBy: ['sokha', 'dara'],
  validUntil: 2_000 as Instant,
};
const told = (changes: {
  readonly verdict?: Partial<Verdict<Identity>>;
  readonly kyc?: Partial<typeof kyc>;
  readonly decisions?: readonly SomebodyElse[];
}) => tellApart({ ...verdict, ...changes.verdict }, { ...kyc, ...changes.kyc }, changes.decisions ?? [decision], now);

test('what two people decided about is taken from the verdict', () => {
  expect(told({})).toEqual({ verdict, decisions: [decision] });
});

test.each<readonly [string, Partial<SomebodyElse>]>([
  ['of another list', { source: 'UN Consolidated' }],
  ['about another entry', { entry: '4712' }],
  ['about the entry as it was', { version: 'a0' }],
  ['that has run out', { validUntil: now }],
  ['that rests on another verification', { kyc: parseReference('8') }],
  ['about another identity', { identity: { ...identity, born: '1991-01-01' } }],
  ['of one person twice', { decidedBy: ['sokha', 'sokha'] }],
  ['of one person and nobody', { decidedBy: ['sokha', ''] }],
])('a decision %s takes nothing', (_what, change) => {
  expect(told({ decisions: [{ ...decision, ...change }] })).toBeNull();
});

test('every entry needs its own decision', () => {
  const second = { ...evidence, entry: '4712' };
  expect(told({ verdict: { evidence: [evidence, second] } })).toBeNull();
  const both = [decision, { ...decision, id: '2', entry: '4712' }];
  expect(told({ verdict: { evidence: [evidence, second] }, decisions: both })?.decisions).toEqual(both);
});

test.each<readonly [string, Partial<Verdict<Identity>>]>([
  ['one that blocks', { outcome: 'blocked' }],
  ['one that is clear', { outcome: 'clear' }],
  ['one about another identity', { of: { ...identity, countries: ['TH'] } }],
  ['one without evidence', { evidence: [] }],
  ['evidence without a version', { evidence: [{ source: 'OFAC SDN', entry: '4711', explanation: '' }] }],
  ['more evidence than a service may tell', { evidence: Array.from({ length: MOST_TOLD_APART }, () => evidence) }],
])('of verdicts, %s is never passed', (_what, change) => {
  expect(told({ verdict: change })).toBeNull();
});

test('a verified identity that has changed is not the one decided about', () => {
  expect(told({ kyc: { identity: { ...identity, aliases: ['DARA'] } } })).toBeNull();
});

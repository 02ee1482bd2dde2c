import { expect, test } from 'vitest';
import { BTC } from '../assets.ts';
import { money } from '../money.ts';
import { parseReference } from '../reference.ts';
import type { Instant } from '../reference.ts';
import type { CheckedAddress } from './address.ts';
import { mintClearance } from './clearance.ts';
import type { ClearanceGrounds } from './clearance.ts';
import { tellApart } from '../screening/told-apart.ts';
import type { SomebodyElse, ToldApart } from '../screening/told-apart.ts';

const now = 1_000 as Instant;
const at = (ms: number) => (now + ms) as Instant;
const address = { network: 'bitcoin', text: 'bc1q' } as CheckedAddress;
const clear = { outcome: 'clear', evidence: [] } as const;
const grounds: ClearanceGrounds = {
  reference: parseReference('42'),
  maximum: money(BTC, 10_000n),
  kyc: { reference: parseReference('7'), status: 'approved', until: at(300), identity: { name: 'SOK DARA' } },
  name: { ...clear, id: 'n1', of: { name: 'SOK DARA' }, validUntil: at(200) },
  address: { ...clear, id: 'a1', of: address, validUntil: at(100) },
};

test('a clearance names what it allows and what it rests on', () => {
  expect(mintClearance(grounds, now)).toEqual({
    reference: '42',
    address,
    maximum: money(BTC, 10_000n),
    restsOn: { kyc: '7', name: 'n1', address: 'a1' },
    validUntil: at(100),
  });
});

test.each([
  ['the approval', { kyc: { ...grounds.kyc, until: at(0) } }],
  ['the verdict on the name', { name: { ...grounds.name, validUntil: at(0) } }],
  ['the verdict on the address', { address: { ...grounds.address, validUntil: at(-1) } }],
])('nothing is cleared once %s has ended', (_what, stale) => {
  expect(() => mintClearance({ ...grounds, ...stale }, now)).toThrow('clearance: a verdict is no longer valid');
});

test('the screened name is the verified name', () => {
  const another = { ...grounds, name: { ...grounds.name, of: { name: 'SOK DORA' } } };
  expect(() => mintClearance(another, now)).toThrow('the screened name is not the verified name');
});

test('a name told apart by two people clears, as long as they decided, and the clearance names their decisions', () => {
  const evidence = { source: 'OFAC SDN', entry: '4711', version: 'a1', explanation: 'the same name' };
  const verdict = { ...grounds.name, outcome: 'review', evidence: [evidence] } as const;
  const decision: SomebodyElse = {
    ...evidence,
    id: 'd1',
    kyc: grounds.kyc.reference,
    identity: grounds.kyc.identity,
    decidedBy: ['sokha', 'dara'],
    validUntil: at(50),
  };
  const name = tellApart(verdict as never, grounds.kyc, [decision], now) as ToldApart;
  expect(mintClearance({ ...grounds, name }, now)).toMatchObject({
    restsOn: { kyc: '7', name: 'n1', address: 'a1', somebodyElse: ['d1'] },
    validUntil: at(50),
  });
  expect(() => mintClearance({ ...grounds, name }, at(50))).toThrow('the name is not told apart');
  // Whatever the compiler was told: what was not decided about clears nothing.
  const forged = { verdict, decisions: [{ ...decision, entry: '4712' }] } as unknown as ToldApart;
  expect(() => mintClearance({ ...grounds, name: forged }, now)).toThrow('the name is not told apart');
});

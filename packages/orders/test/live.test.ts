import { isProviderError, KHR, money } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { readFileSync } from 'node:fs';
import { createBinance } from '@rielrails/exchange/ccxt';
import { createSumsub } from '@rielrails/kyc-sumsub';
import { createPayway } from '@rielrails/provider-payway';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cambodianPolicy, readPolicy } from '../src/index.ts';
import type { DueDiligence, Licence, OrdersOptions, ScreeningList } from '../src/index.ts';
import { refusalIn } from './refusals.ts';
import { chatRef, createTestWorld, policy } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world.end());

async function opened(options: Partial<OrdersOptions>): Promise<string> {
  return world.another(options).then(() => 'opened', refusalIn);
}

const approval = { reference: 'ABA-2026-17', date: '2026-10-01', scope: 'sale of bitcoin, KHR and USD' };

const licence: Licence = {
  type: 'licensed',
  authority: 'the regulator',
  number: '1',
  scope: 'sale of bitcoin',
  validUntil: Date.parse('2026-12-31') as Instant,
};
const file = readPolicy(readFileSync(cambodianPolicy, 'utf8'));
const dueDiligence: DueDiligence = { ...file, licence, lists: { ...file.lists, required: [] } };

describe('live mode', () => {
  const live = { mode: 'live', dueDiligence } as const;

  test('refuses to start without a policy, and without a licence in it that holds, or the reason why none is needed', async () => {
    expect(await opened({ mode: 'live' })).toBe('dueDiligence missing');
    const declaration = { payway: approval };
    const under = (one: Licence) => opened({ ...live, declaration, dueDiligence: { ...dueDiligence, licence: one } });
    expect(await under({ type: 'none' })).toBe('dueDiligence.licence missing');
    expect(await under({ ...licence, validUntil: world.runtime.clock.now() })).toBe('dueDiligence.licence expired');
    const because = { because: 'a letter of the regulator', declaredBy: 'counsel', date: '2026-10-01' };
    expect(await under({ type: 'not-required', ...because })).toBe('opened');
  });

  test('refuses screening that does not read a required list; one that cannot be read now is no reason', async () => {
    const declaration = { payway: approval };
    const withLists = (lists?: () => Promise<readonly ScreeningList[]>) =>
      opened({
        ...live,
        declaration,
        dueDiligence: { ...dueDiligence, lists: file.lists },
        providers: { ...world.providers, ...(lists ? { lists } : {}) },
      });
    expect(await withLists()).toBe('dueDiligence.lists not-read');
    const list = (source: string): ScreeningList => {
      return { source, version: '1', asOf: world.runtime.clock.now(), usableUntil: world.runtime.clock.now() };
    };
    expect(await withLists(async () => [list('OFAC SDN')])).toBe('dueDiligence.lists not-read');
    expect(await withLists(async () => [list('UN Consolidated')])).toBe('dueDiligence.lists not-read');
    expect(await withLists(async () => [list('OFAC SDN'), list('UN Consolidated')])).toBe('opened');
    expect(await withLists(() => Promise.reject(new Error('the mirror is down')))).toBe('opened');
  });

  test('refuses a rail whose rules do not simply allow it, until its written approval is named whole', async () => {
    expect(await opened(live)).toBe('declaration.payway approval-missing');
    expect(await opened({ ...live, declaration: { another: approval } })).toBe('declaration.payway approval-missing');
    for (const field of ['reference', 'date', 'scope'] as const)
      expect(await opened({ ...live, declaration: { payway: { ...approval, [field]: '' } } })).toBe(
        'declaration.payway approval-missing',
      );
    expect(await opened({ ...live, declaration: { payway: approval } })).toBe('opened');
    const inTheFile = { ...dueDiligence, declaration: { payway: approval } };
    expect(await opened({ ...live, dueDiligence: inTheFile })).toBe('opened');
  });

  test('takes no new order while its clock is not the database’s, and says that it is not ready', async () => {
    // The virtual clock stands in January; the database's goes on.
    const engine = await world.another({ ...live, declaration: { payway: approval } });
    const request = { want: { type: 'spend', amount: money(KHR, 41_000n) }, payIn: KHR } as const;
    await expect(engine.buyer.quote(chatRef('live'), request)).rejects.toMatchObject({
      field: 'engine',
      rule: 'clock',
    });
    expect(await engine.health()).toMatchObject({ ready: false, checks: { clock: 'failing', database: 'ok' } });
  });
});

describe('in any mode a configuration that cannot be right is refused by name, and no secret is told', () => {
  const cases: readonly (readonly [string, Partial<OrdersOptions>, string])[] = [
    ['terms of white space', { terms: { en: ' \n', km: 'x' } }, 'terms.en missing'],
    ['no Khmer terms', { terms: { en: 'x', km: '' } }, 'terms.km missing'],
    ['a language left out', { terms: { en: 'x' } as OrdersOptions['terms'] }, 'terms.km missing'],
    ['nothing to pay in', { policy: { ...policy, payAssets: [] } }, 'policy.payAssets missing'],
    ['a short data key', { dataKey: new Secret('x'.repeat(31)) }, 'dataKey too-short'],
    ['no data key', { dataKey: undefined as never }, 'dataKey missing'],
    ['an unknown field', { declarations: {} } as Partial<OrdersOptions>, 'declarations unknown'],
    ['an unknown field of the policy', { policy: { ...policy, feePercent: 1 } as never }, 'policy.feePercent unknown'],
    ['a fee below zero', { policy: { ...policy, feeBasisPoints: -1n } }, 'policy.feeBasisPoints out-of-range'],
    ['a fee of everything', { policy: { ...policy, feeBasisPoints: 10_000n } }, 'policy.feeBasisPoints out-of-range'],
    ['a time below zero', { policy: { ...policy, payWithinMs: -1 } }, 'policy.payWithinMs out-of-range'],
    ['no time', { policy: { ...policy, lookEveryMs: Number.NaN } }, 'policy.lookEveryMs out-of-range'],
    [
      'a field left out',
      { policy: { ...policy, refundWithinMs: undefined as never } },
      'policy.refundWithinMs missing',
    ],
    ['delivered before it is mined', { policy: { ...policy, confirmations: 0 } }, 'policy.confirmations out-of-range'],
    [
      'a currency that the policy cannot weigh',
      { dueDiligence: { ...dueDiligence, worth: { KHR: 1n } } },
      'dueDiligence.worth.USD missing',
    ],
    ['an unknown mode', { mode: 'prod' as 'live' }, 'mode unknown'],
  ];

  test.each(cases)('%s', async (_what, options, rule) => {
    expect(await opened(options)).toBe(rule);
  });

  test('and so is a provider’s: unknown fields, missing secrets', () => {
    const secret = 'canary-secret-of-a-provider';
    const makes = [
      () => createPayway({ ...world.payway.config, callbackUrl: 'https://shop.example/x', apiKeys: secret } as never),
      () => createPayway({ ...world.payway.config, callbackUrl: 'https://shop.example/x', apiKey: '' }),
      () => createSumsub({ ...world.sumsub.config, webhookSecrets: [] }),
      () => createSumsub({ ...world.sumsub.config, secret } as never),
      () => createBinance({ ...world.binance.config, secretKey: secret, passphrase: secret } as never),
    ];
    const told: string[] = [];
    const faults = makes.map((make) => {
      try {
        make();
        return 'made';
      } catch (error) {
        told.push(String(error), JSON.stringify(error));
        return isProviderError(error) ? error.fault.kind : 'another error';
      }
    });
    expect(told.join()).not.toContain(secret);
    expect(faults).toEqual(makes.map(() => 'config'));
  });
});

import { readFileSync } from 'node:fs';
import { KHR, money, USD } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { mostOf, worthOf } from '../order/due-diligence.ts';
import { explainPolicy } from './explain.ts';
import { runPolicy } from './program.ts';
import { cambodianPolicy } from '../cambodian-policy.ts';
import { readPolicy } from './read.ts';

const text = readFileSync(cambodianPolicy, 'utf8');

type Written = {
  tiers: Record<string, unknown>[];
  rules: Record<string, unknown>[];
  worth: { of: Record<string, unknown> };
  [field: string]: unknown;
};

/** The Cambodian file with one thing changed. */
function changed(change: (file: Written) => void): string {
  const file = JSON.parse(text) as Written;
  change(file);
  return JSON.stringify(file);
}

describe('the file for Cambodia', () => {
  const policy = readPolicy(text);

  test('is read, and gives every figure a ground', () => {
    expect(policy).toMatchObject({ jurisdiction: 'KH', licence: { type: 'none' }, currency: KHR });
    expect(policy.tiers.map(({ name }) => name)).toEqual(['verified', 'enhanced']);
    expect(policy.cases.reportSuspicionWithinMs).toBe(24 * 3_600_000);
    // Five years hold one or two leap days.
    expect(policy.retention.recordsMs).toBe(1827 * 86_400_000);
    expect(policy.largeReport.over).toEqual(money(KHR, 40_000_000n));
  });

  test('weighs amounts in riel, upwards; and gives the most of a currency, downwards', () => {
    expect(worthOf(policy, money(USD, 1n))).toEqual(money(KHR, 40n));
    expect(worthOf(policy, money(USD, 1_000_000n))).toEqual(money(KHR, 40_000_000n));
    expect(worthOf(policy, money({ code: 'XXX', scale: 2 }, 1n))).toBeNull();
    expect(mostOf(policy, money(KHR, 4_000_039n), USD)).toEqual(money(USD, 1_000_00n));
  });

  test('is explained: every amount of it, every rule, and what each rests on', () => {
    const sections = explainPolicy(policy);
    const told = JSON.stringify(sections);
    for (const { id } of policy.rules) expect(told).toContain(`${id}: `);
    for (const part of [
      '2,000,000 KHR an order',
      '24 hours',
      '5 years',
      '14 days',
      'OFAC SDN',
      'Live mode refuses to start',
    ])
      expect(told).toContain(part);
    const standings = new Set(sections.flatMap(({ lines }) => lines.flatMap(({ ground }) => ground?.standing ?? [])));
    expect([...standings].sort()).toEqual(['recalled, unverified', 'secondary source', 'the operator’s choice']);
    // It is data about the law, and no claim that the law is kept.
    expect(told).not.toMatch(/complian|legal(?:ly)?\b/i);
  });
});

describe('a file that cannot be meant is refused by field and rule', () => {
  const cases: readonly (readonly [string, (file: Written) => void, RegExp])[] = [
    ['an unknown field', (file) => (file['limit'] = 1), /unknown field "limit"/],
    ['no licence', (file) => delete file['licence'], /licence: /],
    ['a licence without its end', (file) => (file['licence'] = { type: 'licensed' }), /licence\.validUntil: /],
    ['a number for an amount', (file) => tier(file, { perDay: 4_000_000 }), /tiers\.0\.perDay: expected string/],
    [
      'an amount without currency',
      (file) => tier(file, { perDay: '40' }),
      /tiers\.0\.perDay: expected an amount such as/,
    ],
    ['a riel with a point', (file) => tier(file, { perDay: '4000000.5 KHR' }), /tiers\.0\.perDay: expected an amount/],
    ['an amount below zero', (file) => tier(file, { perDay: '-4 KHR' }), /tiers\.0\.perDay: expected an amount/],
    [
      'another currency',
      (file) => tier(file, { perOrder: '500 USD' }),
      /tiers\.0\.perOrder: expected an amount in KHR/,
    ],
    ['a day below an order', (file) => tier(file, { perDay: '1 KHR' }), /tiers\.0\.perDay: is less than perOrder/],
    [
      'a month below a day',
      (file) => tier(file, { perMonth: '3999999 KHR' }),
      /tiers\.0\.perMonth: is less than perDay/,
    ],
    ['no tier', (file) => (file['tiers'] = []), /tiers/],
    [
      'a first tier above everybody',
      (file) => tier(file, { needs: 'enhanced' }),
      /tiers\.0\.needs: expected "verified"/,
    ],
    ['a time without a unit', (file) => rule(file, { within: 24 }), /rules\.0/],
    ['a time of no length', (file) => rule(file, { within: '0 hours' }), /rules\.0/],
    ['an unknown rule', (file) => rule(file, { type: 'gut-feeling' }), /rules\.0/],
    ['an unknown action', (file) => rule(file, { action: 'ignore' }), /rules\.0/],
    ['a rule without a ground', (file) => rule(file, { ground: undefined }), /rules\.0/],
    ['a rule that stands twice', (file) => rule(file, { id: 'structuring' }), /rules\.1\.id: stands twice/],
    ['a currency worth nothing', (file) => (file.worth.of['USD'] = '0'), /worth\.of\.USD: must be above zero/],
    ['a riel worth two', (file) => (file.worth.of['KHR'] = '2'), /worth\.of\.KHR: one of the currency counts as one/],
    ['an unknown decision', (file) => (file['cases'] = { twoPeople: ['shrug'] }), /cases\.twoPeople\.0: /],
    ['another format', (file) => (file['format'] = 'rielrails-policy/2'), /format: /],
  ];
  const tier = (file: Written, change: object) => Object.assign(file.tiers[0] ?? {}, change);
  const rule = (file: Written, change: object) => Object.assign(file.rules[0] ?? {}, change);

  test.each(cases)('%s', (_what, change, rule) => {
    expect(() => readPolicy(changed(change))).toThrow(rule);
  });

  test('and so is what is no JSON, or too long', () => {
    expect(() => readPolicy('{')).toThrow(/is not JSON/);
    expect(() => readPolicy(' '.repeat(200_001))).toThrow(/longer/);
  });
});

describe('pnpm policy', () => {
  const run = (line: readonly string[], content = text) => {
    const said = { out: '', error: '', file: undefined as string | null | undefined };
    const code = runPolicy(line, {
      read(file) {
        said.file = file;
        if (file === 'gone') throw new Error('ENOENT');
        return content;
      },
      out: (more) => void (said.out += more),
      error: (more) => void (said.error += more),
    });
    return { code, ...said };
  };

  test('explains the file for Cambodia, or another one; for people, or as JSON', () => {
    expect(run(['explain'])).toMatchObject({ code: 0, file: null, error: '' });
    expect(run(['explain', 'mine.json']).file).toBe('mine.json');
    expect(run(['explain']).out).toContain('[secondary source]');
    expect(JSON.parse(run(['explain', '--json']).out)).toEqual(explainPolicy(readPolicy(text)));
  });

  test('says what is wrong, by exit code and by field', () => {
    const broken = changed((file) => (file['format'] = 'x'));
    expect(run(['explain'], broken)).toMatchObject({ code: 1, out: '', error: expect.stringContaining('format: ') });
    expect(run(['explain', 'gone'])).toMatchObject({ code: 1, error: 'policy: the file cannot be read\n' });
    for (const line of [[], ['tell'], ['explain', 'a', 'b'], ['explain', '--what']]) expect(run(line).code).toBe(2);
  });
});

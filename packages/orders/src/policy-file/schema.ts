import type { Instant, Money } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import { z } from 'zod';
import type { DueDiligence } from '../order/due-diligence.ts';
import { amount, assetOf, duration } from './units.ts';

const sentence = z.string().min(1).max(600);
const shortName = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'expected lower-case words joined by dashes');
const day = z.iso.date();
const count = z.int().min(1).max(1000);

const ground = z.strictObject({
  says: sentence,
  standing: z.enum(['primary source', 'secondary source', 'recalled, unverified', 'the operator’s choice']),
});

const licence = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('licensed'),
    authority: sentence,
    number: sentence,
    scope: sentence,
    // A licence counts until its last day is over everywhere.
    validUntil: day.transform((text) => (Date.parse(text) + 86_400_000) as Instant),
  }),
  z.strictObject({ type: z.literal('not-required'), because: sentence, declaredBy: sentence, date: day }),
  z.strictObject({ type: z.literal('none') }),
]);

const tier = z.strictObject({
  name: shortName,
  needs: z.enum(['verified', 'enhanced']),
  perOrder: amount,
  perDay: amount,
  perMonth: amount,
  velocity: z.array(
    z
      .strictObject({ orders: count, within: duration })
      .transform(({ orders, within: withinMs }) => ({ orders, withinMs })),
  ),
  ground,
});

const common = { id: shortName, action: z.enum(['case', 'hold', 'hold-person']), ground };
const timed = <T extends { readonly within: number }>({ within: withinMs, ...rest }: T) => ({ ...rest, withinMs });
const rule = z.union([
  z.strictObject({ ...common, type: z.literal('total'), from: amount, within: duration }).transform(timed),
  z
    .strictObject({
      ...common,
      type: z.literal('just-below'),
      of: amount,
      share: z.int().min(1).max(99),
      orders: count,
      within: duration,
    })
    .transform(timed),
  z.strictObject({ ...common, type: z.literal('rapid-repeat'), orders: count, within: duration }).transform(timed),
  z.strictObject({ ...common, type: z.literal('shared-address'), people: count.min(2) }),
  z.strictObject({ ...common, type: z.literal('shared-payer'), people: count.min(2) }),
]);

const schema = z.strictObject({
  format: z.literal('rielrails-policy/1'),
  about: z.array(z.string().max(600)).default([]),
  jurisdiction: z.string().regex(/^[A-Z]{2}$/, 'expected two capital letters, such as "KH"'),
  licence,
  declaration: z.record(z.string(), z.strictObject({ reference: sentence, date: day, scope: sentence })).default({}),
  currency: z.string().regex(/^[A-Z]{3}$/, 'expected a currency such as "KHR"'),
  worth: z.strictObject({ of: z.record(z.string(), z.string()), ground }),
  tiers: z.tuple([tier], tier),
  newAddress: z.strictObject({ above: amount, wait: duration, ground }).nullable(),
  rules: z.array(rule).max(100),
  cases: z.strictObject({
    twoPeople: z.array(z.enum(['cleared', 'refused', 'suspicious'])),
    reportSuspicionWithin: duration,
    somebodyElseFor: duration,
    ground,
  }),
  largeReport: z.strictObject({ over: amount, within: duration, dueWithin: duration, ground }),
  retention: z.strictObject({
    records: z.strictObject({ keep: duration, ground }),
    incoming: z.strictObject({ keep: duration, ground }),
  }),
  lists: z.strictObject({ required: z.array(z.string().min(1).max(60)), maximumAge: duration, ground }),
});

type Written = z.output<typeof schema>;

/** The policy file, read; what contradicts itself is an issue that names its field. */
export const policySchema: z.ZodType<DueDiligence> = schema.transform((written, context): DueDiligence => {
  const issue = (path: readonly (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path: [...path], message });
  for (const [path, value] of amountsOf(written))
    if (value.asset.code !== written.currency) issue(path, `expected an amount in ${written.currency}`);
  for (const [path, message] of contradictionsOf(written)) issue(path, message);
  const currency = assetOf(written.currency);
  const worth: Record<string, bigint> = {};
  for (const [code, text] of Object.entries(written.worth.of)) {
    try {
      worth[code] = parseAmount(text, currency).minor;
    } catch {
      issue(['worth', 'of', code], `expected what one ${code} counts as, in ${written.currency}, such as "4000"`);
    }
    if (worth[code] === 0n) issue(['worth', 'of', code], 'must be above zero');
  }
  if (worth[written.currency] !== 10n ** BigInt(currency.scale))
    issue(['worth', 'of', written.currency], 'one of the currency counts as one: expected "1"');
  const { newAddress, cases, largeReport, retention } = written;
  return {
    jurisdiction: written.jurisdiction,
    licence: written.licence,
    declaration: written.declaration,
    currency,
    worth,
    worthGround: written.worth.ground,
    tiers: written.tiers,
    newAddress: newAddress && { above: newAddress.above, waitMs: newAddress.wait, ground: newAddress.ground },
    rules: written.rules,
    cases: {
      twoPeople: cases.twoPeople,
      reportSuspicionWithinMs: cases.reportSuspicionWithin,
      somebodyElseForMs: cases.somebodyElseFor,
      ground: cases.ground,
    },
    largeReport: {
      over: largeReport.over,
      withinMs: largeReport.within,
      dueWithinMs: largeReport.dueWithin,
      ground: largeReport.ground,
    },
    retention: {
      recordsMs: retention.records.keep,
      recordsGround: retention.records.ground,
      incomingMs: retention.incoming.keep,
      incomingGround: retention.incoming.ground,
    },
    lists: {
      required: written.lists.required,
      maximumAgeMs: written.lists.maximumAge,
      ground: written.lists.ground,
    },
  };
});

type Path = readonly (string | number)[];

function amountsOf({ tiers, newAddress, rules, largeReport }: Written): readonly (readonly [Path, Money])[] {
  return [
    ...tiers.flatMap((one, index) =>
      (['perOrder', 'perDay', 'perMonth'] as const).map((field): readonly [Path, Money] => [
        ['tiers', index, field],
        one[field],
      ]),
    ),
    ...(newAddress ? [[['newAddress', 'above'], newAddress.above] as const] : []),
    ...rules.flatMap((one, index): readonly (readonly [Path, Money])[] => {
      if (one.type === 'total') return [[['rules', index, 'from'], one.from]];
      return one.type === 'just-below' ? [[['rules', index, 'of'], one.of]] : [];
    }),
    [['largeReport', 'over'], largeReport.over],
  ];
}

/** What nobody can have meant: a day that allows less than one order, a better known person who may do less. */
function contradictionsOf({ tiers, rules }: Written): readonly (readonly [Path, string])[] {
  const found: (readonly [Path, string])[] = [];
  for (const [index, { perOrder, perDay, perMonth, needs, name }] of tiers.entries()) {
    if (perDay.minor < perOrder.minor) found.push([['tiers', index, 'perDay'], 'is less than perOrder']);
    if (perMonth.minor < perDay.minor) found.push([['tiers', index, 'perMonth'], 'is less than perDay']);
    const before = tiers[index - 1];
    if (before && needs === before.needs) found.push([['tiers', index, 'needs'], 'is the same as in the tier before']);
    if (before && perMonth.minor < before.perMonth.minor)
      found.push([['tiers', index, 'perMonth'], 'is less than in the tier before']);
    if (tiers.findIndex((one) => one.name === name) < index) found.push([['tiers', index, 'name'], 'stands twice']);
  }
  if (tiers[0].needs !== 'verified')
    found.push([['tiers', 0, 'needs'], 'expected "verified": the first tier is of everybody']);
  for (const [index, { id }] of rules.entries())
    if (rules.findIndex((one) => one.id === id) < index) found.push([['rules', index, 'id'], 'stands twice']);
  return found;
}

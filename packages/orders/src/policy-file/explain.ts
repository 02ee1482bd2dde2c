import type { Money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { DueDiligence, Ground, Licence, MonitoringRule, Tier } from '../order/due-diligence.ts';

/** One thing that holds, in plain words, and what it rests on. */
export interface Explained {
  readonly holds: string;
  readonly ground: Ground | null;
}

/** A part of the explanation. */
export interface ExplainedSection {
  readonly title: string;
  readonly lines: readonly Explained[];
}

/** Says in plain words what a policy makes the engine do. */
export function explainPolicy(policy: DueDiligence): readonly ExplainedSection[] {
  const { tiers, rules, newAddress } = policy;
  return [
    { title: `Where and under what: ${policy.jurisdiction}`, lines: standingLines(policy) },
    {
      title: 'How much somebody may buy',
      lines: [
        bare('Without verification: nothing.'),
        ...tiers.map(tellTier),
        bare(
          'Limits join on the person: chats of one verified identity share them. All orders at once are counted one after another.',
        ),
        ...(newAddress
          ? [
              grounded(
                `An order above ${show(newAddress.above)} to an address of which we have known for less than ${lengthOf(newAddress.waitMs)} is turned away until then.`,
                newAddress.ground,
              ),
            ]
          : []),
        grounded(`For these sums, ${worthList(policy)}.`, policy.worthGround),
      ],
    },
    {
      title: 'What is looked for',
      lines: [
        bare(
          'Always: name and address are screened before money is asked for and again before coins are sent. A hit holds or freezes the order and opens a case.',
        ),
        bare('Always: a payer whose name differs from the verified one holds the order and opens a case.'),
        ...rules.map((rule) => grounded(`${rule.id}: ${tellRule(rule)}`, rule.ground)),
      ],
    },
    {
      title: 'Cases and reports',
      lines: [
        grounded(tellDecisions(policy), policy.cases.ground),
        grounded(
          `That a buyer is not whom a list means is decided by two people, about one entry as it reads then and one verification, and holds for ${lengthOf(policy.cases.somebodyElseForMs)} at most. An address is never passed so.`,
          policy.cases.ground,
        ),
        grounded(
          `A decided suspicion is reported within ${lengthOf(policy.cases.reportSuspicionWithinMs)}; operators see the time that is left, the buyer sees nothing.`,
          policy.cases.ground,
        ),
        grounded(
          `Who pays more than ${show(policy.largeReport.over)} within ${lengthOf(policy.largeReport.withinMs)} stands in the report of large sums, due within ${lengthOf(policy.largeReport.dueWithinMs)}.`,
          policy.largeReport.ground,
        ),
      ],
    },
    {
      title: 'What is kept, and for how long',
      lines: [
        grounded(
          `Customer file, orders and cases: ${lengthOf(policy.retention.recordsMs)} after somebody asked to be erased, or after the last that happened, and never while a case is open. Who asks is told the day, and is erased then.`,
          policy.retention.recordsGround,
        ),
        grounded(
          `Webhooks and messages as they came in: ${lengthOf(policy.retention.incomingMs)}.`,
          policy.retention.incomingGround,
        ),
        bare('The ledger, and who read which personal datum: kept.'),
      ],
    },
    {
      title: 'Lists',
      lines: [
        grounded(
          policy.lists.required.length === 0
            ? 'No list is required by name.'
            : `Live mode needs screening that reads: ${policy.lists.required.join(', ')}. When a list changes, known customers are screened again.`,
          policy.lists.ground,
        ),
        bare(
          `With a list that is older than ${lengthOf(policy.lists.maximumAgeMs)} nobody is screened: nothing is sold, and what was paid waits.`,
        ),
      ],
    },
  ];
}

function standingLines({ licence, declaration }: DueDiligence): readonly Explained[] {
  const approvals = Object.entries(declaration).map(([provider, { reference, date, scope }]) =>
    bare(`The operator declares that ${provider} approved in writing: ${reference} of ${date}, for ${scope}.`),
  );
  return [bare(tellLicence(licence)), ...approvals];
}

function tellLicence(licence: Licence): string {
  switch (licence.type) {
    case 'licensed':
      return `The operator declares licence ${licence.number} of ${licence.authority} for ${licence.scope}, valid to ${new Date(licence.validUntil - 1).toISOString().slice(0, 10)}.`;
    case 'not-required':
      return `The operator declares that no licence is required: ${licence.because} (${licence.declaredBy}, ${licence.date}).`;
    case 'none':
      return 'No licence is named. Live mode refuses to start with this policy.';
  }
}

function tellTier({ name, needs, perOrder, perDay, perMonth, velocity, ground }: Tier): Explained {
  const who = needs === 'verified' ? 'once verified' : 'once two people have recorded enhanced due diligence';
  const orders = velocity.map((one) => `${one.orders} orders in ${lengthOf(one.withinMs)}`);
  const sums = `${show(perOrder)} an order, ${show(perDay)} in 24 hours, ${show(perMonth)} in 30 days`;
  return grounded(`Tier ${name}, ${who}: ${[sums, ...orders].join('; ')}.`, ground);
}

const actions: Readonly<Record<MonitoringRule['action'], string>> = {
  case: 'opens a case; the order goes on.',
  hold: 'holds the order and opens a case.',
  'hold-person': 'holds the order and every further one of that person, and opens a case.',
};

function tellRule(rule: MonitoringRule): string {
  return `${tellPattern(rule)} ${actions[rule.action]}`;
}

function tellPattern(rule: MonitoringRule): string {
  switch (rule.type) {
    case 'total':
      return `a person’s orders of ${show(rule.from)} or more within ${lengthOf(rule.withinMs)}`;
    case 'just-below':
      return `${rule.orders === 1 ? 'an order' : `${rule.orders} orders within ${lengthOf(rule.withinMs)}, each`} of at least ${rule.share} percent of ${show(rule.of)} and below it`;
    case 'rapid-repeat':
      return `${rule.orders} orders of a person within ${lengthOf(rule.withinMs)}`;
    case 'shared-address':
      return `an address to which ${rule.people} people buy`;
    case 'shared-payer':
      return `a paying account that pays for ${rule.people} people`;
  }
}

function tellDecisions({ cases: { twoPeople } }: DueDiligence): string {
  const decisions = ['cleared', 'refused', 'suspicious'] as const;
  const one = decisions.filter((decision) => !twoPeople.includes(decision));
  const words = [
    ...(twoPeople.length > 0 ? [`two people decide: ${twoPeople.join(', ')}`] : []),
    ...(one.length > 0 ? [`one person decides: ${one.join(', ')}`] : []),
  ];
  return `Of a case, ${words.join('; ')}.`;
}

function worthList({ currency, worth }: DueDiligence): string {
  const others = Object.entries(worth).filter(([code]) => code !== currency.code);
  if (others.length === 0) return `only ${currency.code} is counted`;
  return others.map(([code, minor]) => `one ${code} counts as ${show({ asset: currency, minor })}`).join(', ');
}

const units: readonly (readonly [string, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];
const DAYS_IN_FOUR_YEARS = 1461;

function lengthOf(ms: number): string {
  const days = ms / 86_400_000;
  const years = Math.floor((days * 4) / DAYS_IN_FOUR_YEARS);
  if (years >= 1 && Math.ceil((years * DAYS_IN_FOUR_YEARS) / 4) === days) return plural(years, 'year');
  // A single day is told in hours, as people and laws do.
  const [name, length] = units.find(([unit, one]) => ms % one === 0 && (unit !== 'day' || ms > one)) ?? [
    'second',
    1000,
  ];
  return plural(ms / length, name);
}

function plural(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function show(amount: Money): string {
  const [whole = '', fraction] = formatAmount(amount).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:[0-9]{3})+$)/g, ',');
  return `${fraction === undefined ? grouped : `${grouped}.${fraction}`} ${amount.asset.code}`;
}

function bare(holds: string): Explained {
  return { holds, ground: null };
}

function grounded(holds: string, ground: Ground): Explained {
  return { holds, ground };
}

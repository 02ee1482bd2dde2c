import { InputError } from '@rielrails/core';
import type { Policy } from './order/policy.ts';
import type { OrdersOptions } from './orders.ts';

const LEAST_DATA_KEY = 32;
const WHOLE = 10_000n;
const languages = ['en', 'km'] as const;

/** Every field that there is, so that one which was misspelt is noticed and not ignored. */
const fields: Readonly<Record<keyof Required<OrdersOptions>, 'needed' | 'optional'>> = {
  database: 'needed',
  providers: 'needed',
  policy: 'needed',
  terms: 'needed',
  dataKey: 'needed',
  olderDataKeys: 'optional',
  keys: 'optional',
  mode: 'needed',
  declaration: 'optional',
  dueDiligence: 'optional',
  recovery: 'optional',
  show: 'optional',
  verified: 'optional',
  forget: 'optional',
  probe: 'optional',
};

type Check = 'share' | 'duration' | 'depth' | 'other';

const policyFields: Readonly<Record<keyof Policy, Check>> = {
  feeBasisPoints: 'share',
  reserveBasisPoints: 'share',
  floorBasisPoints: 'share',
  quoteValidForMs: 'duration',
  payWithinMs: 'duration',
  honourLateForMs: 'duration',
  watchGraceMs: 'duration',
  answerWithinMs: 'duration',
  buyWithinMs: 'duration',
  refundWithinMs: 'duration',
  bumpAfterMs: 'duration',
  doubtWithinMs: 'duration',
  callTimeoutMs: 'duration',
  lookEveryMs: 'duration',
  confirmations: 'depth',
  watchDepth: 'depth',
  unknownPayerCap: 'other',
  reversibleCap: 'other',
  limits: 'other',
  twoPeopleFrom: 'other',
  floatAlarms: 'other',
  payAssets: 'other',
};

/**
 * Refuses options that cannot be meant: a field that is unknown or missing, a key too short, a share above the whole.
 *
 * @throws InputError naming the field, never the value.
 */
export function assertSound(options: OrdersOptions): void {
  assertFields('', options, fields);
  const { mode, dataKey, olderDataKeys = [], terms, policy, dueDiligence } = options;
  if (mode !== 'sandbox' && mode !== 'live') throw new InputError('mode', 'unknown', 'expected sandbox or live');
  for (const [field, keys] of [
    ['dataKey', [dataKey]],
    ['olderDataKeys', olderDataKeys],
  ] as const)
    if (keys.some((key) => key.reveal().length < LEAST_DATA_KEY))
      throw new InputError(field, 'too-short', `expected at least ${LEAST_DATA_KEY} characters`);
  for (const language of languages) {
    if ((terms[language] ?? '').trim() === '')
      throw new InputError(`terms.${language}`, 'missing', 'the terms that buyers agree to are empty');
  }
  assertFields('policy.', policy, policyFields);
  for (const [field, check] of Object.entries(policyFields)) {
    const problem = problems[check](policy[field as keyof Policy]);
    if (problem) throw new InputError(`policy.${field}`, 'out-of-range', problem);
  }
  if (policy.payAssets.length === 0)
    throw new InputError('policy.payAssets', 'missing', 'name at least one currency that buyers may pay in');
  const unweighed = dueDiligence && policy.payAssets.find(({ code }) => dueDiligence.worth[code] === undefined);
  if (unweighed)
    throw new InputError(
      `dueDiligence.worth.${unweighed.code}`,
      'missing',
      `buyers may pay in ${unweighed.code}, but the policy does not say what it counts as`,
    );
}

const problems: Readonly<Record<Check, (value: unknown) => string | null>> = {
  share: (value) =>
    typeof value === 'bigint' && value >= 0n && value < WHOLE ? null : 'expected 0n to 9999n hundredths of a percent',
  duration: (value) =>
    Number.isSafeInteger(value) && Number(value) > 0 ? null : 'expected whole milliseconds above 0',
  depth: (value) => (Number.isSafeInteger(value) && Number(value) > 0 ? null : 'expected a number of blocks above 0'),
  other: () => null,
};

function assertFields(path: string, value: object, known: Readonly<Record<string, string>>): void {
  for (const field of Object.keys(value))
    if (!Object.hasOwn(known, field)) throw new InputError(`${path}${field}`, 'unknown', 'there is no such field');
  for (const [field, need] of Object.entries(known)) {
    if (need !== 'optional' && (value as Record<string, unknown>)[field] === undefined)
      throw new InputError(`${path}${field}`, 'missing', 'must be given');
  }
}

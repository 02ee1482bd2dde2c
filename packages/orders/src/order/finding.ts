import type { HoldReason } from './state.ts';

/**
 * Something about an order that people judge as a case.
 *
 * `facts` are figures and words without personal data. What names somebody is in `sealed`: opaque here, readable only to
 * whoever may open the case.
 */
export interface Finding {
  /** A rule of the policy, or what the engine always looks for. */
  readonly rule: string;
  /** `hold-person`: every further order of this human waits for people, until the case is decided. */
  readonly action: 'case' | 'hold' | 'hold-person';
  readonly facts: Readonly<Record<string, string>>;
  readonly sealed?: string;
}

/** Reasons for which a hold is a matter of due diligence, and opens a case by itself. */
const suspicious: ReadonlySet<HoldReason> = new Set([
  'payer-mismatch',
  'payer-unknown-above-cap',
  'name-review',
  'name-blocked',
  'address-review',
  'address-blocked',
  'payer-address',
  'monitoring',
]);

/** Whether cases decide about this hold: the release of the order follows from them. */
export function isCaseReason(reason: HoldReason): boolean {
  return suspicious.has(reason);
}

const aboutNames: ReadonlySet<string> = new Set([
  'name-review',
  'name-blocked',
  'rescreened-review',
  'rescreened-blocked',
]);

/** Whether a case of this rule is about whose name somebody bears. */
export function isAboutName(rule: string): boolean {
  return aboutNames.has(rule);
}

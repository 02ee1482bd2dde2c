import type { InputError } from '@rielrails/core';
import type { Language } from '@rielrails/orders';
import { isTextKey, say } from './texts/index.ts';
import type { TextKey } from './texts/index.ts';

/** Rules of the engine that a buyer reads as the same thing. */
const same: Readonly<Record<string, TextKey>> = {
  'order/over-limit': 'refused.amount.over-limit',
  'engine/recovering': 'refused.order.paused',
  'engine/clock': 'refused.order.paused',
  'answer/not-offered': 'refused.silence.not-offered',
};

/** A broken rule as a sentence that says what to do. The error's own message is for developers, and is not shown. */
export function renderRefusal(
  { field, rule }: Pick<InputError, 'field' | 'rule'>,
  language: Language,
  currencies: readonly string[],
): string {
  const exact = `refused.${field}.${rule}`;
  const key = same[`${field}/${rule}`] ?? (isTextKey(exact) ? exact : 'refused.other');
  return key === 'refused.amount.other-currency'
    ? say(language, key, { currencies: currencies.join(', ') })
    : say(language, key as Exclude<TextKey, `${string}{`> & 'refused.other');
}

/** Whether the message was about an order that is not the sender's, or none: it has ended, as far as they are told. */
export function isNobodysOrder({ field, rule }: Pick<InputError, 'field' | 'rule'>): boolean {
  return field === 'order' && (rule === 'unknown' || rule === 'not-yours');
}

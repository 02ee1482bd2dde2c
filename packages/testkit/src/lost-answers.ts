import type { DoubtReason } from '@rielrails/core';
import type { FaultName } from '@rielrails/kit/emulator';

/** A fault in which the provider did what it was asked and no usable answer came. */
export type LostAnswer = Extract<FaultName, `${string}-after-apply` | 'unreadable-200'>;

/** These faults, and how the doubt after each is called. */
export const lostAnswers: readonly (readonly [LostAnswer, DoubtReason])[] = [
  ['timeout-after-apply', 'timeout'],
  ['reset-after-apply', 'reset'],
  ['http-500-after-apply', 'server-error'],
  ['unreadable-200', 'unreadable'],
];

import type { DoubtReason } from '@rielrails/core';
import type { FaultName } from '@rielrails/kit/emulator';

/** Faults in which the provider did what it was asked and no usable answer came, and how the doubt is called. */
export const lostAnswers = [
  ['timeout-after-apply', 'timeout'],
  ['reset-after-apply', 'reset'],
  ['http-500-after-apply', 'server-error'],
  ['unreadable-200', 'unreadable'],
] as const satisfies readonly (readonly [FaultName, DoubtReason])[];

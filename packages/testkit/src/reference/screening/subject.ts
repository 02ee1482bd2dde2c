import type { ScreeningSubject } from '../../subject.ts';
import { createReferenceScreening } from './adapter.ts';
import { createReferenceScreeningEmulator } from './emulator.ts';
import type { ReferenceScreeningConfig } from './emulator.ts';

const reference: ScreeningSubject<ReferenceScreeningConfig> = {
  contract: 'screening',
  name: 'reference',
  emulator: createReferenceScreeningEmulator,
  create: createReferenceScreening,
  secrets: ['apiKey'],
};

/** A screening service that keeps every promise. */
export const referenceScreenings: readonly ScreeningSubject[] = [reference];

import type { CustodySubject } from '../../subject.ts';
import { createReferenceCustody } from './adapter.ts';
import { createReferenceCustodyEmulator } from './emulator.ts';
import type { ReferenceCustodyConfig, ReferenceCustodyDialect } from './emulator.ts';

function referenceCustody(name: string, dialect: ReferenceCustodyDialect): CustodySubject<ReferenceCustodyConfig> {
  return {
    contract: 'custody',
    name,
    emulator: (context) => createReferenceCustodyEmulator(context, dialect),
    create: (config, runtime) => createReferenceCustody(config, runtime, dialect),
    secrets: ['apiKey', 'bindingKey', 'webhookSecret'],
  };
}

/** Custodies that keep every promise, and together are asked for all of them. */
export const referenceCustodies: readonly CustodySubject[] = [
  referenceCustody('reference', {}),
  referenceCustody('reference-replaying', { replays: true }),
];

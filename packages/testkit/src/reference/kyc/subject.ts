import type { KycSubject } from '../../subject.ts';
import { createReferenceKyc } from './adapter.ts';
import { createReferenceKycEmulator } from './emulator.ts';
import type { ReferenceKycConfig, ReferenceKycDialect } from './emulator.ts';

function referenceKyc(name: string, dialect: ReferenceKycDialect): KycSubject<ReferenceKycConfig> {
  return {
    contract: 'kyc',
    name,
    emulator: (context) => createReferenceKycEmulator(context, dialect),
    create: (config, runtime) => createReferenceKyc(config, runtime, dialect),
    secrets: ['apiKey', 'webhookSecret'],
  };
}

/** KYC providers that keep every promise. */
export const referenceKycs: readonly KycSubject[] = [
  referenceKyc('reference', {}),
  referenceKyc('reference-replaying', { replays: true }),
];

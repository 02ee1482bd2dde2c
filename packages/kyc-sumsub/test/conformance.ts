import type { ConformanceSubject, KycSubject } from '@rielrails/testkit';
import { createSumsubEmulator } from '../src/emulator/index.ts';
import type { SumsubEmulatorConfig } from '../src/emulator/index.ts';
import { createSumsub } from '../src/index.ts';

const sumsub: KycSubject<SumsubEmulatorConfig> = {
  contract: 'kyc',
  name: 'sumsub',
  emulator: createSumsubEmulator,
  create: createSumsub,
  secrets: ['appToken', 'secretKey', 'webhookSecrets'],
  request: { level: 'basic-kyc-level', language: 'km' },
};

export const subjects: readonly ConformanceSubject[] = [sumsub];

import type { ConformanceSubject, PaymentSubject } from '@rielrails/testkit';
import { createAcmeEmulator } from '../src/emulator/index.ts';
import type { AcmeEmulatorConfig } from '../src/emulator/index.ts';
import { createAcme } from '../src/index.ts';

const acmeSubject: PaymentSubject<AcmeEmulatorConfig> = {
  contract: 'payment',
  name: 'acme',
  emulator: createAcmeEmulator,
  create: createAcme,
  secrets: ['apiKey', 'webhookSecrets'],
};

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [acmeSubject];

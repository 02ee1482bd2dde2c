import type { ConformanceSubject, PaymentSubject } from '@rielrails/testkit';
import { createBongloyEmulator } from '../src/emulator/index.ts';
import type { BongloyEmulatorConfig, BongloyEmulatorOptions } from '../src/emulator/index.ts';
import { createBongloy } from '../src/index.ts';

function subject(name: string, options: BongloyEmulatorOptions): PaymentSubject<BongloyEmulatorConfig> {
  return {
    contract: 'payment',
    name,
    emulator: (context) => createBongloyEmulator(context, options),
    create: createBongloy,
    secrets: ['secretKey'],
  };
}

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [
  subject('bongloy', {}),
  // Everything on which sources disagree, the other way round.
  subject('bongloy-legacy', {
    currencies: ['KHR'],
    khrExponent: 2,
    errors: 'legacy',
    echoesMetadata: false,
    disputes: 'embedded',
  }),
];

import type { ConformanceSubject, CustodySubject } from '@rielrails/testkit';
import { createBitgoEmulator } from '../src/emulator/index.ts';
import type { BitgoEmulatorConfig, BitgoEmulatorOptions } from '../src/emulator/index.ts';
import { createBitgo } from '../src/index.ts';

function subject(name: string, options: BitgoEmulatorOptions): CustodySubject<BitgoEmulatorConfig> {
  return {
    contract: 'custody',
    name,
    emulator: (context) => createBitgoEmulator(context, options),
    create: createBitgo,
    secrets: ['accessToken', 'walletPassphrase', 'webhookSecrets'],
  };
}

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [
  subject('bitgo', {}),
  // Everything on which documents are silent or releases differ, the other way round.
  subject('bitgo-other', {
    coin: 'btc',
    errors: 'error-name',
    sequenceLookup: 'signed',
    waiting: 'bare',
    payGoSats: 1200n,
    tellsSequenceIds: true,
  }),
];

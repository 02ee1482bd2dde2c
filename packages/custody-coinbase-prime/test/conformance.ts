import type { ConformanceSubject, CustodySubject } from '@rielrails/testkit';
import { createCoinbasePrimeEmulator } from '../src/emulator/index.ts';
import type { CoinbasePrimeEmulatorConfig, CoinbasePrimeEmulatorOptions } from '../src/emulator/index.ts';
import { idempotencyKey } from '../src/idempotency-key.ts';
import { createCoinbasePrime } from '../src/index.ts';

function subject(name: string, options: CoinbasePrimeEmulatorOptions): CustodySubject<CoinbasePrimeEmulatorConfig> {
  return {
    contract: 'custody',
    name,
    // Customers cannot be known beforehand, and nobody sits at the desk.
    emulator: (context) =>
      createCoinbasePrimeEmulator(context, {
        addressBook: false,
        consensus: 'automatic',
        keyOf: idempotencyKey,
        ...options,
      }),
    create: createCoinbasePrime,
    secrets: ['accessKey', 'passphrase', 'signingKey'],
  };
}

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [
  subject('coinbase-prime', {}),
  // Everything on which documents are silent, the other way round.
  subject('coinbase-prime-vault', {
    walletType: 'vault',
    network: 'testnet',
    usedKey: 'fails',
    amounts: 'negative',
  }),
];

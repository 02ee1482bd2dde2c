import type { ConformanceSubject } from '@rielrails/testkit';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import { createBinance } from '../src/ccxt/index.ts';

export const subjects: readonly ConformanceSubject[] = [
  {
    contract: 'exchange',
    name: 'binance',
    emulator: createBinanceEmulator,
    create: createBinance,
    secrets: ['apiKey', 'secret'],
  },
];

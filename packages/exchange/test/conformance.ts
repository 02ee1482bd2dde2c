import type { ConformanceSubject } from '@rielrails/testkit';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import { createBinance, createKraken } from '../src/ccxt/index.ts';
import { createKrakenEmulator } from '../src/kraken-emulator/index.ts';

export const subjects: readonly ConformanceSubject[] = [
  {
    contract: 'exchange',
    name: 'binance',
    emulator: createBinanceEmulator,
    create: createBinance,
    secrets: ['apiKey', 'secret'],
  },
  {
    contract: 'exchange',
    name: 'kraken',
    emulator: createKrakenEmulator,
    create: createKraken,
    secrets: ['apiKey', 'secret'],
  },
];

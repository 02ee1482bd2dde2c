import type { ConformanceSubject } from '@rielrails/testkit';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import { createBinance, createBinanceBookRates, createKraken } from '../src/ccxt/index.ts';
import type { BinanceConfig } from '../src/ccxt/index.ts';
import { createBinanceCustody, createKrakenCustody, createMemoryJournal } from '../src/custody/index.ts';
import type { KrakenCustodyConfig } from '../src/custody/index.ts';
import { guardedExchange } from '../src/guard/index.ts';
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
  {
    // Whoever stands in front of an exchange keeps its promises.
    contract: 'exchange',
    name: 'binance-guarded',
    emulator: createBinanceEmulator,
    create: (config: BinanceConfig, runtime) =>
      guardedExchange(
        {
          exchange: createBinance(config, runtime),
          second: createBinanceBookRates({}, runtime),
          maximumDeviationBasisPoints: 1000,
          maximumAgeMs: 60_000,
        },
        runtime,
      ),
    secrets: ['apiKey', 'secret'],
  },
  {
    contract: 'custody',
    name: 'binance',
    emulator: createBinanceEmulator,
    create: createBinanceCustody,
    secrets: ['apiKey', 'secret'],
  },
  {
    contract: 'custody',
    name: 'kraken',
    emulator(context) {
      const venue = createKrakenEmulator(context);
      return { ...venue, config: { ...venue.config, withdrawalKeys: venue.withdrawalKeys } };
    },
    create: (config: KrakenCustodyConfig, runtime) =>
      createKrakenCustody(config, { journal: createMemoryJournal() }, runtime),
    secrets: ['apiKey', 'secret'],
  },
];

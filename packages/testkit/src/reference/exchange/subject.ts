import type { ExchangeSubject } from '../../subject.ts';
import { createReferenceExchange } from './adapter.ts';
import { createReferenceExchangeEmulator } from './emulator.ts';
import type { ReferenceExchangeConfig, ReferenceExchangeDialect } from './emulator.ts';

function referenceExchange(name: string, dialect: ReferenceExchangeDialect): ExchangeSubject<ReferenceExchangeConfig> {
  return {
    contract: 'exchange',
    name,
    emulator: (context) => createReferenceExchangeEmulator(context, dialect),
    create: (config, runtime) => createReferenceExchange(config, runtime, dialect),
    secrets: ['apiKey'],
  };
}

/** Exchanges that keep every promise, and together are asked for all of them. */
export const referenceExchanges: readonly ExchangeSubject[] = [
  referenceExchange('reference', {}),
  referenceExchange('reference-replaying', { replays: true }),
];

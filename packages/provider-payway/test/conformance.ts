import type { ConformanceSubject, PaymentSubject } from '@rielrails/testkit';
import { createPaywayEmulator } from '../src/emulator/index.ts';
import type { PaywayEmulatorConfig } from '../src/emulator/index.ts';
import { createPayway } from '../src/index.ts';

/** One subject for each currency: without a handle, only one currency makes every lookup certain. */
function inCurrency(currency: 'KHR' | 'USD'): PaymentSubject<PaywayEmulatorConfig> {
  return {
    contract: 'payment',
    name: `payway-${currency.toLowerCase()}`,
    emulator: (context) => createPaywayEmulator(context, { currencies: [currency] }),
    create: createPayway,
    secrets: ['apiKey'],
  };
}

/** A profile whose callbacks still come without a signature. */
const unsigned: PaymentSubject<PaywayEmulatorConfig> = {
  ...inCurrency('KHR'),
  name: 'payway-unsigned',
  emulator: (context) => createPaywayEmulator(context, { callbacks: 'unsigned' }),
  create: (config, runtime) => createPayway({ ...config, unsignedCallbacks: 'hint' }, runtime),
};

/** A bank beyond the documents, whose payers do what they like. */
const wrongPayments: PaymentSubject<PaywayEmulatorConfig> = {
  ...inCurrency('KHR'),
  name: 'payway-wrong-payments',
  emulator: (context) => createPaywayEmulator(context, { takesWrongPayments: true }),
};

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [inCurrency('KHR'), inCurrency('USD'), unsigned, wrongPayments];

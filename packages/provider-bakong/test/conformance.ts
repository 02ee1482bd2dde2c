import type { AnyPaymentProvider, CreatePayment } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { ConformanceSubject, PaymentSubject } from '@rielrails/testkit';
import { createBakongEmulator } from '../src/emulator/index.ts';
import type { BakongEmulator, BakongEmulatorConfig, BakongEmulatorOptions } from '../src/emulator/index.ts';
import { createBakong } from '../src/index.ts';

const emulators = new WeakMap<BakongEmulatorConfig, BakongEmulator>();

/**
 * Every clause asks for the payments of one person. And because a QR is made without telling anybody, the payer's phone
 * has to look at the shop's screen: what is shown is seen by the emulator of the same configuration.
 */
function create(config: BakongEmulatorConfig, runtime: Runtime): AnyPaymentProvider {
  const provider = createBakong({ ...config, polling: { unpaidPerPerson: 1000 } }, runtime);
  const { api: _api, polling: _polling, ...rest } = provider;
  const shown: AnyPaymentProvider = rest;
  return {
    ...shown,
    async create(input: CreatePayment, context) {
      const attempt = await shown.create(input, context);
      if (attempt.outcome === 'applied' && attempt.value.next.type === 'qr')
        emulators.get(config)?.see(attempt.value.next.payload);
      return attempt;
    },
  };
}

function subject(name: string, options: BakongEmulatorOptions): PaymentSubject<BakongEmulatorConfig> {
  return {
    contract: 'payment',
    name,
    emulator(context) {
      const emulator = createBakongEmulator(context, options);
      emulators.set(emulator.config, emulator);
      return emulator;
    },
    create,
    secrets: ['token'],
  };
}

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [
  subject('bakong', {}),
  // Bank apps that let a payer change the amount, and a server that writes numbers as Java does.
  subject('bakong-wrong-payments', { takesWrongPayments: true, javaNumbers: true }),
];

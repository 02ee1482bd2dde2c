import type { PaymentSubject } from '../../subject.ts';
import { askingPayment } from './asking.ts';
import { createReferencePayment } from './adapter.ts';
import { createReferencePaymentEmulator } from './emulator.ts';
import type { ReferencePaymentConfig, ReferencePaymentDialect } from './emulator.ts';

/** The reference payment provider in one of its dialects. */
function referencePayment(name: string, dialect: ReferencePaymentDialect): PaymentSubject<ReferencePaymentConfig> {
  return {
    contract: 'payment',
    name,
    emulator: (context) => createReferencePaymentEmulator(context, dialect),
    create: (config, runtime) => createReferencePayment(config, runtime, dialect),
    secrets: ['apiKey', 'webhookSecret'],
  };
}

/** Payment providers that keep every promise, and together are asked for all of them. */
export const referencePayments: readonly PaymentSubject[] = [
  referencePayment('reference', {}),
  referencePayment('reference-replaying', { replays: true, wholeRefunds: true }),
  askingPayment,
];

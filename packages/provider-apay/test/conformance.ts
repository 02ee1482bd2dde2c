import type { ConformanceSubject, PaymentSubject } from '@rielrails/testkit';
import { createApayEmulator } from '../src/emulator/index.ts';
import type { ApayEmulatorConfig } from '../src/emulator/index.ts';
import { createApay } from '../src/index.ts';
import { createTelegramInvoiceEmulator } from '../src/telegram-emulator/index.ts';
import type { TelegramInvoiceEmulatorConfig } from '../src/telegram-emulator/index.ts';
import { createApayTelegram } from '../src/telegram/index.ts';

const direct: PaymentSubject<ApayEmulatorConfig> = {
  contract: 'payment',
  name: 'apay',
  emulator: (context) => createApayEmulator(context),
  create: createApay,
  secrets: ['apiKey', 'accessKey', 'privateKey'],
};

/** The other way to pay, and the other ways in which A-Pay may write. */
const byAccount: PaymentSubject<ApayEmulatorConfig> = {
  ...direct,
  name: 'apay-by-account',
  emulator: (context) => createApayEmulator(context, { errorStatus: 200, postbacks: 'plain' }),
  create(config, runtime) {
    const provider = createApay(config, runtime);
    const { redirect: _redirect, ...offers } = provider.manifest.offers;
    return { ...provider, manifest: { ...provider.manifest, offers } };
  },
};

const telegram: PaymentSubject<TelegramInvoiceEmulatorConfig> = {
  contract: 'payment',
  name: 'apay-telegram',
  emulator: (context) => createTelegramInvoiceEmulator(context),
  create: createApayTelegram,
  secrets: ['botToken', 'providerToken', 'webhookSecret'],
};

/** What `pnpm conformance` asks of this package. */
export const subjects: readonly ConformanceSubject[] = [direct, byAccount, telegram];

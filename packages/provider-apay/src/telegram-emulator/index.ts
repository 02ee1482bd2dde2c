/**
 * The invoice part of the Telegram Bot API on this machine: alone, or as a desk inside a whole Telegram emulator.
 *
 * @packageDocumentation
 */

export { createInvoiceDesk, InvoiceError } from './desk.ts';
export type {
  Charge,
  Invoice,
  InvoiceArguments,
  InvoiceDesk,
  InvoiceDeskOptions,
  InvoicePayer,
  PaymentOutcome,
  PaymentUpdate,
} from './desk.ts';
export { createTelegramInvoiceEmulator } from './emulator.ts';
export type {
  TelegramInvoiceEmulator,
  TelegramInvoiceEmulatorConfig,
  TelegramInvoiceEmulatorOptions,
} from './emulator.ts';

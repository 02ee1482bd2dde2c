/**
 * Wing on this machine: both versions of Online Payment, the page on which a payer pays with play money, and everything
 * that can go wrong.
 *
 * @packageDocumentation
 */

export { createWingEmulator, createWingInquiryEmulator, createWingV1Emulator } from './emulator.ts';
export type {
  WingAccountConfig,
  WingEmulator,
  WingEmulatorOptions,
  WingPayer,
  WingV1EmulatorConfig,
  WingV2EmulatorConfig,
  WingV2InquiryEmulatorConfig,
} from './options.ts';

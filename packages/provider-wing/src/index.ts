/**
 * Wing Bank Online Payment, version 2 and version 1: hosted page, inquiry, callbacks and returns as hints.
 *
 * @packageDocumentation
 */

export type {
  WingConfig,
  WingCurrency,
  WingInquiryConfig,
  WingMerchant,
  WingV1Config,
  WingV2Config,
} from './config.ts';
export { createWingForm } from './form.ts';
export { createWing } from './provider.ts';
export type { Wing, WingNoProof } from './provider.ts';

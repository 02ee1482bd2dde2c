/**
 * KHQR, the QR of Cambodia's banks: written, read and verified without any network.
 *
 * After the "KHQR Content Guideline" of the National Bank of Cambodia and its published library.
 *
 * @packageDocumentation
 */

export { decodeKhqr } from './decode.ts';
export { encodeKhqr } from './encode.ts';
export { KhqrError } from './error.ts';
export type { KhqrRule } from './error.ts';
export type {
  EncodedKhqr,
  Khqr,
  KhqrAccount,
  KhqrAdditional,
  KhqrAlternate,
  KhqrCurrency,
  KhqrDemand,
  KhqrInput,
} from './khqr.ts';
export { md5OfKhqr } from './md5.ts';
export { verifyKhqr } from './verify.ts';
export type { KhqrVerdict } from './verify.ts';

/**
 * Bakong: payments by KHQR, confirmed through the Open API of the National Bank of Cambodia.
 *
 * @packageDocumentation
 */

export { decodeKhqr, encodeKhqr, KhqrError, verifyKhqr } from './khqr/index.ts';

/**
 * ACME: payments.
 *
 * @packageDocumentation
 */

export { createAcme } from './provider.ts';
export type { Acme, AcmeConfig } from './provider.ts';

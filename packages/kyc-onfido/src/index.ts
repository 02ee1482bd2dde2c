/**
 * Onfido (Entrust): identity verification by a Studio workflow on a hosted page.
 *
 * @packageDocumentation
 */

export type { OnfidoConfig, OnfidoRegion } from './config.ts';
export { createOnfido } from './provider.ts';

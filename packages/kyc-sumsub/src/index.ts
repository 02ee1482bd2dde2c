/**
 * Sumsub: identity verification by hosted link.
 *
 * @packageDocumentation
 */

export type { SumsubConfig } from './config.ts';
export { createSumsub } from './provider.ts';
export type { DigestAlgorithm } from './signature.ts';

/**
 * Screening of addresses by Chainalysis: the free sanctions API, and Address Screening.
 *
 * @packageDocumentation
 */

export { createChainalysisAddressScreening } from './address-screening.ts';
export type { ChainalysisAddressScreeningConfig, ChainalysisSanctionsConfig, RiskWord } from './config.ts';
export { createChainalysisSanctions } from './sanctions.ts';

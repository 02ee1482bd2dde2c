/** The custodians that are played. */
export const custodianIds = ['coinbase-prime', 'bitgo'] as const;

/** A custodian that is played, by the id under which the engine knows it. */
export type CustodianId = (typeof custodianIds)[number];

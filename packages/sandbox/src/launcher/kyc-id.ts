/** Who can verify the sandbox's buyers: two providers, and the operators' own people. */
export const kycIds = ['sumsub', 'onfido', 'manual'] as const;

/** One of {@link kycIds}. */
export type KycId = (typeof kycIds)[number];

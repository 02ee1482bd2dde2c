import type { KycSubject } from '../subject.ts';
import type { Suite } from '../suite.ts';
import { kycClauses } from './clauses.ts';
import { kycMutants } from './mutants.ts';
import { enterKycWorld, scoutKyc } from './world.ts';
import type { KycFacts, KycWorld } from './world.ts';

/** Everything that is asked of a KYC provider. */
export const kycSuite: Suite<KycSubject, KycFacts, KycWorld> = {
  clauses: kycClauses,
  mutants: kycMutants,
  scout: scoutKyc,
  enter: enterKycWorld,
};

import type { CustodySubject } from '../subject.ts';
import type { Suite } from '../suite.ts';
import { custodyClauses } from './clauses.ts';
import { custodyMutants } from './mutants.ts';
import { enterCustodyWorld, scoutCustody } from './world.ts';
import type { CustodyFacts, CustodyWorld } from './world.ts';

/** Everything that is asked of a custody. */
export const custodySuite: Suite<CustodySubject, CustodyFacts, CustodyWorld> = {
  clauses: custodyClauses,
  mutants: custodyMutants,
  scout: scoutCustody,
  enter: enterCustodyWorld,
};

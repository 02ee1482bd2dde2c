import type { ScreeningSubject } from '../subject.ts';
import type { Suite } from '../suite.ts';
import { screeningClauses } from './clauses.ts';
import { screeningMutants } from './mutants.ts';
import { enterScreeningWorld, scoutScreening } from './world.ts';
import type { ScreeningFacts, ScreeningWorld } from './world.ts';

/** Everything that is asked of a screening service. */
export const screeningSuite: Suite<ScreeningSubject, ScreeningFacts, ScreeningWorld> = {
  clauses: screeningClauses,
  mutants: screeningMutants,
  scout: scoutScreening,
  enter: enterScreeningWorld,
};

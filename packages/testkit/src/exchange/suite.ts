import type { ExchangeSubject } from '../subject.ts';
import type { Suite } from '../suite.ts';
import { exchangeClauses } from './clauses.ts';
import { exchangeMutants } from './mutants.ts';
import { enterExchangeWorld, scoutExchange } from './world.ts';
import type { ExchangeFacts, ExchangeWorld } from './world.ts';

/** Everything that is asked of an exchange. */
export const exchangeSuite: Suite<ExchangeSubject, ExchangeFacts, ExchangeWorld> = {
  clauses: exchangeClauses,
  mutants: exchangeMutants,
  scout: scoutExchange,
  enter: enterExchangeWorld,
};

import { configureGlobal } from 'fast-check';

/** One seed for every property test, so that two runs of the suite are the same run. */
const SEED = 20_261_121;

configureGlobal({ seed: SEED });

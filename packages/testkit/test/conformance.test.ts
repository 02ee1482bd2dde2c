import { describeConformance } from '../src/vitest.ts';
import { subjects } from './conformance.ts';

describeConformance(subjects);

import { describeConformance } from '@rielrails/testkit/vitest';
import { subjects } from './conformance.ts';

describeConformance(subjects);

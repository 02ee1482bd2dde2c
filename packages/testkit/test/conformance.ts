import type { ConformanceSubject } from '../src/index.ts';
import { referenceCustodies } from '../src/reference/custody/subject.ts';
import { referenceExchanges } from '../src/reference/exchange/subject.ts';
import { referenceKycs } from '../src/reference/kyc/subject.ts';
import { referencePayments } from '../src/reference/payment/subject.ts';
import { referenceScreenings } from '../src/reference/screening/subject.ts';

/** The reference adapters: small, whole, and good. */
export const subjects: readonly ConformanceSubject[] = [
  ...referencePayments,
  ...referenceExchanges,
  ...referenceCustodies,
  ...referenceKycs,
  ...referenceScreenings,
];

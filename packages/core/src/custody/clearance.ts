import type { Brand } from '../brand.ts';
import type { CheckedAddress } from './address.ts';
import type { KycCaseIn } from '../kyc/kyc.ts';
import type { Money } from '../money.ts';
import type { Instant, Reference } from '../reference.ts';
import type { Identity, Verdict } from '../screening/screening.ts';

/**
 * Leave to send: to this address, under this reference, at most this much, until then.
 *
 * Only {@link mintClearance} makes one. Custody compares every field with the withdrawal and refuses a mismatch.
 */
export type Clearance = Brand<
  {
    readonly reference: Reference;
    readonly address: CheckedAddress;
    readonly maximum: Money;
    readonly restsOn: { readonly kyc: Reference; readonly name: string; readonly address: string };
    readonly validUntil: Instant;
  },
  'Clearance'
>;

/** What a clearance is minted from. Only clear verdicts and an approved case fit the type. */
export interface ClearanceGrounds {
  readonly reference: Reference;
  readonly maximum: Money;
  readonly kyc: KycCaseIn<'approved'>;
  readonly name: Verdict<Identity, 'clear'>;
  readonly address: Verdict<CheckedAddress, 'clear'>;
}

/**
 * Mints the leave to send, valid as long as everything it rests on.
 *
 * @throws RangeError when a verdict is stale at `now`, or the name that was screened is not the name that was verified.
 */
export function mintClearance(grounds: ClearanceGrounds, now: Instant): Clearance {
  const { reference, maximum, kyc, name, address } = grounds;
  const validUntil = Math.min(kyc.until, name.validUntil, address.validUntil) as Instant;
  if (validUntil <= now) throw new RangeError('clearance: a verdict is no longer valid; screen again');
  if (name.of.name !== kyc.identity.name) throw new RangeError('clearance: the screened name is not the verified name');
  const restsOn = { kyc: kyc.reference, name: name.id, address: address.id };
  return { reference, address: address.of, maximum, restsOn, validUntil } as Clearance;
}

import type { Brand } from '../brand.ts';
import type { NonEmpty } from '../brand.ts';
import type { CheckedAddress } from './address.ts';
import type { KycCaseIn } from '../kyc/kyc.ts';
import type { Money } from '../money.ts';
import type { Instant, Reference } from '../reference.ts';
import type { Identity, Verdict } from '../screening/screening.ts';
import { tellApart } from '../screening/told-apart.ts';
import type { ToldApart } from '../screening/told-apart.ts';

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
    readonly restsOn: {
      readonly kyc: Reference;
      readonly name: string;
      readonly address: string;
      /** The decisions by which the name was told apart from listed ones. Absent: it resembles none. */
      readonly somebodyElse?: NonEmpty<string>;
    };
    readonly validUntil: Instant;
  },
  'Clearance'
>;

/** What a clearance is minted from. Only clear verdicts, a name told apart, and an approved case fit the type. */
export interface ClearanceGrounds {
  readonly reference: Reference;
  readonly maximum: Money;
  readonly kyc: KycCaseIn<'approved'>;
  readonly name: Verdict<Identity, 'clear'> | ToldApart;
  readonly address: Verdict<CheckedAddress, 'clear'>;
}

/**
 * Mints the leave to send, valid as long as everything it rests on.
 *
 * @throws RangeError when a verdict is stale at `now`, the name that was screened is not the name that was verified, or the
 * decisions by which it was told apart do not hold any more.
 */
export function mintClearance(grounds: ClearanceGrounds, now: Instant): Clearance {
  const { reference, maximum, kyc, address } = grounds;
  const { name, decisions } =
    'verdict' in grounds.name ? recheck(grounds.name, kyc, now) : { name: grounds.name, decisions: [] };
  const ends = decisions.map(({ validUntil: end }) => end);
  const validUntil = Math.min(kyc.until, name.validUntil, address.validUntil, ...ends) as Instant;
  if (validUntil <= now) throw new RangeError('clearance: a verdict is no longer valid; screen again');
  if (name.of.name !== kyc.identity.name) throw new RangeError('clearance: the screened name is not the verified name');
  const [first, ...others] = decisions.map(({ id }) => id);
  const restsOn = {
    kyc: kyc.reference,
    name: name.id,
    address: address.id,
    ...(first === undefined ? {} : { somebodyElse: [first, ...others] as const }),
  };
  return { reference, address: address.of, maximum, restsOn, validUntil } as Clearance;
}

/** A name that somebody says was told apart is told apart once more. */
function recheck({ verdict, decisions }: ToldApart, kyc: KycCaseIn<'approved'>, now: Instant) {
  const again = tellApart(verdict, kyc, decisions, now);
  if (!again) throw new RangeError('clearance: the name is not told apart from those on lists');
  return { name: again.verdict, decisions: again.decisions };
}

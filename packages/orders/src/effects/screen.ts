import { checkAddress, isProviderError, mintClearance, tellApart } from '@rielrails/core';
import type {
  CheckedAddress,
  Clearance,
  ClearanceGrounds,
  Identity,
  KycCaseIn,
  Money,
  Reference,
  Verdict,
} from '@rielrails/core';
import type { Screened } from '../order/event.ts';
import type { Order } from '../order/order.ts';
import { byId } from '../providers.ts';
import type { KnownPerson } from '../store/people.ts';
import { limited } from './outside.ts';
import type { Outside } from './outside.ts';

/** What a screening of buyer and address gave: the outcome, and, when clear, the leave to send. */
export type Screening =
  | {
      readonly screened: Extract<Screened, { readonly outcome: 'clear' }>;
      clear(reference: Reference, maximum: Money): Clearance;
    }
  | { readonly screened: Exclude<Screened, { readonly outcome: 'clear' }> };

/** Screens buyer and address afresh. An error is never "clear". */
export async function screen(order: Order, outside: Outside): Promise<Screening> {
  const person = await outside.person(order);
  const approved = approvedCase(person, outside.runtime.clock.now());
  if (!approved) return { screened: { outcome: 'review', subject: 'kyc' } };
  const address = addressOf(order, outside);
  const { names, addresses } = outside.providers;
  try {
    const [name, place] = await Promise.all([
      names.screenName(approved.identity, limited(outside)),
      addresses.screenAddress(address, limited(outside)),
    ]);
    if (place.outcome !== 'clear') {
      const sealed = await outside.sealEvidence(order, place.evidence);
      return { screened: { outcome: place.outcome, subject: 'address', sealed } };
    }
    const passed = await passName(name, approved, order.person, outside);
    if (!passed) {
      const { identity, reference: kyc } = approved;
      const sealed = await outside.sealEvidence(order, { kyc, identity, evidence: name.evidence });
      return { screened: { outcome: name.outcome === 'blocked' ? 'blocked' : 'review', subject: 'name', sealed } };
    }
    const grounds = { kyc: approved, name: passed, address: place as Verdict<CheckedAddress, 'clear'> };
    return {
      screened: { outcome: 'clear' },
      clear: (reference, maximum) => mintClearance({ reference, maximum, ...grounds }, outside.runtime.clock.now()),
    };
  } catch (error) {
    const kind = isProviderError(error) ? error.fault.kind : 'unexpected';
    outside.runtime.log.error('screening-unavailable', { order: order.number, kind });
    return { screened: { outcome: 'unavailable' } };
  }
}

/**
 * A name that nothing stands against: it is clear, or resembles only entries that two people know to be somebody else. `null`:
 * something does.
 */
export async function passName(
  verdict: Verdict<Identity>,
  approved: KycCaseIn<'approved'>,
  person: Reference,
  outside: Pick<Outside, 'knownApart' | 'runtime'>,
): Promise<ClearanceGrounds['name'] | null> {
  if (verdict.outcome === 'clear') return verdict as Verdict<Identity, 'clear'>;
  if (verdict.outcome === 'blocked') return null;
  const { runtime } = outside;
  const apart = tellApart(verdict, approved, await outside.knownApart(person), runtime.clock.now());
  if (apart) runtime.log.info('name-told-apart', { count: apart.decisions.length });
  return apart;
}

/** The approval that somebody holds now, if any. */
export function approvedCase({ kyc, identity }: KnownPerson, now: number): KycCaseIn<'approved'> | null {
  if (
    kyc.status !== 'approved' ||
    kyc.reference === null ||
    kyc.until === null ||
    kyc.until <= now ||
    identity === null
  )
    return null;
  return { reference: kyc.reference, status: 'approved', until: kyc.until, identity };
}

/** The order's address, checked once more by the custody's own rule. */
export function addressOf(order: Order, { providers }: Pick<Outside, 'providers'>): CheckedAddress {
  const checked = checkAddress(order.address ?? '', byId(providers.custodies, order.custody).manifest.address);
  if (checked.outcome === 'refused') throw new RangeError(`address: is ${checked.problem}`);
  return checked.address;
}

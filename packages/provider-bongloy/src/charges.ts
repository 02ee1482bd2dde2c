import type { CallContext, Instant, Reference } from '@rielrails/core';
import { unavailable } from '@rielrails/kit';
import { BONGLOY } from './config.ts';
import type { BongloySettings } from './config.ts';
import { referenceOf } from './payment.ts';
import type { KnownCharge } from './payment.ts';
import { listOf, objects } from './wire.ts';
import type { BongloyWire, Charge } from './wire.ts';

/** A lookup that would have to read more than this says that it cannot. */
const MAX_PAGES = 50;
/** How far Bongloy's clock may be off. */
const SKEW_S = 3600;

/** Charges as Bongloy has them, disputes included. */
export interface Charges {
  /** Every charge of a reference. Reads the list, newest first, back to `since`; without it, to the end. */
  of(reference: Reference, since: Instant | undefined, context?: CallContext): Promise<readonly KnownCharge[]>;
  byId(id: string, context?: CallContext): Promise<KnownCharge | null>;
  withDispute(charge: Charge, context?: CallContext): Promise<KnownCharge>;
  /** Whether a charge is play money where we play, and real where we do not. */
  isOfThisMode(charge: Charge): boolean;
}

/** Builds the reader of charges. */
export function createCharges({ environment }: BongloySettings, wire: BongloyWire): Charges {
  const page = listOf(objects.charge);
  const isOfThisMode = ({ livemode }: Charge) => (livemode ?? environment === 'live') === (environment === 'live');

  async function withDispute(charge: Charge, context?: CallContext): Promise<KnownCharge> {
    const { dispute } = charge;
    if (typeof dispute !== 'string') return { ...charge, dispute: dispute ?? null };
    const path = `/disputes/${encodeURIComponent(dispute)}`;
    return { ...charge, dispute: (await wire.find('dispute', path, objects.dispute, context)) ?? 'unreadable' };
  }

  return {
    withDispute,
    isOfThisMode,
    async byId(id, context) {
      const charge = await wire.find('find-charge', `/charges/${encodeURIComponent(id)}`, objects.charge, context);
      return charge && isOfThisMode(charge) ? withDispute(charge, context) : null;
    },
    async of(reference, since, context) {
      const seen = new Set<string>();
      const found: Charge[] = [];
      let after = '';
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const list = await wire.find('list-charges', `/charges?limit=100${after}`, page, context);
        if (!list) throw unavailable(BONGLOY, `${BONGLOY} list-charges: there is no list`);
        const { data, has_more: more } = list;
        // A list that goes round would be read for ever, and one that repeats itself may leave something out.
        if (data.some(({ id }) => seen.has(id))) break;
        for (const charge of data) seen.add(charge.id);
        found.push(...data.filter((charge) => referenceOf(charge) === reference && isOfThisMode(charge)));
        const [newest, oldest] = [data[0], data.at(-1)];
        // Newest first was seen, not documented: older than ours proves the end only where the page itself is so ordered.
        const isOlder = since !== undefined && oldest !== undefined && Number(oldest.created) < since / 1000 - SKEW_S;
        const ended = isOlder && newest !== undefined && newest.created > oldest.created;
        if (!more || ended) return Promise.all(found.map((charge) => withDispute(charge, context)));
        if (oldest === undefined) break;
        after = `&starting_after=${encodeURIComponent(oldest.id)}`;
      }
      throw unavailable(BONGLOY, `${BONGLOY} list-charges: the list could not be read to its end`);
    },
  };
}

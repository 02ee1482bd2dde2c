import { isProviderError, parseReference } from '@rielrails/core';
import type { Identity, Reference } from '@rielrails/core';
import { digest } from '@rielrails/kit';
import { sql } from 'kysely';
import { limited } from './effects/outside.ts';
import type { Outside } from './effects/outside.ts';
import { approvedCase, passName } from './effects/screen.ts';
import type { ListWatch } from './list-watch.ts';
import type { HoldReason } from './order/state.ts';
import { addEntry, openCase } from './store/cases.ts';
import { evidencePlace } from './store/keyring.ts';
import type { Keyring } from './store/keyring.ts';
import { loadPerson } from './store/people.ts';
import type { KnownPerson } from './store/people.ts';
import type { Store } from './store/store.ts';
import type { Driver } from './workers/driver.ts';

/** What it works with. */
export interface RescreeningParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly outside: Outside;
  readonly driver: Driver;
  readonly lists: ListWatch;
}

/** Compares known customers with lists that have changed. */
export interface Rescreening {
  /** Looks for changed lists, and screens some of those who have not been compared with them yet. */
  sweep(): Promise<void>;
}

const MOST_AT_ONCE = 100;

/** Makes it. Without {@link Providers.lists} it does nothing: nobody knows when a list has changed. */
export function createRescreening({ store, keyring, outside, driver, lists }: RescreeningParts): Rescreening {
  const { providers, runtime } = outside;

  /** A hit holds everything of theirs that is not delivered yet, and opens a case. One for each version of the lists. */
  async function found(person: KnownPerson, identity: Identity, version: string): Promise<void> {
    const { id, kyc } = person;
    const verdict = await providers.names.screenName(identity, limited(outside));
    const { outcome, evidence } = verdict;
    const approved = approvedCase(person, runtime.clock.now());
    if (outcome === 'clear' || (approved && (await passName(verdict, approved, id, outside)))) return;
    const reason: HoldReason = outcome === 'blocked' ? 'name-blocked' : 'name-review';
    const finding = kyc.reference === null ? evidence : { kyc: kyc.reference, identity, evidence };
    const sealed = (await keyring.ensure(id)).seal(evidencePlace(id), finding);
    const file = { id: caseOf(id, version), person: id, purchase: null, rule: `rescreened-${outcome}`, watches: true };
    const at = runtime.clock.now();
    await store.transaction(async (tx) => {
      const isNew = await openCase(tx, file, 'engine', at);
      if (isNew) await addEntry(tx, file.id, { at, by: 'engine', kind: 'evidence', facts: {}, sealed });
    });
    const { rows } = await sql<{ id: Reference }>`
      select id from purchase where person = ${id} and state not in ('draft', 'quoted', 'DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED')`.execute(
      store.db,
    );
    for (const order of rows) {
      const kept = await outside.sealEvidence({ id: order.id, person: id }, finding);
      const hold = outcome === 'blocked' ? 'frozen' : 'review';
      await driver.drive(order.id, { type: 'held', hold, reason, sealed: kept });
    }
  }

  async function screen(id: Reference, version: string): Promise<void> {
    const person = await loadPerson(store.db, id);
    const identity = await keyring.identityOf(person);
    if (identity) await found({ ...person, identity }, identity, version);
    await sql`update person set screened_lists = ${version} where id = ${id}`.execute(store.db);
  }

  return {
    async sweep() {
      const version = await lists.version();
      if (version === null) return;
      const { rows } = await sql<{ id: Reference }>`
        select id from person where kyc_status = 'approved' and screened_lists is distinct from ${version} and identity_sealed is not null
        limit ${MOST_AT_ONCE}`.execute(store.db);
      for (const { id } of rows) {
        try {
          await screen(id, version);
        } catch (error) {
          // No verdict is not "clear": they are asked about again at the next sweep.
          runtime.log.error('rescreening-failed', { kind: isProviderError(error) ? error.fault.kind : 'unexpected' });
          return;
        }
      }
    },
  };
}

/** One case for a person and a version of the lists, however often it is looked. */
function caseOf(person: Reference, version: string): Reference {
  const bytes = digest('sha256', `rescreened ${person} ${version}`);
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0) & 0x7fff_ffff_ffff_ffffn;
  return parseReference((value === 0n ? 1n : value).toString());
}

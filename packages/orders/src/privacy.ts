import { InputError } from '@rielrails/core';
import type { Instant, Reference } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { sql } from 'kysely';
import type { DueDiligence } from './order/due-diligence.ts';
import { isEnd } from './order/state.ts';
import type { OrderState } from './order/state.ts';
import type { ErasureView, PersonExport } from './orders.ts';
import { recordsOf } from './store/customers.ts';
import { erasePerson, forgetIncoming, peopleToErase, restrict, unlinkChats } from './store/erasure.ts';
import type { Keyring } from './store/keyring.ts';
import { loadPerson } from './store/people.ts';
import type { Chat } from './store/people.ts';
import type { Store } from './store/store.ts';
import type { Tx } from './store/transaction.ts';
import type { OrderView } from './view.ts';
import type { OpenInbox } from './workers/inbox.ts';

/** What privacy works with. */
export interface PrivacyParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly inbox: Pick<OpenInbox, 'said'>;
  readonly dueDiligence: DueDiligence | null;
  /** Erases what others on our side keep. Safe to repeat. */
  forget(person: Reference): Promise<void>;
  readonly runtime: Runtime;
}

/** A person's rights over what is kept about them, and the end of what is kept for nobody. */
export interface Privacy {
  exportPerson(chat: Chat, orders: readonly OrderView[]): Promise<PersonExport>;
  erasePerson(chat: Chat): Promise<ErasureView>;
  /** Erases what has been kept long enough, some at a time. */
  sweep(): Promise<void>;
}

const SWEEP_EVERY_MS = 3_600_000;
const contactPlace = (id: string) => `person.contact:${id}`;

/** Makes the rights. */
export function createPrivacy({ store, keyring, inbox, dueDiligence, forget, runtime }: PrivacyParts): Privacy {
  const now = () => runtime.clock.now();
  let sweptAt = 0;

  async function assertNothingOpen(tx: Tx, person: Reference): Promise<void> {
    const { rows } = await sql<{ state: OrderState }>`select state from purchase where person = ${person}`.execute(tx);
    if (rows.some(({ state }) => !isEnd(state) && state !== 'draft' && state !== 'quoted'))
      throw new InputError('order', 'not-now', 'finish or cancel your open order first');
  }

  /** Whoever was verified has a customer file, which the law keeps; a visitor has none. */
  async function keptUntil(person: Reference): Promise<Instant | null> {
    const { kyc } = await loadPerson(store.db, person);
    const { rows } = await sql`select 1 from case_file where person = ${person} limit 1`.execute(store.db);
    if (kyc.reference === null && rows.length === 0) return null;
    if (!dueDiligence && rows.length === 0) return null;
    return (now() + (dueDiligence?.retention.recordsMs ?? 0)) as Instant;
  }

  /** Others first: what they keep is found by who it is about, and afterwards nobody is left to ask. */
  async function endOf(tx: Tx, person: Reference): Promise<void> {
    await forget(person);
    await erasePerson(tx, person, now());
  }

  return {
    async exportPerson({ person: id, channel, chat, language }, orders) {
      const person = await loadPerson(store.db, id);
      const [identity, records, messages] = await Promise.all([
        keyring.identityOf(person),
        recordsOf(store.db, id),
        inbox.said(channel, chat),
      ]);
      const { kyc } = person;
      return {
        exportedAt: now(),
        chat: { channel, chat, language },
        knownSince: person.createdAt,
        verification: { status: kyc.status, provider: kyc.provider, until: kyc.until, reasons: kyc.reasons },
        identity,
        orders: records.orders.map((kept) => {
          const view = orders.find((one) => one.id === kept.id);
          return {
            number: kept.number,
            state: kept.state,
            pay: kept.pay,
            address: kept.address,
            createdAt: kept.createdAt,
            confirmedAt: kept.confirmedAt,
            received: view?.received ?? null,
            delivery: view?.delivery ?? null,
            refunds: view?.refunds ?? [],
            timeline: view?.timeline ?? [],
          };
        }),
        messages,
      };
    },
    async erasePerson({ person: id, channel, chat, language }) {
      const until = await keptUntil(id);
      const pseudonym = `erased-${newReference(runtime.random)}`;
      // Sealed before anything is locked; somebody without a file has nothing that needs a key.
      const contact =
        until === null ? null : (await keyring.ensure(id)).seal(contactPlace(id), { channel, chat, language });
      await store.transaction(async (tx) => {
        // Whoever confirms an order locks the person too.
        await loadPerson(tx, id, true);
        await assertNothingOpen(tx, id);
        await unlinkChats(tx, id, pseudonym, contact);
        if (until === null) await endOf(tx, id);
        else await restrict(tx, id, now(), until);
      });
      runtime.log.info('erasure-asked', { outcome: until === null ? 'erased' : 'restricted' });
      return until === null ? { outcome: 'erased' } : { outcome: 'restricted', until, ground: 'retention' };
    },
    async sweep() {
      if (now() - sweptAt < SWEEP_EVERY_MS) return;
      sweptAt = now();
      // Without a policy nothing is kept for the law, and nothing ends by itself.
      const kept = dueDiligence?.retention;
      const people = await peopleToErase(store.db, {
        now: now(),
        casesBefore: now() - (kept?.recordsMs ?? 0),
        idleBefore: kept ? now() - kept.recordsMs : null,
      });
      for (const id of people)
        await store
          .transaction(async (tx) => {
            await unlinkChats(tx, id, `erased-${newReference(runtime.random)}`, null);
            await endOf(tx, id);
          })
          // One who cannot be erased today keeps nobody else waiting.
          .catch(() => runtime.log.error('erasure-failed', { reference: id }));
      const messages = kept ? await forgetIncoming(store.db, now() - kept.incomingMs) : 0;
      if (people.length + messages > 0) runtime.log.info('retention-ended', { count: people.length + messages });
    },
  };
}

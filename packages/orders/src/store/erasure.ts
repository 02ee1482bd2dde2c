import type { Instant, Reference } from '@rielrails/core';
import { sql } from 'kysely';
import type { Reader, Tx } from './transaction.ts';

/**
 * Takes somebody's chats away from them: orders and the books stay, but nobody who writes from there reaches them any more.
 * `contact` is where they wrote from, sealed, where it is to be kept.
 */
export async function unlinkChats(
  tx: Tx,
  person: Reference,
  pseudonym: string,
  contact: Uint8Array | null,
): Promise<void> {
  await sql`update person set contact_sealed = ${contact} where id = ${person}`.execute(tx);
  // A new version, so that no engine writes back what it remembers; it was told, because nobody is there to be told.
  await sql`
    update purchase set chat = ${pseudonym}, data = jsonb_set(data, '{chat}', to_jsonb(${pseudonym}::text)),
      version = version + 1, told_version = version + 1, message_handle = null
    where person = ${person}`.execute(tx);
  await sql`
    update inbox i set body = '', headers = '{}', url = '', sealed = false, lane = ${pseudonym}
    from chat c where c.person = ${person} and i.source = c.channel and i.lane = c.chat and i.done_at is not null`.execute(
    tx,
  );
  await sql`update chat set chat = ${pseudonym} where person = ${person}`.execute(tx);
}

/** Says until when the law keeps somebody who wants to be erased. */
export async function restrict(tx: Tx, person: Reference, askedAt: Instant, eraseAfter: number): Promise<void> {
  await sql`update person set erasure_asked_at = ${askedAt}, erase_after = ${eraseAfter} where id = ${person}`.execute(
    tx,
  );
}

/**
 * Ends what is known of a person: their key is destroyed, and with it everything that was sealed under it. Amounts, states,
 * transactions and the ledger stay.
 */
export async function erasePerson(tx: Tx, person: Reference, at: Instant): Promise<void> {
  await sql`
    update person set erased_at = ${at}, key_id = null, key_wrapped = null, identity_sealed = null, contact_sealed = null, subject = null,
      enhanced_until = null, screened_lists = null, kyc_provider = null, kyc_reference = null, kyc_handle = null, kyc_url = null, kyc_status = 'none',
      kyc_until = null, kyc_reasons = '[]'
    where id = ${person}`.execute(tx);
  await sql`delete from person_address where person = ${person}`.execute(tx);
  await sql`delete from payer_mark where person = ${person}`.execute(tx);
  await sql`
    update purchase set data = data || '{"address": null, "binding": null}', version = version + 1, told_version = version + 1
    where person = ${person}`.execute(tx);
  await sql`
    update effect set data = jsonb_set(jsonb_set(data, '{request,address}', '"erased"'), '{request,binding}', 'null')
    where kind = 'send' and purchase in (select id from purchase where person = ${person})`.execute(tx);
}

const MOST_AT_ONCE = 50;

/** Whose time is over. */
export interface EndOfTime {
  readonly now: Instant;
  /** A case that was closed since then still needs its person. */
  readonly casesBefore: number;
  /** About whom nothing has happened since then, nobody needs to ask; `null`: that is no reason. */
  readonly idleBefore: number | null;
}

/** People whose time is over: they asked and the law keeps them no longer, or nothing has happened for as long. */
export async function peopleToErase(
  db: Reader,
  { now, casesBefore, idleBefore }: EndOfTime,
): Promise<readonly Reference[]> {
  const { rows } = await sql<{ id: Reference }>`
    select k.id from person k where k.erased_at is null
      and (k.erase_after <= ${now} or (k.created_at < ${idleBefore}::bigint
        and not exists (select from purchase p where p.person = k.id and p.updated_at >= ${idleBefore}::bigint)))
      and not exists (select from case_file c where c.person = k.id and (c.state <> 'closed' or c.closed_at > ${casesBefore}))
      and not exists (select from purchase p where p.person = k.id
        and p.state not in ('draft', 'quoted', 'DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED'))
    limit ${MOST_AT_ONCE}`.execute(db);
  return rows.map(({ id }) => id);
}

const MOST_MESSAGES = 1000;

/** Forgets what came in before; that it came, and what it was about, stays. Gives how many. */
export async function forgetIncoming(db: Reader, before: number): Promise<number> {
  const { rows } = await sql`
    update inbox set body = '', headers = '{}', url = '', sealed = false
    where (source, key) in (select source, key from inbox where done_at < ${before} and body <> '' limit ${MOST_MESSAGES})
    returning 1`.execute(db);
  return rows.length;
}

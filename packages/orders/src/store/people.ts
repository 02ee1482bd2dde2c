import { kycReasons } from '@rielrails/core';
import type { Identity, Instant, KycReason, Reference } from '@rielrails/core';
import { sql } from 'kysely';
import type { Language } from '../order/order.ts';
import type { SealedPerson } from './keyring.ts';
import type { Reader, Tx } from './transaction.ts';

/** How far somebody's verification came. */
export type KycStatus = 'none' | 'starting' | 'pending' | 'approved' | 'retry' | 'rejected' | 'revoked';

/** Somebody whom limits and verdicts belong to. Who they are lies sealed: `Keyring.identityOf` opens it. */
export interface Person extends SealedPerson {
  readonly createdAt: Instant;
  readonly kyc: {
    readonly status: KycStatus;
    readonly provider: string | null;
    readonly reference: Reference | null;
    readonly handle: string | null;
    readonly url: string | null;
    readonly until: Instant | null;
    readonly reasons: readonly KycReason[];
  };
}

/** A person with the verified identity, as long as there is one. */
export interface KnownPerson extends Person {
  readonly identity: Identity | null;
}

/** A private chat in some channel. */
export interface Chat {
  readonly channel: string;
  readonly chat: string;
  readonly person: Reference;
  readonly language: Language;
  readonly unreachable: boolean;
}

interface PersonRow {
  readonly id: Reference;
  readonly created_at: bigint;
  readonly kyc_provider: string | null;
  readonly kyc_reference: Reference | null;
  readonly kyc_handle: string | null;
  readonly kyc_url: string | null;
  readonly kyc_status: KycStatus;
  readonly kyc_until: bigint | null;
  readonly kyc_reasons: readonly string[];
  readonly identity_sealed: Uint8Array | null;
  readonly key_id: string | null;
  readonly key_wrapped: Uint8Array | null;
}

/** Named, because a prepared `select *` would not survive a new column. */
const personColumns = sql.raw(
  'id, created_at, kyc_provider, kyc_reference, kyc_handle, kyc_url, kyc_status, kyc_until, kyc_reasons, identity_sealed, key_id, key_wrapped',
);

/** Reads a person; `lock` keeps others from changing limits and verdicts meanwhile. */
export async function loadPerson(db: Reader | Tx, id: Reference, lock = false): Promise<Person> {
  const { rows } = lock
    ? await sql<PersonRow>`select ${personColumns} from person where id = ${id} for update`.execute(db)
    : await sql<PersonRow>`select ${personColumns} from person where id = ${id}`.execute(db);
  const [row] = rows;
  if (!row) throw new RangeError('person: is not known');
  return fromRow(row);
}

/** The person behind a verification. */
export async function personOfKyc(db: Reader, reference: string): Promise<Person | null> {
  const { rows } = await sql<PersonRow>`select ${personColumns} from person where kyc_reference = ${reference}`.execute(
    db,
  );
  return rows[0] ? fromRow(rows[0]) : null;
}

/**
 * The people whose verification may move now: it is under way, or an order of theirs that is not delivered rests on it.
 */
export async function peopleToRefresh(db: Reader, limit: number): Promise<readonly Person[]> {
  const { rows } = await sql<PersonRow>`
    select ${personColumns} from person where kyc_reference is not null and (kyc_status in ('starting', 'pending', 'retry')
      or kyc_status = 'approved' and exists (select 1 from purchase where purchase.person = person.id
        and purchase.state in ('confirmed', 'awaiting-payment', 'paid', 'buying', 'bought', 'sending')))
    order by created_at desc limit ${limit}`.execute(db);
  return rows.map(fromRow);
}

function fromRow(row: PersonRow): Person {
  return {
    id: row.id,
    createdAt: Number(row.created_at) as Instant,
    kyc: {
      status: row.kyc_status,
      provider: row.kyc_provider,
      reference: row.kyc_reference,
      handle: row.kyc_handle,
      url: row.kyc_url,
      until: row.kyc_until === null ? null : (Number(row.kyc_until) as Instant),
      // What an older release wrote is for nobody to read.
      reasons: row.kyc_reasons.map((reason) => kycReasons.find((known) => known === reason) ?? 'other'),
    },
    key: row.key_id === null || row.key_wrapped === null ? null : { keyId: row.key_id, wrapped: row.key_wrapped },
    sealedIdentity: row.identity_sealed,
  };
}

/** What a verification changes about a person. */
export interface KycChange {
  readonly kyc: Person['kyc'];
  readonly sealedIdentity: Uint8Array | null;
  /** The mark of the human, where it was told just now. It stays, whatever becomes of the verification. */
  readonly subject?: string | null;
}

/** Writes how far a verification came, and the sealed identity that it proved. */
export async function saveKyc(
  tx: Tx,
  person: Reference,
  { kyc, sealedIdentity, subject = null }: KycChange,
): Promise<void> {
  await sql`
    update person set kyc_provider = ${kyc.provider}, kyc_reference = ${kyc.reference}, kyc_handle = ${kyc.handle}, kyc_url = ${kyc.url},
      kyc_status = ${kyc.status}, kyc_until = ${kyc.until}, kyc_reasons = ${JSON.stringify(kyc.reasons)}::jsonb, identity_sealed = ${sealedIdentity},
      subject = coalesce(${subject}, subject),
      screened_lists = case when identity_sealed is not distinct from ${sealedIdentity} then screened_lists end
    where id = ${person}`.execute(tx);
}

interface ChatRow {
  readonly channel: string;
  readonly chat: string;
  readonly person: Reference;
  readonly language: Language;
  readonly unreachable: boolean;
}

/** Reads a chat; a chat that was never seen is opened with the person given for it. */
export async function openChat(
  tx: Tx,
  chat: { readonly channel: string; readonly chat: string; readonly language: Language },
  fresh: Reference,
  at: Instant,
): Promise<Chat> {
  const known = await findChat(tx, chat.channel, chat.chat);
  if (known) return known;
  await sql`insert into person (id, created_at) values (${fresh}, ${at})`.execute(tx);
  await sql`
    insert into chat (channel, chat, person, language, created_at) values (${chat.channel}, ${chat.chat}, ${fresh}, ${chat.language}, ${at})
    on conflict (channel, chat) do nothing`.execute(tx);
  const opened = await findChat(tx, chat.channel, chat.chat);
  if (!opened) throw new RangeError('chat: could not be opened');
  return opened;
}

/** Reads a chat; `null` when it was never seen. */
export async function findChat(db: Reader | Tx, channel: string, chat: string): Promise<Chat | null> {
  const { rows } = await sql<ChatRow>`
    select channel, chat, person, language, unreachable from chat where channel = ${channel} and chat = ${chat}`.execute(
    db,
  );
  return rows[0] ?? null;
}

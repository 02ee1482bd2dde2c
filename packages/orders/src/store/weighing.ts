import type { Asset, Instant, Reference } from '@rielrails/core';
import { sql } from 'kysely';
import type { PastOrder, Usage } from '../order/limits.ts';
import type { Reader, Tx } from './transaction.ts';

/** A human as they stand when they confirm: all their chats together, and locked until the transaction ends. */
export interface Weighed extends Usage {
  /** People decided that they are not served. */
  readonly barred: boolean;
  /** A case about them makes people look at each of their orders. */
  readonly watched: boolean;
  /** Rules about which people said of this very order that there is nothing in it. */
  readonly cleared: readonly string[];
  readonly enhancedUntil: Instant | null;
  /** How many humans buy to this address, this one included. */
  readonly addressPeople: number;
}

/** What is asked. */
export interface Weighing {
  readonly person: Reference;
  readonly order: Reference;
  readonly address: string;
  readonly now: Instant;
  /** Orders confirmed before are left out. */
  readonly since: number;
  /** For how long after its end an unpaid order may still be paid. */
  readonly honouredForMs: number;
}

interface Row {
  readonly barred: boolean;
  readonly watched: boolean;
  readonly cleared: readonly string[];
  readonly enhanced_until: bigint | null;
  readonly unpaid: number;
  readonly orders: string;
  readonly address_since: bigint;
  readonly address_people: number;
}

/** Locks a human and weighs them; the address is theirs from now on, if it was not. One statement. */
export async function weighPerson(tx: Tx, asked: Weighing): Promise<Weighed> {
  const { rows } = await sql<Row>`
    select barred, watched, cleared, enhanced_until, unpaid, orders, address_since, address_people
    from weighed_person(${asked.person}, ${asked.order}, ${asked.address}, ${asked.since}, ${asked.now}, ${asked.honouredForMs})`.execute(
    tx,
  );
  const [row] = rows;
  if (!row) throw new RangeError('person: is not known');
  return {
    barred: row.barred,
    watched: row.watched,
    cleared: row.cleared,
    enhancedUntil: row.enhanced_until === null ? null : (Number(row.enhanced_until) as Instant),
    unpaid: row.unpaid,
    orders: readOrders(row.orders),
    addressSince: Number(row.address_since) as Instant,
    addressPeople: row.address_people,
  };
}

/** The orders of a human that count, and how well they are known; locks nothing. */
export async function pastOrders(
  db: Reader,
  person: Reference,
  { now, since, honouredForMs }: Pick<Weighing, 'now' | 'since' | 'honouredForMs'>,
): Promise<{ readonly orders: readonly PastOrder[]; readonly enhancedUntil: Instant | null }> {
  const { rows } = await sql<{ orders: string; enhanced_until: bigint | null }>`
    select counted_orders(array_agg(k.id), '', '', ${since}, ${now}, ${honouredForMs})::text as orders,
      max(k.enhanced_until) as enhanced_until
    from person me join person k on k.id = me.id or k.subject = me.subject where me.id = ${person}`.execute(db);
  const [row] = rows;
  const until = row?.enhanced_until ?? null;
  return {
    orders: readOrders(row?.orders ?? '[]'),
    enhancedUntil: until === null ? null : (Number(until) as Instant),
  };
}

/** Remembers since when somebody wants to buy to an address, where the confirmation itself was refused. */
export async function noteAddress(db: Reader, person: Reference, address: string, now: Instant): Promise<void> {
  await sql`insert into person_address (person, address, first_at) values (${person}, ${address}, ${now}) on conflict do nothing`.execute(
    db,
  );
}

function readOrders(text: string): readonly PastOrder[] {
  const rows = JSON.parse(text) as readonly {
    readonly at: number;
    readonly asset: Asset;
    readonly minor: string;
    readonly toAddress: boolean | null;
  }[];
  return rows.map(({ at, asset, minor, toAddress }) => ({
    at: at as Instant,
    pay: { asset, minor: BigInt(minor) },
    toAddress: toAddress === true,
  }));
}

/** Notes that an account paid for somebody, and gives for how many humans it has paid so far, this one included. */
export async function notePayer(db: Reader, person: Reference, mark: string, now: Instant): Promise<number> {
  const { rows } = await sql<{ people: number }>`select noted_payer(${person}, ${mark}, ${now}) as people`.execute(db);
  return rows[0]?.people ?? 1;
}

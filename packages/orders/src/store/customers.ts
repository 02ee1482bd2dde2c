import type { Asset, Money, Reference } from '@rielrails/core';
import { sql } from 'kysely';
import type { OrderState } from '../order/state.ts';
import { decode } from './codec.ts';
import type { Reader } from './transaction.ts';

/** An order as it stands in its buyer's file. */
export interface CustomerOrder {
  readonly id: Reference;
  readonly number: string;
  readonly state: OrderState;
  readonly pay: Money | null;
  readonly address: string | null;
  readonly createdAt: number;
  readonly confirmedAt: number | null;
}

/** Where somebody writes from. */
export interface CustomerChat {
  readonly channel: string;
  readonly chat: string;
  readonly language: string;
}

/** What is kept about somebody beside their identity and their cases. */
export interface CustomerRecords {
  readonly orders: readonly CustomerOrder[];
  readonly chats: readonly CustomerChat[];
  readonly enhancedUntil: number | null;
  /** How many other chats were verified as the same human. */
  readonly linked: number;
}

/** Reads what is kept about somebody. */
export async function recordsOf(db: Reader, person: Reference): Promise<CustomerRecords> {
  const orders = await sql<{
    id: Reference;
    number: string;
    state: OrderState;
    pay: string | null;
    address: string | null;
    created_at: bigint;
    confirmed_at: bigint | null;
  }>`
    select id, number, state, (data #> '{quote,pay}')::text as pay, data ->> 'address' as address, created_at, confirmed_at
    from purchase where person = ${person} order by created_at, id`.execute(db);
  const chats = await sql<CustomerChat>`select channel, chat, language from chat where person = ${person}`.execute(db);
  const known = await sql<{ enhanced_until: bigint | null; linked: number }>`
    select k.enhanced_until, (select count(*)::int from person o where o.subject = k.subject and o.id <> k.id) as linked
    from person k where k.id = ${person}`.execute(db);
  const [row] = known.rows;
  return {
    orders: orders.rows.map(({ id, number, state, pay, address, created_at, confirmed_at }) => ({
      id,
      number,
      state,
      pay: pay === null ? null : (decode(pay) as Money),
      address,
      createdAt: Number(created_at),
      confirmedAt: confirmed_at === null ? null : Number(confirmed_at),
    })),
    chats: chats.rows,
    enhancedUntil: row?.enhanced_until == null ? null : Number(row.enhanced_until),
    linked: row?.linked ?? 0,
  };
}

/** An order that somebody paid. */
export interface PaidOrder {
  readonly human: string;
  readonly person: Reference;
  readonly number: string;
  readonly state: OrderState;
  readonly paidAt: number;
  readonly pay: Money;
  readonly rail: string;
  readonly address: string;
}

/** The orders that were paid in a time, by human and moment. */
export async function paidOrders(db: Reader, from: number, to: number): Promise<readonly PaidOrder[]> {
  const { rows } = await sql<{
    human: string;
    person: Reference;
    number: string;
    state: OrderState;
    paid_at: bigint;
    asset: Asset;
    minor: bigint;
    rail: string;
    address: string | null;
  }>`
    select coalesce(k.subject, k.id) as human, p.person, p.number, p.state, (p.data ->> 'paidAt')::bigint as paid_at,
      p.data #> '{quote,pay,asset}' as asset, p.pay_minor as minor, p.data ->> 'rail' as rail, p.data ->> 'address' as address
    from purchase p join person k on k.id = p.person
    where p.confirmed_at is not null and (p.data ->> 'paidAt')::bigint >= ${from} and (p.data ->> 'paidAt')::bigint < ${to}
    order by 1, 5`.execute(db);
  return rows.map(({ paid_at, asset, minor, address, ...row }) => ({
    ...row,
    paidAt: Number(paid_at),
    pay: { asset, minor },
    address: address ?? '',
  }));
}

import type { Reference } from '@rielrails/core';
import { sql } from 'kysely';
import type { Reader } from './transaction.ts';

/** Somebody reads personal data. */
export interface Access {
  readonly who: string;
  readonly person: Reference;
  /** What is read: `name`, `born`, `case 4711`. Never the value. */
  readonly fields: readonly string[];
  readonly why: string;
  readonly at: number;
}

/** A line of the log. */
export interface AccessLine {
  readonly seq: bigint;
  readonly at: number;
  readonly who: string;
  readonly person: string;
  readonly field: string;
  readonly why: string;
}

/** Whether the log is whole. */
export interface AccessProof {
  readonly lines: number;
  /** The hash of the last line. Keep it elsewhere: with it, lines that were cut off at the end are missed. */
  readonly head: string;
  /** The first line that does not follow from the one before; `null`: none. */
  readonly brokenAt: bigint | null;
}

/** Writes down who reads what, before it is given to them. */
export async function logAccess(db: Reader, { who, person, fields, why, at }: Access): Promise<void> {
  await sql`select log_access(${who}, ${person}, ${[...fields]}::text[], ${why}, ${at})`.execute(db);
}

/** The lines of a time, oldest first. */
export async function accessLines(db: Reader, from: number, to: number): Promise<readonly AccessLine[]> {
  const { rows } = await sql<Omit<AccessLine, 'at'> & { at: bigint }>`
    select seq, at, who, person, field, why from access_log where at >= ${from} and at < ${to} order by seq`.execute(
    db,
  );
  return rows.map((row) => ({ ...row, at: Number(row.at) }));
}

/** Computes the whole chain anew. */
export async function proveAccessLog(db: Reader): Promise<AccessProof> {
  const { rows } = await sql<{ lines: number; head: string | null; broken: bigint | null }>`
    with chained as (
      select seq, hash, hash = access_hash(seq, at, who, person, field, why, previous)
          and previous = coalesce(lag(hash) over (order by seq), '')
          and seq = coalesce(lag(seq) over (order by seq), 0) + 1 as follows
      from access_log
    )
    select count(*)::int as lines, (select hash from chained order by seq desc limit 1) as head,
      min(seq) filter (where not follows) as broken from chained`.execute(db);
  const [row] = rows;
  return { lines: row?.lines ?? 0, head: row?.head ?? '', brokenAt: row?.broken ?? null };
}

import type { Instant, Reference, SomebodyElse } from '@rielrails/core';
import { sql } from 'kysely';
import type { Keyring } from './keyring.ts';
import type { Reader, Tx } from './transaction.ts';

/** A decision as it lies in the database. */
export interface StoredDecision extends SomebodyElse {
  readonly case: Reference;
  readonly decidedAt: Instant;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
}

/** A decision that is to be written: `sealed` is its content, at {@link decisionPlace}. */
export interface NewDecision {
  readonly id: Reference;
  readonly person: Reference;
  readonly case: Reference;
  readonly decidedBy: readonly [string, string];
  readonly decidedAt: Instant;
  readonly validUntil: Instant;
  readonly sealed: Uint8Array;
}

/** Where the content of a decision lies, for the seal: of another row or another person it does not open. */
export const decisionPlace = (id: string): string => `somebody_else.sealed:${id}`;

interface Row {
  readonly id: Reference;
  readonly case_file: Reference;
  readonly first_by: string;
  readonly second_by: string;
  readonly decided_at: bigint;
  readonly expires_at: bigint;
  readonly sealed: Uint8Array;
  readonly revoked_at: bigint | null;
  readonly revoked_by: string | null;
}

/** Every decision about somebody, oldest first. What counts is what was sealed; a row that says otherwise is left out. */
export async function decisionsAbout(
  db: Reader,
  keyring: Keyring,
  person: Reference,
): Promise<readonly StoredDecision[]> {
  const { rows } = await sql<Row>`
    select id, case_file, first_by, second_by, decided_at, expires_at, sealed, revoked_at, revoked_by
    from somebody_else where person = ${person} order by decided_at, id`.execute(db);
  if (rows.length === 0) return [];
  // Who was erased has no key any more, and no decisions.
  const sealer = await keyring.ensure(person).catch(() => null);
  return rows.flatMap((row): readonly StoredDecision[] => {
    const content = sealer && opened(() => sealer.open(decisionPlace(row.id), row.sealed) as SomebodyElse);
    if (!content || !agrees(row, content)) return [];
    return [
      {
        ...content,
        id: row.id,
        case: row.case_file,
        decidedAt: Number(row.decided_at) as Instant,
        revokedAt: row.revoked_at === null ? null : (Number(row.revoked_at) as Instant),
        revokedBy: row.revoked_by,
      },
    ];
  });
}

/** The decisions about somebody that nobody has revoked. Whether they still hold, `tellApart` says. */
export async function standingDecisions(
  db: Reader,
  keyring: Keyring,
  person: Reference,
): Promise<readonly SomebodyElse[]> {
  return (await decisionsAbout(db, keyring, person)).filter(({ revokedAt }) => revokedAt === null);
}

/** Writes a decision down. The database refuses one by a single person. */
export async function insertDecision(tx: Tx, decision: NewDecision): Promise<void> {
  const { id, person, decidedBy, decidedAt, validUntil, sealed } = decision;
  await sql`
    insert into somebody_else (id, person, case_file, first_by, second_by, decided_at, expires_at, sealed)
    values (${id}, ${person}, ${decision.case}, ${decidedBy[0]}, ${decidedBy[1]}, ${decidedAt}, ${validUntil}, ${sealed})`.execute(
    tx,
  );
}

/** Takes a decision back, for ever. Gives whose it was, and of which case; `null`: there is no such one, or it was taken back before. */
export async function revokeDecision(
  db: Reader,
  id: string,
  by: string,
  at: Instant,
): Promise<{ readonly person: Reference; readonly case: Reference } | null> {
  const { rows } = await sql<{ person: Reference; case: Reference }>`
    update somebody_else set revoked_at = ${at}, revoked_by = ${by} where id = ${id} and revoked_at is null
    returning person, case_file as case`.execute(db);
  return rows[0] ?? null;
}

function opened(open: () => SomebodyElse): SomebodyElse | null {
  try {
    return open();
  } catch {
    return null;
  }
}

function agrees(row: Row, { decidedBy, validUntil }: SomebodyElse): boolean {
  const [first, second] = decidedBy;
  return row.first_by === first && row.second_by === second && Number(row.expires_at) === validUntil;
}

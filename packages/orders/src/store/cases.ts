import type { Reference } from '@rielrails/core';
import { sql } from 'kysely';
import type { CaseDecision } from '../order/due-diligence.ts';
import type { Reader, Tx } from './transaction.ts';

/** A case as it lies in the database. */
export interface StoredCase {
  readonly id: Reference;
  readonly person: Reference;
  /** `null`: it is about the person and no order. */
  readonly purchase: Reference | null;
  readonly number: string | null;
  readonly rule: string;
  readonly state: 'open' | 'decided' | 'closed';
  readonly watches: boolean;
  readonly openedAt: number;
  readonly openedBy: string;
  readonly decision: CaseDecision | null;
  readonly decidedAt: number | null;
  readonly decidedBy: string | null;
  readonly reportDueAt: number | null;
  readonly reportReference: string | null;
  readonly closedAt: number | null;
  readonly entries: number;
}

/** How a case stands: whatever is written into it or decided about it changes this. */
export function standingOf({ state, entries }: StoredCase): string {
  return `${state} ${entries}`;
}

/** Something that was written into a case, for ever. */
export interface StoredEntry {
  readonly at: number;
  readonly by: string;
  readonly kind: 'evidence' | 'note' | 'decision' | 'report';
  readonly facts: Readonly<Record<string, string>>;
  readonly sealed: Uint8Array | null;
}

interface Row {
  readonly id: Reference;
  readonly person: Reference;
  readonly purchase: Reference | null;
  readonly number: string | null;
  readonly rule: string;
  readonly state: StoredCase['state'];
  readonly watches: boolean;
  readonly opened_at: bigint;
  readonly opened_by: string;
  readonly decision: CaseDecision | null;
  readonly decided_at: bigint | null;
  readonly decided_by: string | null;
  readonly report_due_at: bigint | null;
  readonly report_reference: string | null;
  readonly closed_at: bigint | null;
  readonly entries: number;
}

const columns =
  sql.raw(`c.id, c.person, c.purchase, p.number, c.rule, c.state, c.watches, c.opened_at, c.opened_by, c.decision,
  c.decided_at, c.decided_by, c.report_due_at, c.report_reference, c.closed_at,
  (select count(*)::int from case_entry e where e.case_file = c.id) as entries`);
const numberOr = (value: bigint | null) => (value === null ? null : Number(value));

function fromRow(row: Row): StoredCase {
  const { opened_at, opened_by, decided_at, decided_by, report_due_at, report_reference, closed_at, ...rest } = row;
  return {
    ...rest,
    openedAt: Number(opened_at),
    openedBy: opened_by,
    decidedAt: numberOr(decided_at),
    decidedBy: decided_by,
    reportDueAt: numberOr(report_due_at),
    reportReference: report_reference,
    closedAt: numberOr(closed_at),
  };
}

/** Which cases a list shows. `to-report`: a suspicion was decided, and its report is not filed. */
export type CaseFilter = 'open' | 'to-report' | 'closed' | 'all';

const filters: Readonly<Record<CaseFilter, string>> = {
  open: `c.state = 'open'`,
  'to-report': `c.state = 'decided'`,
  closed: `c.state = 'closed'`,
  all: 'true',
};

/** Cases, the newest first; those to report by their due date. */
export async function listCases(db: Reader, filter: CaseFilter, limit: number): Promise<readonly StoredCase[]> {
  const { rows } = await sql<Row>`
    select ${columns} from case_file c left join purchase p on p.id = c.purchase where ${sql.raw(filters[filter])}
    order by case when c.state = 'decided' then c.report_due_at end, c.opened_at desc limit ${limit}`.execute(db);
  return rows.map(fromRow);
}

/** Cases about somebody, oldest first. */
export async function casesOfPerson(db: Reader, person: Reference): Promise<readonly StoredCase[]> {
  const { rows } = await sql<Row>`
    select ${columns} from case_file c left join purchase p on p.id = c.purchase where c.person = ${person}
    order by c.opened_at, c.id`.execute(db);
  return rows.map(fromRow);
}

/** Cases about an order, oldest first. */
export async function casesOfOrder(db: Reader, order: Reference): Promise<readonly StoredCase[]> {
  const { rows } = await sql<Row>`
    select ${columns} from case_file c left join purchase p on p.id = c.purchase where c.purchase = ${order}
    order by c.opened_at, c.id`.execute(db);
  return rows.map(fromRow);
}

/** Suspicions that were decided in a time, oldest first. */
export async function suspicionsDecided(db: Reader, from: number, to: number): Promise<readonly StoredCase[]> {
  const { rows } = await sql<Row>`
    select ${columns} from case_file c left join purchase p on p.id = c.purchase
    where c.decision = 'suspicious' and c.decided_at >= ${from} and c.decided_at < ${to} order by c.decided_at, c.id`.execute(
    db,
  );
  return rows.map(fromRow);
}

/** One case; `lock` keeps it as it is until the transaction ends. */
export async function loadCase(db: Reader | Tx, id: string, lock = false): Promise<StoredCase | null> {
  if (lock) await sql`select 1 from case_file where id = ${id} for update`.execute(db);
  const { rows } = await sql<Row>`
    select ${columns} from case_file c left join purchase p on p.id = c.purchase where c.id = ${id}`.execute(db);
  return rows[0] ? fromRow(rows[0]) : null;
}

/** What was written into a case, oldest first. */
export async function entriesOf(db: Reader, id: Reference): Promise<readonly StoredEntry[]> {
  const { rows } = await sql<Omit<StoredEntry, 'at'> & { at: bigint }>`
    select at, by, kind, facts, sealed from case_entry where case_file = ${id} order by id`.execute(db);
  return rows.map((row) => ({ ...row, at: Number(row.at) }));
}

/** A case that opens. */
export interface NewCase {
  readonly id: Reference;
  readonly person: Reference;
  readonly purchase: Reference | null;
  readonly rule: string;
  readonly watches: boolean;
}

/** Opens a case; one that is there already stays as it is. Gives whether it is new. */
export async function openCase(
  tx: Tx,
  { id, person, purchase, rule, watches }: NewCase,
  by: string,
  at: number,
): Promise<boolean> {
  const { rows } = await sql`
    insert into case_file (id, person, purchase, rule, state, watches, opened_at, opened_by)
    values (${id}, ${person}, ${purchase}, ${rule}, 'open', ${watches}, ${at}, ${by}) on conflict (id) do nothing returning 1`.execute(
    tx,
  );
  return rows.length > 0;
}

/** Writes something into a case. */
export async function addEntry(
  tx: Tx | Reader,
  id: Reference,
  { at, by, kind, facts, sealed }: StoredEntry,
): Promise<void> {
  await sql`
    insert into case_entry (case_file, at, by, kind, facts, sealed)
    values (${id}, ${at}, ${by}, ${kind}, ${JSON.stringify(facts)}::jsonb, ${sealed})`.execute(tx);
}

/** Decides an open case. What is cleared or refused is closed by it; a suspicion is, when its report is filed. */
export async function decideCase(
  tx: Tx,
  id: Reference,
  {
    decision,
    by,
    at,
    reportDueAt,
  }: { readonly decision: CaseDecision; readonly by: string; readonly at: number; readonly reportDueAt: number },
): Promise<void> {
  const suspicious = decision === 'suspicious';
  await sql`
    update case_file set state = ${suspicious ? 'decided' : 'closed'}, decision = ${decision}, decided_at = ${at}, decided_by = ${by},
      report_due_at = ${suspicious ? reportDueAt : null}, closed_at = ${suspicious ? null : at}
    where id = ${id} and state = 'open'`.execute(tx);
  await addEntry(tx, id, { at, by, kind: 'decision', facts: { decision }, sealed: null });
}

/** Closes a case whose report was filed. */
export async function closeReported(tx: Tx, id: Reference, reference: string, by: string, at: number): Promise<void> {
  await sql`update case_file set state = 'closed', report_reference = ${reference}, closed_at = ${at} where id = ${id}`.execute(
    tx,
  );
  await addEntry(tx, id, { at, by, kind: 'report', facts: { reference }, sealed: null });
}

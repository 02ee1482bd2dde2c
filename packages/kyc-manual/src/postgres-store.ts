import type { Instant, KycReason, Reference } from '@rielrails/core';
import type { Pool } from 'pg';
import type { DocumentName, ManualCase, ManualState } from './manual-case.ts';
import type { Access, ManualStore, StoredDocument } from './store.ts';

/** The tables, in a schema of their own. Every statement may be run again. */
const migration = `
create schema if not exists kyc_manual;
create table if not exists kyc_manual.verification (
  reference text primary key check (reference ~ '^[1-9][0-9]{0,18}$'),
  person text not null,
  level text not null,
  language text not null,
  version integer not null check (version > 0),
  state text not null check (state in ('open', 'submitted', 'approved', 'retry', 'rejected', 'revoked')),
  opened_at bigint not null,
  submitted_at bigint,
  decided_at bigint,
  decided_by text,
  reasons text[] not null,
  until bigint,
  statement bytea,
  identity bytea
);
alter table kyc_manual.verification add column if not exists proposed_by text;
alter table kyc_manual.verification add column if not exists proposed_at bigint;
alter table kyc_manual.verification add column if not exists proposal bytea;
create index if not exists verification_proposed on kyc_manual.verification (submitted_at) where proposal is not null;
create index if not exists verification_decided on kyc_manual.verification (decided_at) where decided_at is not null;
create index if not exists verification_waiting on kyc_manual.verification (submitted_at) where state = 'submitted';
create table if not exists kyc_manual.document (
  reference text not null references kyc_manual.verification,
  name text not null check (name in ('front', 'back', 'selfie')),
  type text not null,
  sealed bytea not null,
  primary key (reference, name)
);
create table if not exists kyc_manual.access (
  id bigint generated always as identity primary key,
  reference text not null references kyc_manual.verification,
  at bigint not null,
  by text not null,
  what text not null
);
`;

/** Any number that nothing else in this database locks on. */
const MIGRATION_LOCK = '7021948310378';

/** Creates the tables of {@link createPostgresStore} where they are missing. Safe to repeat, and from many processes. */
export async function migratePostgresStore(pool: Pool): Promise<void> {
  await pool.query(`begin; select pg_advisory_xact_lock(${MIGRATION_LOCK}); ${migration} commit`);
}

interface Row {
  readonly reference: Reference;
  readonly person: string;
  readonly level: string;
  readonly language: string;
  readonly version: number;
  readonly state: ManualState;
  readonly opened_at: string;
  readonly submitted_at: string | null;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly reasons: readonly KycReason[];
  readonly until: string | null;
  readonly statement: Uint8Array | null;
  readonly identity: Uint8Array | null;
  readonly proposed_by: string | null;
  readonly proposed_at: string | null;
  readonly proposal: Uint8Array | null;
}

const columns =
  'reference, person, level, language, version, state, opened_at, submitted_at, decided_at, decided_by, reasons, until, statement, identity, proposed_by, proposed_at, proposal';

/** A store in PostgreSQL, for any number of instances. Run {@link migratePostgresStore} first. The pool stays the caller's. */
export function createPostgresStore(pool: Pool): ManualStore {
  async function find(reference: Reference): Promise<ManualCase | null> {
    const { rows } = await pool.query<Row>(`select ${columns} from kyc_manual.verification where reference = $1`, [
      reference,
    ]);
    return rows[0] ? fromRow(rows[0]) : null;
  }

  return {
    find,
    async open(fresh) {
      await pool.query(
        `insert into kyc_manual.verification (${columns})
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict do nothing`,
        valuesOf(fresh),
      );
      const kept = await find(fresh.reference);
      if (!kept) throw new RangeError('case: was not kept');
      return kept;
    },
    async waiting(most) {
      const { rows } = await pool.query<Row>(
        `select ${columns} from kyc_manual.verification where state = 'submitted' or proposal is not null
         order by submitted_at, reference limit $1`,
        [most],
      );
      return rows.map(fromRow);
    },
    async decided(most) {
      const { rows } = await pool.query<Row>(
        `select ${columns} from kyc_manual.verification where decided_at is not null and state not in ('open', 'submitted')
         order by decided_at desc, reference limit $1`,
        [most],
      );
      return rows.map(fromRow);
    },
    async save(next, documents) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // A connection that is lost while it is lent out has nobody else to tell: unheard, that would end the process.
      const hear = (error: Error) => {
        broken = error;
      };
      client.on('error', hear);
      try {
        await client.query('begin');
        const { rowCount } = await client.query(
          `update kyc_manual.verification set version = $5, state = $6, submitted_at = $8, decided_at = $9, decided_by = $10,
             reasons = $11, until = $12, statement = $13, identity = $14, proposed_by = $15, proposed_at = $16, proposal = $17
           where reference = $1 and version = $5 - 1 and person = $2 and level = $3 and language = $4 and opened_at = $7`,
          valuesOf(next),
        );
        if (rowCount === 1 && documents) {
          await client.query('delete from kyc_manual.document where reference = $1', [next.reference]);
          for (const { name, type, sealed } of documents)
            await client.query(
              'insert into kyc_manual.document (reference, name, type, sealed) values ($1, $2, $3, $4)',
              [next.reference, name, type, sealed],
            );
        }
        await client.query('commit');
        return rowCount === 1;
      } catch (error) {
        await client.query('rollback').catch(hear);
        throw error;
      } finally {
        client.off('error', hear);
        client.release(broken);
      }
    },
    async document(reference, name) {
      const { rows } = await pool.query<StoredDocument>(
        'select name, type, sealed from kyc_manual.document where reference = $1 and name = $2',
        [reference, name],
      );
      return rows[0] ?? null;
    },
    async documentNames(reference) {
      const { rows } = await pool.query<{ name: DocumentName }>(
        'select name from kyc_manual.document where reference = $1 order by name',
        [reference],
      );
      return rows.map(({ name }) => name);
    },
    async noteAccess(reference, { at, by, what }) {
      await pool.query('insert into kyc_manual.access (reference, at, by, what) values ($1, $2, $3, $4)', [
        reference,
        at,
        by,
        what,
      ]);
    },
    async accesses(reference) {
      const { rows } = await pool.query<Omit<Access, 'at'> & { at: string }>(
        'select at, by, what from kyc_manual.access where reference = $1 order by id',
        [reference],
      );
      return rows.map(({ at, ...rest }) => ({ ...rest, at: Number(at) as Instant }));
    },
    async forget(person) {
      const { rows } = await pool.query<{ reference: Reference }>(
        `with ended as (
           update kyc_manual.verification set version = version + 1, statement = null, identity = null, proposed_by = null,
             proposed_at = null, proposal = null, state = case state when 'rejected' then state else 'revoked' end
           where person = $1 returning reference),
         gone as (delete from kyc_manual.document where reference in (select reference from ended))
         select reference from ended`,
        [person],
      );
      return rows.map(({ reference }) => reference);
    },
    async erase(reference) {
      await pool.query(
        `with gone as (delete from kyc_manual.document where reference = $1)
         update kyc_manual.verification set version = version + 1, statement = null, identity = null,
           proposed_by = null, proposed_at = null, proposal = null
         where reference = $1`,
        [reference],
      );
    },
  };
}

function valuesOf(one: ManualCase): unknown[] {
  return [
    one.reference,
    one.person,
    one.level,
    one.language,
    one.version,
    one.state,
    one.openedAt,
    one.submittedAt,
    one.decidedAt,
    one.decidedBy,
    one.reasons,
    one.until,
    one.statement,
    one.identity,
    one.proposal?.by ?? null,
    one.proposal?.at ?? null,
    one.proposal?.sealed ?? null,
  ];
}

function fromRow(row: Row): ManualCase {
  const moment = (text: string | null) => (text === null ? null : (Number(text) as Instant));
  const { opened_at, submitted_at, decided_at, decided_by, until, proposed_by, proposed_at, proposal, ...rest } = row;
  return {
    ...rest,
    openedAt: Number(opened_at) as Instant,
    submittedAt: moment(submitted_at),
    decidedAt: moment(decided_at),
    decidedBy: decided_by,
    until: moment(until),
    proposal:
      proposal && proposed_by !== null && proposed_at !== null
        ? { by: proposed_by, at: Number(proposed_at) as Instant, sealed: proposal }
        : null,
  };
}

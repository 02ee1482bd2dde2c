import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** What providers say, day by day: lines of their statements, kept as evidence. A line that comes again counts once. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create table statement_line (
      rail text not null,
      type text not null check (type in ('payment', 'refund')),
      transaction text not null,
      asset text not null,
      scale integer not null,
      minor bigint not null check (minor > 0),
      at bigint not null,
      imported_by text not null,
      imported_at bigint not null,
      primary key (rail, type, transaction, asset, minor, at)
    )`.execute(database);
  await sql`create index statement_line_day on statement_line (rail, at)`.execute(database);
}

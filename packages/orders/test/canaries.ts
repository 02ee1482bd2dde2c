import type { Secret } from '@rielrails/kit';
import { ask } from './database.ts';

/** Something that somebody might read, and where it stands. */
export type Place = readonly [where: string, text: string];

/** Every row of every table of a schema, as text. */
export async function rowsOf(url: Secret, schema: string): Promise<readonly Place[]> {
  const tables = await ask<{ name: string }>(
    url,
    'select table_name as name from information_schema.tables where table_schema = $1',
    [schema],
  );
  const rows: Place[] = [];
  for (const { name } of tables) {
    const found = await ask<{ row: string }>(url, `select t::text as row from ${schema}."${name}" t`);
    for (const { row } of found) rows.push([`${schema}.${name}`, readable(row)]);
  }
  return rows;
}

/** The text of a row with its binary columns (`\x…`) as letters, as far as they are any. */
function readable(row: string): string {
  return row.replaceAll(/\\\\?x((?:[0-9a-f]{2})+)/g, (_all, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
}

/** Where one of the words stands. */
export function hits(words: readonly string[], places: Iterable<Place>): readonly string[] {
  const found = new Set<string>();
  for (const [where, text] of places)
    for (const [index, word] of words.entries())
      if (text.includes(word)) found.add(`${where}: word ${index} (${word.slice(0, 4)}…)`);
  return [...found];
}

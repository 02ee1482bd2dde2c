import { trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Secret } from '@rielrails/kit';
import { encode } from '../src/store/codec.ts';
import { ask } from './database.ts';
import type { TestWorld } from './world/world.ts';

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

/** Everything that was logged. */
export function logsOf({ said }: TestWorld): readonly Place[] {
  return said.map(({ event, fields }) => [`log ${event}`, encode(fields) ?? '']);
}

/** Everything that buyers were shown. */
export function viewsOf({ shown }: TestWorld): readonly Place[] {
  return [...shown].map(([chat, views]) => [`view of ${chat}`, encode(views)]);
}

/** The spans of everything in this process, from now on. */
export interface Spans {
  places(): readonly Place[];
  forget(): void;
  end(): void;
}

let ended: ReadableSpan[] | null = null;
// One for all files of a worker: a tracer stays with the first provider that it met.
const tracing = new BasicTracerProvider({
  spanProcessors: [
    {
      onStart() {},
      onEnd: (span) => void ended?.push(span),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
  ],
});

/** Begins to keep them. */
export function keepSpans(): Spans {
  ended = [];
  trace.setGlobalTracerProvider(tracing);
  return {
    places: () =>
      (ended ?? []).map(({ name, attributes, events, status }) => [
        `span ${name}`,
        encode({ name, attributes, events, status }),
      ]),
    forget() {
      ended = [];
    },
    end() {
      ended = null;
      trace.disable();
    },
  };
}

/** What went wrong, with everything that an error says of itself and of its causes. */
export function keepErrors(): { readonly places: readonly Place[]; failing(work: Promise<unknown>): Promise<void> } {
  const places: Place[] = [];
  return {
    places,
    async failing(work) {
      await work.catch((error: unknown) => {
        for (let one = error; one instanceof Error; one = one.cause)
          places.push(['error', `${one.name} ${one.stack ?? ''} ${JSON.stringify(one)} ${one.message}`]);
      });
    },
  };
}

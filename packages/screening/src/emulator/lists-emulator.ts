import { digest, toHex, utf8 } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatorContext, Route, ScreeningEmulator } from '@rielrails/kit/emulator';

/** What an adapter needs to read the emulated mirror. */
export interface ListsEmulatorConfig {
  readonly baseUrl: string;
}

/** How the emulated mirror is set up. */
export interface ListsEmulatorOptions {
  /** Where it is reached. Default: `http://lists.localhost`, for requests that are handed over in-process. */
  readonly baseUrl?: string;
}

/** A mirror of a small SDN list on this machine. */
export type ListsEmulator = ScreeningEmulator<ListsEmulatorConfig> & {
  readonly list: {
    /** Takes whoever has this name, as it was added, off the list. */
    removeName(name: string): void;
    /** The publisher is seen again: the list is as old as this hour. */
    makeFresh(): void;
  };
};

const HOUR_MS = 3_600_000;
const YEAR_MS = 8766 * HOUR_MS;
const NULL = '-0- ';

/**
 * Makes a mirror of an SDN list of invented entries: OFAC's four CSV files, and the `list.json` that dates them.
 *
 * The list begins with one person, because an empty list is refused.
 */
export function createListsEmulator(context: EmulatorContext, options: ListsEmulatorOptions = {}): ListsEmulator {
  const { clock } = context;
  const people = [
    { name: 'INVENTADO QUIMERA, Fulano', row: sdnRow(1, 'INVENTADO QUIMERA, Fulano', 'individual', NULL) },
  ];
  /** A number is never given twice. */
  let lastId = people.length;
  let stale = false;

  const files = (): Readonly<Record<string, string>> => ({
    'sdn.csv': `${people.map(({ row }) => row).join('')}\u001a`,
    'alt.csv': `1,1,"aka","QUIMERA, Fulanito",${NULL}\r\n\u001a`,
    'add.csv': `1,1,"1 Nowhere Street","Exampleville","Nowhere",${NULL}\r\n\u001a`,
    'sdn_comments.csv': '',
  });

  const fileRoute = (name: string): Route => ({
    name,
    method: 'GET',
    path: `/${name}`,
    cites: 'OFAC, SDN data specification (CSV)',
    provenance: 'seen',
    handle: () => new Response(files()[name], { headers: { 'content-type': 'text/csv' } }),
  });

  const emulator = createEmulator({
    name: 'lists',
    clock,
    routes: [
      {
        name: 'list.json',
        method: 'GET',
        path: '/list.json',
        cites: 'No document of the publisher: this package describes a set of files so',
        provenance: 'assumed',
        handle: () => {
          const hashes = Object.entries(files()).map(([name, text]) => [name, toHex(digest('sha256', utf8(text)))]);
          const hour = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
          const asOf = new Date(hour - (stale ? YEAR_MS : 0)).toISOString();
          return jsonResponse({ asOf, sha256: Object.fromEntries(hashes) as unknown });
        },
      },
      ...Object.keys(files()).map(fileRoute),
    ],
  });

  return {
    ...emulator,
    config: { baseUrl: options.baseUrl ?? 'http://lists.localhost' },
    list: {
      addName(name) {
        lastId += 1;
        people.push({ name, row: sdnRow(lastId, name, 'individual', NULL) });
      },
      removeName(name) {
        const at = people.findIndex((one) => one.name === name);
        if (at >= 0) people.splice(at, 1);
      },
      addAddress(address) {
        lastId += 1;
        const name = `INVENTED PURSE ${lastId}`;
        people.push({ name, row: sdnRow(lastId, name, NULL, `Digital Currency Address - XBT ${address}.`) });
      },
      makeStale() {
        stale = true;
      },
      makeFresh() {
        stale = false;
      },
    },
  };
}

/** Twelve columns, texts in quotes, a null as it is. */
function sdnRow(id: number, name: string, type: string, remarks: string): string {
  const texts = [name, type, 'TESTLIST', ...Array.from({ length: 7 }, () => NULL), remarks];
  const written = texts.map((text) => (text === NULL ? NULL : `"${text.replaceAll('"', '""')}"`));
  return `${[id, ...written].join(',')}\r\n`;
}

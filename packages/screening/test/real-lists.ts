/**
 * Reads a real copy of the SDN list, screens every name and address of it, and prints what it took.
 *
 * `node packages/screening/test/real-lists.ts --lists DIR`, where DIR holds `sdn.csv` and its companions, all with the
 * same beginning (`2021-07-sdn.csv`, `2021-07-alt.csv` …).
 */
import { checkAddress } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { createLists, ofacFileNames, readOfac } from '@rielrails/screening/lists';
import type { ListSnapshot, OfacFiles } from '@rielrails/screening/lists';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { lists: directory } = parseArgs({ options: { lists: { type: 'string' } } }).values;
const main = directory && readdirSync(directory).find((name) => name.endsWith('sdn.csv'));
if (directory && main) await measure(directory, main.slice(0, -'sdn.csv'.length));
else console.log('SKIPPED: no real list was read. Give a directory with --lists DIR.');

async function measure(directory: string, beginning: string): Promise<void> {
  const runtime = createVirtualRuntime();
  const read = (name: string) => [name, new Uint8Array(readFileSync(join(directory, beginning + name)))] as const;
  const files = Object.fromEntries(ofacFileNames.map(read)) as unknown as OfacFiles;
  const { value: snapshot, ms: readMs } = await timed(() => readOfac(files, runtime.clock.now()));
  const lists = createLists({ source: () => Promise.resolve(snapshot) }, runtime);
  const { ms: indexMs } = await timed(() => lists.reload());

  const names = snapshot.entries.flatMap(({ name, aliases }) => [name, ...aliases]);
  const addresses = snapshot.entries.flatMap((entry) => entry.addresses);
  const missed: string[] = [];
  const { ms: namesMs } = await timed(async () => {
    for (const name of names) if ((await lists.screenName({ name })).outcome !== 'review') missed.push(name);
  });
  const { ms: addressesMs } = await timed(async () => {
    for (const { currency, text } of addresses) {
      const checked = checkAddress(text, { network: currency, read: (canonical) => ({ outcome: 'valid', canonical }) });
      if (checked.outcome !== 'valid' || (await lists.screenAddress(checked.address)).outcome !== 'blocked') {
        missed.push(text);
      }
    }
  });
  console.log(JSON.stringify({ ...countsOf(snapshot), readMs, indexMs, namesMs, addressesMs, missed }, null, 2));
  if (missed.length > 0) process.exitCode = 1;
}

function countsOf({ entries }: ListSnapshot): Record<string, number> {
  const total = (count: (entry: ListSnapshot['entries'][number]) => number) =>
    entries.reduce((sum, entry) => sum + count(entry), 0);
  return {
    entries: entries.length,
    aliases: total(({ aliases }) => aliases.length),
    addresses: total(({ addresses }) => addresses.length),
    withBirthYear: total(({ born }) => Math.sign(born.length)),
  };
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: Math.round(performance.now() - start) };
}

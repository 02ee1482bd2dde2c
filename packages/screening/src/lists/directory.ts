import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashOf, ofacFileNames, readOfac } from './ofac.ts';
import type { OfacFiles } from './ofac.ts';
import { MAX_FILE_BYTES } from './rows.ts';
import type { ListSnapshot, ListSource } from './snapshot.ts';

const DESCRIPTION = 'list.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');

const descriptionSchema = z.strictObject({
  asOf: z.iso.datetime({ message: 'expected a moment such as 2026-11-21T06:00:00Z' }),
  sha256: z.strictObject({ 'sdn.csv': hash, 'alt.csv': hash, 'add.csv': hash, 'sdn_comments.csv': hash }),
});

/**
 * The text of `list.json` for a set of files: when they were fetched, and their hashes.
 *
 * The CSV files carry no date, and a truncated one looks whole. Whoever fetches them writes this beside them, last; a
 * set that cannot be read is not described.
 *
 * @throws InputError naming file and line.
 */
export function describeOfac(files: OfacFiles, asOf: Instant): string {
  readOfac(files, asOf);
  const sha256 = Object.fromEntries(ofacFileNames.map((name) => [name, hashOf(files[name])]));
  return `${JSON.stringify({ asOf: new Date(asOf).toISOString(), sha256 }, null, 2)}\n`;
}

/**
 * A source that reads the SDN list from a directory: the four files of {@link OfacFiles} and the `list.json` of
 * {@link describeOfac}.
 *
 * Files that were replaced half-way do not fit their hashes, and are refused; the next reading finds the rest.
 */
export function ofacDirectory(path: string): ListSource {
  let last: { readonly description: string; readonly snapshot: ListSnapshot } | undefined;
  return async (signal) => {
    const description = new TextDecoder().decode(await readBytes(path, DESCRIPTION, 65_536, signal));
    if (last?.description === description) return last.snapshot;
    const { asOf, sha256 } = readDescription(description);
    const files = Object.fromEntries(
      await Promise.all(
        ofacFileNames.map(async (name) => {
          const bytes = await readBytes(path, name, MAX_FILE_BYTES, signal);
          if (hashOf(bytes) !== sha256[name]) throw new InputError(name, 'hash', `does not fit ${DESCRIPTION}`);
          return [name, bytes] as const;
        }),
      ),
    ) as unknown as OfacFiles;
    const snapshot = readOfac(files, Date.parse(asOf) as Instant);
    last = { description, snapshot };
    return snapshot;
  };
}

function readDescription(text: string): z.output<typeof descriptionSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(DESCRIPTION, 'json', 'the file is not valid JSON');
  }
  const result = descriptionSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InputError(
    [DESCRIPTION, ...(issue?.path ?? [])].join(' '),
    'description',
    issue?.message ?? 'is malformed',
  );
}

async function readBytes(path: string, name: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  const file = await open(join(path, name)).catch((error: unknown) => {
    throw new InputError(name, 'missing', 'the file cannot be opened', { cause: error });
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new InputError(name, 'missing', 'is not a file');
    if (stats.size > maxBytes) throw new InputError(name, 'too-large', `the file is larger than ${maxBytes} bytes`);
    return new Uint8Array(await file.readFile(signal ? { signal } : {}));
  } finally {
    await file.close();
  }
}

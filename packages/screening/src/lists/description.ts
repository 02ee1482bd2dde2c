import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { fromUtf8 } from '@rielrails/kit';
import { z } from 'zod';
import { hashOf, ofacFileNames, readOfac } from './ofac.ts';
import type { OfacFiles } from './ofac.ts';
import { MAX_FILE_BYTES } from './rows.ts';
import type { ListSource } from './snapshot.ts';

const DESCRIPTION = 'list.json';
const MAX_DESCRIPTION_BYTES = 65_536;

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

/** Gets one file by its name, and refuses one that is larger than it may be. */
export type ReadFile = (name: string, maxBytes: number) => Promise<Uint8Array>;

/**
 * A source that reads described files, wherever they are.
 *
 * Files that were replaced half-way do not fit their hashes, and are refused. As long as the description stays the same,
 * it is all that is read, and the same snapshot comes back.
 */
export function describedSource(readFile: ReadFile): ListSource {
  let last: { readonly description: string; readonly snapshot: ReturnType<typeof readOfac> } | undefined;
  return async () => {
    const description = fromUtf8(await readFile(DESCRIPTION, MAX_DESCRIPTION_BYTES));
    if (last?.description === description) return last.snapshot;
    const { asOf, sha256 } = readDescription(description);
    const read = async (name: (typeof ofacFileNames)[number]) => {
      const bytes = await readFile(name, MAX_FILE_BYTES);
      if (hashOf(bytes) !== sha256[name]) throw new InputError(name, 'hash', `does not fit ${DESCRIPTION}`);
      return [name, bytes] as const;
    };
    const files = Object.fromEntries(await Promise.all(ofacFileNames.map(read))) as unknown as OfacFiles;
    last = { description, snapshot: readOfac(files, Date.parse(asOf) as Instant) };
    return last.snapshot;
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

import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { fromUtf8 } from '@rielrails/kit';
import { z } from 'zod';
import { hashOf, MAX_FILE_BYTES } from './format.ts';
import type { ListFiles, ListFormat } from './format.ts';
import { listFormat } from './formats.ts';
import { ofacSdn } from './ofac.ts';
import type { OfacFiles } from './ofac.ts';
import type { ListSnapshot, ListSource } from './snapshot.ts';

/** The name of a description. */
export const DESCRIPTION = 'list.json';
/** The largest description that is read. */
export const MAX_DESCRIPTION_BYTES = 65_536;

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');

const descriptionSchema = z.strictObject({
  /** Absent: the SDN list of OFAC. */
  format: z
    .string()
    .refine((id) => listFormat(id) !== undefined, 'is no known format')
    .default(ofacSdn.id),
  asOf: z.iso.datetime({ message: 'expected a moment such as 2026-11-21T06:00:00Z' }),
  sha256: z.record(z.string(), hash),
});

/** What a description says. */
export interface ListDescription {
  readonly format: ListFormat;
  readonly asOf: Instant;
  /** By the name of each file. */
  readonly sha256: Readonly<Record<string, string>>;
}

/**
 * The text of `list.json` for the files of a list: of which form they are, when they were fetched, and their hashes.
 *
 * Files in CSV form carry no date, and a truncated one looks whole. Whoever fetches them writes this beside them, last; a
 * set that cannot be read is not described.
 *
 * @throws InputError naming file and line.
 */
export function describeList(format: ListFormat, files: ListFiles, asOf: Instant): string {
  format.read(files, asOf);
  return descriptionText(format, files, asOf);
}

/** The text of `list.json` for files that were read already. */
export function descriptionText({ id, files: names }: ListFormat, files: ListFiles, asOf: Instant): string {
  const sha256 = Object.fromEntries(names.map(({ name }) => [name, hashOf(files[name] ?? new Uint8Array())]));
  const format = id === ofacSdn.id ? {} : { format: id };
  return `${JSON.stringify({ ...format, asOf: new Date(asOf).toISOString(), sha256 }, null, 2)}\n`;
}

/** {@link describeList} for the SDN list of OFAC. */
export function describeOfac(files: OfacFiles, asOf: Instant): string {
  return describeList(ofacSdn, files, asOf);
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
  let last: { readonly text: string; readonly sha256: string; readonly snapshot: ListSnapshot } | undefined;
  return async () => {
    const text = fromUtf8(await readFile(DESCRIPTION, MAX_DESCRIPTION_BYTES));
    if (last?.text === text) return last.snapshot;
    const { format, asOf, sha256 } = readDescription(text);
    const read = async (name: string, maxBytes: number) => {
      const bytes = await readFile(name, maxBytes);
      if (hashOf(bytes) !== sha256[name]) throw new InputError(name, 'hash', `does not fit ${DESCRIPTION}`);
      return [name, bytes] as const;
    };
    const hashes = JSON.stringify(sha256);
    // Seen again and unchanged: only its age is another.
    if (last?.sha256 === hashes)
      return (last = { text, sha256: hashes, snapshot: { ...last.snapshot, asOf } }).snapshot;
    const files = await Promise.all(format.files.map(({ name, maxBytes = MAX_FILE_BYTES }) => read(name, maxBytes)));
    last = { text, sha256: hashes, snapshot: format.read(Object.fromEntries(files), asOf) };
    return last.snapshot;
  };
}

/**
 * Reads a description.
 *
 * @throws InputError naming what is wrong with it.
 */
export function readDescription(text: string): ListDescription {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(DESCRIPTION, 'json', 'the file is not valid JSON');
  }
  const result = descriptionSchema.safeParse(value);
  const format = result.success ? listFormat(result.data.format) : undefined;
  if (result.success && format) {
    const { asOf, sha256 } = result.data;
    const missing = format.files.find(({ name }) => sha256[name] === undefined);
    if (missing) throw new InputError(`${DESCRIPTION} sha256`, 'description', `says nothing of ${missing.name}`);
    return { format, asOf: Date.parse(asOf) as Instant, sha256 };
  }
  const [issue] = result.error?.issues ?? [];
  throw new InputError(
    [DESCRIPTION, ...(issue?.path ?? [])].join(' '),
    'description',
    issue?.message ?? 'is malformed',
  );
}

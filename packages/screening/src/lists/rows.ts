import { InputError } from '@rielrails/core';
import { fromUtf8 } from '@rielrails/kit';
import { CsvError, parse } from 'csv-parse/sync';

/** The largest list file that is read: ten times today's largest. */
export const MAX_FILE_BYTES: number = 64 * 1024 * 1024;

/** The longest row. Remarks are cut at 1,000 characters by the publisher. */
const MAX_ROW_CHARACTERS = 16_384;

const END_OF_FILE = 0x1a;

/** One row, and where it stands. `fields` has exactly the columns asked for; a null is `''`. */
export interface Row {
  readonly fields: readonly string[];
  /** File and line, for an error about this row: `sdn.csv line 12`. */
  readonly where: string;
}

/**
 * Reads a file in OFAC's CSV form: no header, CRLF, nulls as `-0- `, and often a lone 0x1A at the end.
 *
 * @throws InputError naming file and line: `too-large`, `utf-8`, `csv`, `columns`.
 */
export function readRows(file: string, bytes: Uint8Array, columns: number): readonly Row[] {
  if (bytes.length > MAX_FILE_BYTES) throw new InputError(file, 'too-large', 'the file is larger than 64 MiB');
  return parseText(file, textOf(file, bytes.at(-1) === END_OF_FILE ? bytes.subarray(0, -1) : bytes)).map(
    ({ record, info }) => {
      const where = `${file} line ${info.lines}`;
      if (record.length !== columns) {
        throw new InputError(where, 'columns', `expected ${columns} columns, found ${record.length}`);
      }
      return { where, fields: record.map((field) => (field.trim() === '-0-' ? '' : field)) };
    },
  );
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parseText(file: string, text: string): readonly Parsed[] {
  try {
    return parse(text, {
      info: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n'],
      max_record_size: MAX_ROW_CHARACTERS,
    }) as unknown as readonly Parsed[];
  } catch (error) {
    // The parser's message quotes the row; its code and line say enough.
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 0;
    throw new InputError(`${file} line ${line}`, 'csv', `the row is malformed (${error.code})`);
  }
}

function textOf(file: string, bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw new InputError(file, 'utf-8', 'the file is not valid UTF-8');
  }
}

import { InputError } from '@rielrails/core';
import { CsvError, parse } from 'csv-parse/sync';
import type { Options } from 'csv-parse/sync';
import { textOf } from './format.ts';

/** The longest row. OFAC cuts remarks at 1,000 characters; others have no such limit. */
const MAX_ROW_CHARACTERS = { plain: 16_384, headed: 262_144 } as const;

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
  const text = textOf(file, bytes.at(-1) === END_OF_FILE ? bytes.subarray(0, -1) : bytes);
  return parseText(file, text, { max_record_size: MAX_ROW_CHARACTERS.plain }).map(({ record, info }) => {
    const where = `${file} line ${info.lines}`;
    if (record.length !== columns) {
      throw new InputError(where, 'columns', `expected ${columns} columns, found ${record.length}`);
    }
    return { where, fields: record.map((field) => (field.trim() === '-0-' ? '' : field)) };
  });
}

/** A row of a file that has a header. */
export interface HeadedRow {
  /** The field of a column, without spaces at the ends; `''` where it is empty. */
  of(column: string): string;
  /** File and line, for an error about this row. */
  readonly where: string;
}

/** How a file with a header is written. */
export interface HeadedForm {
  readonly delimiter: ',' | ';';
  /** Columns without which the file cannot be read. */
  readonly required: readonly string[];
  /** How a line begins that may stand before the header. */
  readonly preface?: string;
}

/**
 * Reads a file in CSV form whose columns have names. Columns that are not known are not minded: publishers add some.
 *
 * @throws InputError naming file and line: `too-large`, `utf-8`, `csv`, `header`, `columns`.
 */
export function readHeadedRows(file: string, bytes: Uint8Array, form: HeadedForm): readonly HeadedRow[] {
  const { delimiter, required, preface } = form;
  const text = textOf(file, bytes);
  const headerLine = preface !== undefined && text.startsWith(preface) ? 2 : 1;
  const [header, ...rows] = parseText(file, text, {
    delimiter,
    from_line: headerLine,
    max_record_size: MAX_ROW_CHARACTERS.headed,
  });
  const columns = (header?.record ?? []).map((name) => name.trim());
  const missing = required.find((name) => !columns.includes(name));
  if (missing !== undefined) throw new InputError(`${file} line ${headerLine}`, 'header', `has no column "${missing}"`);
  const placeOf = new Map(columns.map((name, at) => [name, at]));
  return rows.map(({ record, info }) => {
    const where = `${file} line ${info.lines}`;
    if (record.length !== columns.length)
      throw new InputError(where, 'columns', `expected ${columns.length} columns, found ${record.length}`);
    return { where, of: (column) => record[placeOf.get(column) ?? -1]?.trim() ?? '' };
  });
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parseText(file: string, text: string, options: Options): readonly Parsed[] {
  try {
    return parse(text, {
      info: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n'],
      ...options,
    }) as unknown as readonly Parsed[];
  } catch (error) {
    // The parser's message quotes the row; its code and line say enough.
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 0;
    throw new InputError(`${file} line ${line}`, 'csv', `the row is malformed (${error.code})`);
  }
}

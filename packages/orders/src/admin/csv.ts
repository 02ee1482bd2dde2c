/** Programs for tables carry out what begins so. */
const FORMULA = /^[=+\-@\t\r]/;

/** A table as RFC 4180 writes it. A text that a spreadsheet would carry out is told to be text by an apostrophe. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

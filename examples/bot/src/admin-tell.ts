import { inPhnomPenh, plain, showAmount } from '@rielrails/orders/admin';
import type { Amount } from '@rielrails/orders/admin';

/**
 * A report as people read it in a terminal: facts on lines, lists as tables. Amounts are grouped; times are Phnom
 * Penh's. What would drive the terminal is taken out.
 */
export function tell(report: unknown): string {
  if (isRecord(report) && typeof report['tells'] === 'string') {
    const { tells, proposal, review, hash } = report;
    const next = proposal === undefined ? `review confirm ${cell(review)}` : `approve ${cell(proposal)}`;
    const isProposed = proposal !== undefined || review !== undefined;
    return `${cell(tells)}\n${isProposed ? `The other person: pnpm admin ${next} ${cell(hash)}\n` : ''}`;
  }
  if (Array.isArray(report)) return `${table(report)}\n`;
  if (!isRecord(report)) return `${cell(report)}\n`;
  const [facts, lists] = [new Map<string, unknown>(), new Map<string, readonly unknown[]>()];
  for (const [name, value] of Object.entries(report)) {
    if (Array.isArray(value) && value.some(isRecord)) lists.set(name, value);
    else if (Array.isArray(value) || !isRecord(value) || isAmount(value)) facts.set(name, value);
    else for (const [inner, one] of Object.entries(value)) facts.set(`${name}.${inner}`, one);
  }
  const width = Math.max(0, ...[...facts.keys()].map((name) => label(name).length));
  const lines = [...facts].map(([name, value]) => `${label(name).padEnd(width)}  ${cell(value)}`);
  const tables = [...lists].map(([name, rows]) => `\n${label(name)}\n${table(rows)}`);
  return `${[...lines, ...tables].join('\n')}\n`;
}

function table(rows: readonly unknown[]): string {
  const records = rows.filter(isRecord);
  const [first] = records;
  if (!first) return 'none';
  const names = Object.keys(first);
  const isNumber = (name: string) =>
    records.every((row) => row[name] === null || typeof row[name] === 'number' || isAmount(row[name]));
  const lines = [names.map(label), ...records.map((row) => names.map((name) => cell(row[name])))];
  const widths = names.map((_name, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const write = (line: readonly string[]) =>
    line
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return isNumber(names[index] ?? '') ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return lines.map(write).join('\n');
}

function label(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (isAmount(value)) return plain(showAmount(value));
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(cell).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return MOMENT.test(value) ? inPhnomPenh(value) : plain(value);
  return plain(typeof value === 'number' ? String(value) : JSON.stringify(value));
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAmount(value: unknown): value is Amount {
  return isRecord(value) && typeof value['amount'] === 'string' && typeof value['asset'] === 'string';
}

import type { Clock } from './runtime.ts';

/** What one log entry may carry: short facts, never payloads. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Where events are told. `event` is a fixed hyphenated name; what varies goes into fields.
 *
 * Fields that {@link allowedFields} does not list are dropped by every log of this package: deny by default.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** The importance of an entry. */
export type LogLevel = keyof Log;

/** The fields that may be logged. Names, amounts, addresses, bodies and secrets are not among them. */
export const allowedFields: ReadonlySet<string> = new Set([
  'provider',
  'operation',
  'outcome',
  'kind',
  'reason',
  'code',
  'status',
  'attempt',
  'durationMs',
  'delayMs',
  'event',
  'field',
  'rule',
  'word',
  'order',
  'effect',
  'reference',
  'state',
  'job',
  'count',
  'port',
  'process',
  'version',
  'fingerprint',
  'list',
  'ageMs',
  'where',
  'error',
]);

const MAX_TEXT = 200;

/** Keeps the listed fields, with control characters removed and long text cut. */
export function redactFields(fields: LogFields): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || !allowedFields.has(name)) continue;
    // oxlint-disable-next-line no-control-regex -- control characters forge log lines
    kept[name] = typeof value === 'string' ? value.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').slice(0, MAX_TEXT) : value;
  }
  return kept;
}

/** A log that writes one JSON object per entry. */
export function jsonLog(write: (line: string) => void, clock: Clock, least: LogLevel = 'info'): Log {
  const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };
  const entry = (level: LogLevel) => (event: string, fields?: LogFields) => {
    if (ranks[level] < ranks[least]) return;
    write(JSON.stringify({ at: new Date(clock.now()).toISOString(), level, event, ...redactFields(fields ?? {}) }));
  };
  return { debug: entry('debug'), info: entry('info'), warn: entry('warn'), error: entry('error') };
}

/** A log that says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

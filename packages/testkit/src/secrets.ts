import { Secret } from '@rielrails/kit';

/** The texts behind the named fields of a configuration. */
export function secretTexts(config: unknown, fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => textsOf(at(config, field.split('.')))).filter((text) => text.length >= 8);
}

/** A copy of a configuration in which one field is another value; `undefined` leaves it out. */
export function withField<Config>(config: Config, field: string, value: unknown): Config {
  return replace(config, field.split('.'), value) as Config;
}

/** A copy of a configuration whose empty fields hold what stands in a whole one. */
export function withoutGaps(config: unknown, whole: unknown, fields: readonly string[]): unknown {
  return fields.reduce((filled, field) => {
    const path = field.split('.');
    return at(filled, path) ? filled : withField(filled, field, at(whole, path));
  }, config);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), value);
}

function replace(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const record = isRecord(value) ? value : {};
  if (rest.length === 0 && replacement === undefined) {
    const { [key]: _left, ...kept } = record;
    return kept;
  }
  return { ...record, [key]: replace(record[key], rest, replacement) };
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Secret) return [value.reveal()];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isRecord(value) ? Object.values(value).flatMap(textsOf) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

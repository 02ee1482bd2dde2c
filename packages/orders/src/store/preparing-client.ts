import { Client } from 'pg';

/** Statements beyond these are sent as they are: the server keeps every prepared one per connection. */
const MOST_STATEMENTS = 200;

/** Our statements are few and fixed; each has one name in this process. */
const names = new Map<string, string>();

/**
 * A connection that lets the server parse and plan each statement once.
 *
 * A prepared statement survives a migration as long as it names its columns: `select *` would fail then.
 */
export class PreparingClient extends Client {
  constructor(config?: ConstructorParameters<typeof Client>[0]) {
    super(config);
    // The server says FATAL and hangs up: a pool that hears of the query alone would hand this connection out once more.
    this.connection.on('errorMessage', ({ severity }: { readonly severity?: string }) => {
      if (severity === 'FATAL' || severity === 'PANIC') void this.end().catch(() => {});
    });
  }

  override query(...input: never[]): never {
    const [text, values] = input as unknown as [unknown, unknown];
    const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : null;
    const send = super.query.bind(this) as unknown as (...parts: unknown[]) => never;
    return name === null ? send(...input) : send({ name, text, values }, ...input.slice(2));
  }
}

function nameOf(text: string): string | null {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= MOST_STATEMENTS) return null;
  const name = `rielrails-${names.size + 1}`;
  names.set(text, name);
  return name;
}

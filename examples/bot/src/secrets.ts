import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { z } from 'zod';

/**
 * Where a secret is: a file that only this user may read, a systemd credential, or, in the sandbox only, a variable of
 * the environment.
 */
export const secretSource = z.union([
  z.strictObject({ file: z.string().startsWith('/', 'expected an absolute path') }),
  z.strictObject({ credential: z.string().regex(/^[\w.-]{1,100}$/) }),
  z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/) }),
]);

/** Where one secret is. */
export type SecretSource = z.infer<typeof secretSource>;

/** Reads one secret. */
export type ReadSecret = (source: SecretSource) => Secret;

/**
 * Makes the reader of secrets.
 *
 * @throws InputError from each read that names what is missing or open to others; never the secret.
 */
export function secretReader(mode: 'sandbox' | 'live', env: Readonly<Record<string, string | undefined>>): ReadSecret {
  return (source) => {
    if ('env' in source) {
      if (mode === 'live')
        throw new InputError(
          'secret',
          'no-env',
          `${source.env}: live mode reads secrets from files or credentials only`,
        );
      return secret(env[source.env] ?? '', source.env);
    }
    if ('file' in source) return secret(readPrivate(source.file), source.file);
    const directory = env['CREDENTIALS_DIRECTORY'];
    if (!directory) throw new InputError('secret', 'missing', `${source.credential}: systemd gave no credentials`);
    return secret(readText(join(directory, source.credential)), source.credential);
  };
}

function readPrivate(file: string): string {
  const text = readText(file);
  if ((statSync(file).mode & 0o077) !== 0)
    throw new InputError('secret', 'open-to-others', `${file}: others may read it; chmod 600`);
  return text;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new InputError('secret', 'missing', `${file}: cannot be read`);
  }
}

function secret(text: string, name: string): Secret {
  const trimmed = text.trim();
  if (trimmed === '') throw new InputError('secret', 'missing', `${name}: is empty`);
  return new Secret(trimmed);
}

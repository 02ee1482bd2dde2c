import { ProviderError } from '@rielrails/core';
import { z } from 'zod';
import { Secret } from './secret.ts';

/**
 * Reads a configuration strictly: an unknown, missing or malformed field is a `config` fault that names the field and
 * the rule, never the value.
 *
 * @throws ProviderError of kind `config`.
 */
export function readConfig<T>(provider: string, schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'config'}: ${describe(issue)}`);
  throw new ProviderError({ kind: 'config', provider, message: `${provider} configuration: ${problems.join('; ')}` });
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  return issue.message;
}

/** A schema for a secret: a {@link Secret}, or a text of at least `minLength` characters that becomes one. */
export function secretSchema(minLength = 1): z.ZodType<Secret> {
  return z.union([
    z.instanceof(Secret),
    z
      .string()
      .min(minLength, `expected at least ${minLength} characters`)
      .transform((text) => new Secret(text)),
  ]);
}

/** A schema for a secret of a known form. A text of another form is refused with the rule, and never repeated. */
export function formedSecretSchema(form: RegExp, rule: string): z.ZodType<Secret> {
  return z
    .union([z.string(), z.instanceof(Secret).transform((secret) => secret.reveal())])
    .pipe(z.string().regex(form, { message: rule, abort: true }))
    .transform((text) => new Secret(text));
}

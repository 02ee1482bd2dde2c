import { createHash } from 'node:crypto';

/** SHA-512 over the sorted, non-empty fields and the secret: "About the Sign". */
export function sign(fields: ReadonlyMap<string, string>, names: ReadonlySet<string>, secret: string): string {
  const pairs: string[] = [];
  for (const name of [...fields.keys()].sort()) {
    const value = fields.get(name);
    if (name !== 'sign' && names.has(name) && value) pairs.push(`${name}=${value}`);
  }
  return createHash('sha512')
    .update(`${pairs.join('&')}&key=${secret}`, 'utf8')
    .digest('hex')
    .toUpperCase();
}

/** AEON's sample verifies without regard to case, and takes nothing but hexadecimal digits. */
export function verifies(given: string, expected: string): boolean {
  return /^[0-9a-fA-F]{128}$/.test(given) && given.toUpperCase() === expected;
}

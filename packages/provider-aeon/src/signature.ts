import { digest, equalInConstantTime, toHex } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';

/** Fields as their text is sent or received. */
export type AeonFields = Readonly<Record<string, string | undefined>>;

/**
 * The text that a signature covers ("About the Sign"): `name=value` of the named fields that are not empty, in the order
 * of their names, joined by `&`. The secret follows as `&key=…`.
 */
export function signedText(fields: AeonFields, names: readonly string[]): string {
  return names
    .filter((name) => fields[name])
    .toSorted()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
}

/** SHA-512 in upper-case hex. */
export function signatureOf(text: string, secret: Secret): string {
  return toHex(digest('sha512', `${text}&key=${secret.reveal()}`)).toUpperCase();
}

/** Whether one of the secrets made this signature. AEON's sample compares without regard to case; so does this. */
export function isSigned(text: string, signature: string, secrets: readonly Secret[]): boolean {
  return secrets
    .map((secret) => equalInConstantTime(signatureOf(text, secret), signature.toUpperCase()))
    .some((matches) => matches);
}

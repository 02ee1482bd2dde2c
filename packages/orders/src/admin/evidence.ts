import { InputError } from '@rielrails/core';

/** What people read off a receipt, a statement or a chain, so that somebody else can find it again. */
export function assertEvidence(field: string, text: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9 ./-]{2,63}$/.test(text))
    throw new InputError(
      field,
      'malformed',
      'expected the reference on the receipt: 3 to 64 letters, digits, spaces, points, slashes or dashes',
    );
}

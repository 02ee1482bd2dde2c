import type { Instant, Reference } from '@rielrails/core';
import { equalInConstantTime, hmac, Secret, toHex } from '@rielrails/kit';

/** Links to the upload page: who has one may hand in documents for one case, until it ends. */
export interface Links {
  linkTo(reference: Reference, expiresAt: Instant): string;
  /** Whether we made this proof for this case, and it has not ended. */
  holds(reference: string, proof: string, now: Instant): boolean;
}

/** Makes links that prove themselves: nothing of them is kept. */
export function createLinks(publicUrl: string, documentKey: Secret): Links {
  const key = new Secret(toHex(hmac('sha256', documentKey, 'rielrails kyc-manual: links')));
  const mac = (reference: string, expiresAt: string) => toHex(hmac('sha256', key, `${reference}\n${expiresAt}`));
  return {
    linkTo: (reference, expiresAt) =>
      `${publicUrl}/kyc/${reference}?k=${expiresAt}.${mac(reference, String(expiresAt))}`,
    holds(reference, proof, now) {
      const [, expiresAt = '', given = ''] = /^([1-9][0-9]{0,15})\.([0-9a-f]{64})$/.exec(proof) ?? [];
      return equalInConstantTime(given, mac(reference, expiresAt)) && Number(expiresAt) > now;
    },
  };
}

import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { failure } from './answers.ts';
import { findErrors, invalidData, readFields } from './form.ts';
import type { FieldRule, Received } from './form.ts';
import type { House } from './house.ts';
import { isSigned } from './signing.ts';
import type { SignedKind } from './signing.ts';

export const time: FieldRule = { required: true, form: /^[0-9]{14}$/ };
export const hash: FieldRule = { required: true };
export const merchant: FieldRule = { required: true, maxLength: 30 };
export const tranId: FieldRule = { required: true, maxLength: 20, form: /^[A-Za-z0-9-]+$/ };
/** The fields of every request about one transaction. */
export const lookupRules: Readonly<Record<string, FieldRule>> = {
  req_time: time,
  merchant_id: merchant,
  tran_id: tranId,
  hash,
};

/** How an endpoint refuses before it looks at what is wanted. */
export interface Refusals {
  wrongHash(): Response;
  unknownMerchant(): Response;
  /** Absent where the page of the endpoint lists no code for a caller who is not on the list. */
  notListed?(): Response;
}

/** Refusals with numbers for codes. */
export function numeric(wrongHash: number, unknownMerchant: number, merchantStatus = 403): Refusals {
  return {
    wrongHash: () => failure(wrongHash, 403, 'Wrong Hash.'),
    unknownMerchant: () => failure(unknownMerchant, merchantStatus, 'Invalid merchant profile.'),
  };
}

/** What an endpoint takes. */
export interface Entrance {
  readonly signed: SignedKind;
  readonly rules: Readonly<Record<string, FieldRule>>;
  readonly refusals: Refusals;
  /** Takes forms beside JSON. */
  readonly forms?: boolean;
}

/** Opens an endpoint: it looks at the form, the merchant, the signature and the caller, in this order. */
export function guarded(
  house: House,
  { signed, rules, refusals, forms = false }: Entrance,
  handle: (fields: Received, request: EmulatedRequest) => Response,
): Route['handle'] {
  const { config, profile } = house;
  return async (request) => {
    const fields = await readFields(request, forms);
    if (!fields) return invalidData({ body: ['The body could not be read.'] });
    const errors = findErrors(fields, rules);
    if (errors) return invalidData(errors);
    if (fields.get('merchant_id') !== config.merchantId) return refusals.unknownMerchant();
    if (!isSigned(signed, fields, config.apiKey)) return refusals.wrongHash();
    if (!profile.callerListed && refusals.notListed) return refusals.notListed();
    return handle(fields, request);
  };
}

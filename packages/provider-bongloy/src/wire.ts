import { isProviderError } from '@rielrails/core';
import type { CallContext, ProviderError } from '@rielrails/core';
import { createWire, digitsField, faultOfCode, member, tryJson } from '@rielrails/kit';
import type { CodeTable, Json, Runtime, WireAnswer } from '@rielrails/kit';
import { z } from 'zod';
import { BONGLOY } from './config.ts';
import type { BongloySettings } from './config.ts';

const whole = digitsField.pipe(z.string().regex(/^\d{1,15}$/)).transform(BigInt);
/** The recordings of 2015 have no status: what failed was an error then. */
const status = z
  .string()
  .nullish()
  .transform((word) => word ?? 'succeeded');
const metadata = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((pairs) => pairs ?? {});

const refundSchema = z.object({
  id: z.string(),
  charge: z.string(),
  amount: whole,
  currency: z.string(),
  status,
  metadata,
});
const disputeSchema = z.object({ id: z.string(), amount: whole, status: z.string(), created: whole });

/** What is read of Bongloy's objects, by their names. Amounts are in the smallest unit of the wire, times in seconds. */
export const objects = {
  refund: refundSchema,
  dispute: disputeSchema,
  charge: z.object({
    id: z.string(),
    livemode: z.boolean().nullish(),
    created: whole,
    amount: whole,
    amount_refunded: whole.nullish().transform((amount) => amount ?? 0n),
    currency: z.string(),
    captured: z.boolean(),
    status,
    description: z.string().nullish(),
    metadata,
    // A bare list in 2018, an envelope later, and not there at all in 2015.
    refunds: z
      .union([z.array(refundSchema), z.object({ data: z.array(refundSchema) }).transform(({ data }) => data)])
      .nullish()
      .transform((list) => list ?? []),
    dispute: z.union([z.string(), disputeSchema]).nullish(),
  }),
  token: z.object({ id: z.string(), used: z.boolean() }),
  customer: z.object({ id: z.string(), email: z.string().nullish(), description: z.string().nullish() }),
  card: z.object({ id: z.string(), brand: z.string().nullish(), last4: z.string() }),
};

/** A charge as it was read. */
export type Charge = z.infer<typeof objects.charge>;
/** A refund as it was read. */
export type ChargeRefund = z.infer<typeof refundSchema>;
/** A dispute as it was read. */
export type Dispute = z.infer<typeof disputeSchema>;

/** Pages of an object: `has_more` says whether one follows. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<{ readonly data: readonly T[]; readonly has_more: boolean }> {
  return z.object({ data: z.array(item), has_more: z.boolean() });
}

/** Codes, then types, then statuses: the first that is listed decides. Codes are Stripe's; no list of Bongloy's is public. */
const meanings: CodeTable = {
  card_declined: ['declined', 'the card was declined'],
  expired_card: ['declined', 'the card has expired'],
  incorrect_cvc: ['declined', 'the security code is wrong'],
  insufficient_funds: ['declined', 'the card has not enough money'],
  card_error: ['declined', 'the card was refused'],
  token_already_used: ['duplicate', 'this token was used before'],
  idempotency_error: ['duplicate', 'this idempotency key was used before'],
  charge_already_refunded: ['conflict', 'nothing is left to refund'],
  charge_already_captured: ['conflict', 'already captured'],
  charge_disputed: ['conflict', 'the charge is disputed'],
  resource_missing: ['not-found', 'there is no such object'],
  '400': ['invalid', 'the request breaks a rule'],
  '401': ['config', 'the key is not accepted'],
  '402': ['declined', 'the card was refused'],
  '403': ['config', 'the key may not do this'],
  '404': ['not-found', 'there is no such object'],
  '409': ['duplicate', 'the same request is under way'],
  '422': ['invalid', 'the request breaks a rule'],
  '429': ['throttled', 'too many requests'],
};

/** A "no" in one of the two shapes, `error` and the older `errors`. A page of something in front of Bongloy is neither. */
function explain(httpStatus: number, text: string): ProviderError | null {
  const body = tryJson(text);
  const [error, errors] = [member(body, 'error'), member(body, 'errors')];
  const mute = httpStatus === 401 || httpStatus === 429;
  if (httpStatus < 400 || httpStatus >= 500 || (error === undefined && errors === undefined && !mute)) return null;
  const names = typeof errors === 'object' && errors !== null ? Object.keys(errors) : [member(error, 'param')];
  const fields = names.filter((name): name is string => typeof name === 'string' && /^[a-z_[\]]{1,40}$/.test(name));
  const detail = fields.length === 0 ? '' : ` (${fields.slice(0, 10).join(', ')})`;
  const words: readonly (Json | undefined)[] = [member(error, 'code'), member(error, 'type'), String(httpStatus)];
  for (const word of words) {
    const fault = typeof word === 'string' ? faultOfCode(BONGLOY, 'api', word, meanings, detail) : null;
    if (fault) return fault;
  }
  return null;
}

/** The way to Bongloy. */
export interface BongloyWire {
  /** `null`: there is no such object. Safe to repeat. */
  find<T>(operation: string, path: string, schema: z.ZodType<T>, context?: CallContext): Promise<T | null>;
  /** Sent once. `key` makes a repeat harmless where Bongloy heeds it; nothing here relies on that. */
  post<T>(operation: string, path: string, schema: z.ZodType<T>, sent: Sent, context?: CallContext): Promise<T>;
}

interface Sent {
  readonly fields: Readonly<Record<string, string>>;
  readonly key?: string;
}

/** Opens the way to Bongloy. No I/O happens before the first call. */
export function createBongloyWire({ secretKey }: BongloySettings, runtime: Runtime): BongloyWire {
  const baseUrl = 'https://api.bongloy.com/v1';
  const wire = createWire({ provider: BONGLOY, baseUrl, runtime, timeoutMs: 30_000, explain });
  const headersWith = (key?: string) => ({
    authorization: `Bearer ${secretKey.reveal()}`,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  });
  return {
    async find(operation, path, schema, context) {
      const parse = (answer: WireAnswer) => schema.parse(answer.json());
      const call = { operation, method: 'GET', path, headers: headersWith(), parse } as const;
      return wire.read(call, context).catch((error: unknown) => {
        if (isProviderError(error) && error.fault.kind === 'not-found') return null;
        throw error;
      });
    },
    async post(operation, path, schema, { fields, key }, context) {
      const parse = (answer: WireAnswer) => schema.parse(answer.json());
      const body = new URLSearchParams(fields);
      return wire.write({ operation, method: 'POST', path, headers: headersWith(key), body, parse }, context);
    },
  };
}

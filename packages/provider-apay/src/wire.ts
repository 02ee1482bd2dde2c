import { KHR, ProviderError } from '@rielrails/core';
import type { CallContext, Money } from '@rielrails/core';
import {
  createWire,
  digitsField,
  faultOfCode,
  member,
  parseAmount,
  plainDecimal,
  stringifyJson,
  tryJson,
} from '@rielrails/kit';
import type { CodeTable, Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { APAY } from './config.ts';
import type { ApaySettings } from './config.ts';

/** A deposit or withdrawal as "Deposit info" and "Withdrawal info" tell it. */
export interface OrderRecord extends Readonly<Record<'order_id' | 'status' | 'payment_system', string>> {
  readonly amount: Money<'KHR'>;
  readonly custom_transaction_id?: string | null | undefined;
}

/** A-Pay's API, call by call. */
export interface ApayWire {
  /** Asks for a deposit. `where`: the page of `ababank`, the account of `wing_l`. */
  createDeposit(
    body: { readonly payment_system: 'ababank' | 'wing_l' },
    context: CallContext,
  ): Promise<{ readonly orderId: string; readonly where: string }>;
  /** Hands in the payer's transaction id. A deposit that was activated before is a success too (code 201). */
  activate(orderId: string, body: object, context: CallContext): Promise<void>;
  /** @throws ProviderError of kind `invalid` for what is no order id. */
  order(kind: 'deposit' | 'withdrawal', orderId: string | undefined, context?: CallContext): Promise<OrderRecord>;
}

/** A-Pay's name for a deposit or withdrawal. */
export const orderIdForm: RegExp = /^[0-9a-f]{16}$/;

const success = z.literal(true);
const order_id = z.string().regex(orderIdForm);
const createdDeposit = {
  ababank: z
    .object({ success, order_id, data: z.object({ paymentpage_url: z.string().regex(/^https:\/\/\S{1,2000}$/) }) })
    .transform(({ order_id: orderId, data }) => ({ orderId, where: data.paymentpage_url })),
  wing_l: z
    .object({ success, order_id, data: z.object({ receiver_account_number: z.string().min(1).max(64) }) })
    .transform(({ order_id: orderId, data }) => ({ orderId, where: data.receiver_account_number })),
};
const orderRecord: z.ZodType<OrderRecord> = z.object({
  success,
  order_id,
  status: z.string(),
  amount: digitsField.transform((text) => parseAmount(plainDecimal(text), KHR)),
  currency: z.literal('KHR'),
  payment_system: z.string(),
  custom_transaction_id: z.string().nullish(),
});

/** "Errors": sentences, without their exact letters, and one code for all of them. */
const sentences: CodeTable = {
  'payment system data is not valid': ['invalid', 'the data of the payment method is not valid'],
  'required field missing': ['invalid', 'a required field is missing'],
  'no payment system found': ['declined', 'this payment method is not enabled for the project'],
  'amount of deposit is out of limits': ['declined', 'the amount is outside the limits of the project'],
  'transaction failed': ['declined', 'A-Pay did not take it'],
  'there are no active end accounts': ['declined', 'no account can receive at the moment'],
};

/** Opens the wire. */
export function createApayWire({ baseUrl, apiKey, projectId }: ApaySettings, runtime: Runtime): ApayWire {
  const wire = createWire({ provider: APAY, baseUrl, runtime, explain });
  const to = (operation: string, orderId?: string) => ({
    operation,
    path: `/Remotes/${operation}?project_id=${projectId}${orderId === undefined ? '' : `&order_id=${orderId}`}`,
    headers: { apikey: apiKey.reveal(), 'content-type': 'application/json' },
  });
  const post = (body: object) => ({ method: 'POST', body: stringifyJson(body) }) as const;
  return {
    createDeposit(body, context) {
      const answered = createdDeposit[body.payment_system];
      const call = { ...to('create-deposit'), ...post(body) };
      return wire.write({ ...call, parse: (answer) => answered.parse(answer.json()) }, context);
    },
    activate(orderId, body, context) {
      const answered = z.object({ success, order_id: z.literal(orderId) });
      const call = { ...to('deposit-activate', orderId), ...post(body) };
      return wire.write({ ...call, parse: (answer) => void answered.parse(answer.json()) }, context);
    },
    async order(kind, orderId = '', context) {
      if (!orderIdForm.test(orderId))
        throw refusal('invalid', `${kind}: its order id is needed, the handle of a payment`);
      const answered = orderRecord.refine((record) => record.order_id === orderId);
      const call = { ...to(`${kind}-info`, orderId), method: 'GET' } as const;
      return wire.read({ ...call, parse: (answer) => answered.parse(answer.json()) }, context);
    },
  };
}

/** `{success: false, message, code}` comes with 200 or 400. A sentence that nobody listed proves nothing. */
function explain(status: number, body: string): ProviderError | null {
  if (status === 401 || status === 403) return refusal('config', 'api: the key or the project is not accepted');
  if (status === 429) return refusal('throttled', 'api: too many calls');
  const answer = tryJson(body);
  if (status >= 500 || member(answer, 'success') !== false) return null;
  const message = member(answer, 'message');
  const said = typeof message === 'string' ? message.toLowerCase() : '';
  const sentence = Object.keys(sentences).find((one) => said.includes(one)) ?? '';
  return (
    faultOfCode(APAY, 'api', sentence, sentences) ?? refusal('unavailable', 'api: said no in words that nobody listed')
  );
}

/** A fault of ours or of A-Pay's, by its rule. */
export function refusal(
  kind: 'config' | 'invalid' | 'conflict' | 'throttled' | 'unavailable',
  rule: string,
): ProviderError {
  return new ProviderError({ kind, provider: APAY, message: `${APAY} ${rule}` });
}

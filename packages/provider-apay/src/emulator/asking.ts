import { fromUtf8, JsonNumber, parseJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';

/** What is wrong with a request, in the words of "Errors". */
export class ApayRefusal extends Error {
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.name = 'ApayRefusal';
    this.status = status;
  }
}

/** The sentences of "Errors". Their exact letters are not documented. */
export const sentences = {
  data: 'Payment system data is not valid',
  missing: 'Required field missing',
  noMethod: 'No payment system found with such params or payment system is disabled',
  limits: 'Amount of deposit is out of limits',
  failed: 'Transaction failed',
  noAccounts: 'There are no active end accounts',
} as const;

type Fields = { readonly [name: string]: Json };

/** The currencies of the OpenAPI file. */
const currencies: ReadonlySet<string> = new Set('INR BDT PKR KES UZS MMK TND BRL MXN KHR NPR'.split(' '));

/** A deposit as it was asked for, checked field by field. */
export interface AskedDeposit {
  readonly amount: bigint;
  readonly method: string;
  readonly customUserId: string;
  readonly customTransactionId: string | null;
  readonly returnUrl: string | null;
}

/** Reads the body of "Create deposit". @throws ApayRefusal */
export function readAskedDeposit(body: Uint8Array, webhookId: string): AskedDeposit {
  const fields = readObject(body);
  const method = required(text(fields['payment_system']));
  const customUserId = required(text(fields['custom_user_id'], 200));
  const data = required(object(fields['data']));
  const { amount: asked } = fields;
  // The type is integer: a number with a fraction, or a text, is none.
  if (!(asked instanceof JsonNumber) || !/^[1-9]\d{0,11}$/.test(asked.text)) throw new ApayRefusal(sentences.missing);
  if (!currencies.has(required(text(fields['currency'])))) throw new ApayRefusal(sentences.missing);
  if (fields['currency'] !== 'KHR' || (method !== 'ababank' && method !== 'wing_l'))
    throw new ApayRefusal(sentences.noMethod);
  const hook = fields['webhook_id'];
  if (hook !== undefined && (hook instanceof JsonNumber ? hook.text : hook) !== webhookId)
    throw new ApayRefusal(sentences.missing);
  const label = fields['custom_transaction_id'];
  const returnUrl = method === 'ababank' ? text(data['return_url'], 512) : null;
  if (method === 'ababank' && (returnUrl === null || !URL.canParse(returnUrl))) throw new ApayRefusal(sentences.data);
  return {
    amount: BigInt(asked.text),
    method,
    customUserId,
    customTransactionId: label === undefined ? null : required(text(label, 200)),
    returnUrl,
  };
}

/** Reads the body of "Deposit activate" for `wing_l`: the payer's transaction id. @throws ApayRefusal */
export function readKey(body: Uint8Array): string {
  const fields = readObject(body);
  const data = required(object(fields['data']));
  if (fields['payment_system'] !== 'wing_l') throw new ApayRefusal(sentences.noMethod);
  const key = text(data['key'], 20);
  if (key === null) throw new ApayRefusal(sentences.data);
  return key;
}

function readObject(body: Uint8Array): Fields {
  try {
    return required(object(parseJson(fromUtf8(body))));
  } catch {
    throw new ApayRefusal(sentences.missing);
  }
}

function required<T>(value: T | null): T {
  if (value === null) throw new ApayRefusal(sentences.missing);
  return value;
}

function text(value: Json | undefined, most = 64): string | null {
  return typeof value === 'string' && value.length >= 1 && value.length <= most ? value : null;
}

function object(value: Json | undefined): Fields | null {
  const isObject =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
  return isObject ? (value as Fields) : null;
}

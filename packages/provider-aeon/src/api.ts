import { isInputError, ProviderError } from '@rielrails/core';
import type { CallContext, Reference } from '@rielrails/core';
import { createWire, digitsField, faultOfCode, member, parseAmount, stringifyJson, tryJson } from '@rielrails/kit';
import type { CodeTable, Runtime, WireAnswer } from '@rielrails/kit';
import { z } from 'zod';
import { AEON, aeonAssets } from './config.ts';
import type { AeonPayType, AeonSettings } from './config.ts';
import { signatureOf, signedText } from './signature.ts';
import type { AeonFields } from './signature.ts';

/** Every parameter of "Create Order" and "Create Order Bot (Telegram)" beside `appId` and `sign`, in AEON's words. */
export interface AeonOrderFields {
  /** Digits only, unique for ever. */
  readonly merchantOrderNo: string;
  /** In whole units with the currency's decimals: `25.50`. */
  readonly orderAmount: string;
  readonly payCurrency: string;
  readonly userId: string;
  readonly paymentTokens?: string | undefined;
  readonly paymentExchange?: string | undefined;
  readonly redirectURL?: string | undefined;
  readonly callbackURL?: string | undefined;
  /** The text of a JSON object; for `BOT` with the texts `botName`, `chatId` and `orderDetail`. */
  readonly customParam?: string | undefined;
  /** Seconds, at most 172800. */
  readonly expiredTime?: string | undefined;
  readonly payType?: AeonPayType | undefined;
  readonly paymentNetworks?: string | undefined;
  /** `RECHARGE` takes any amount and calls it paid: not for a purchase. */
  readonly orderModel?: 'ORDER' | 'RECHARGE' | undefined;
  /** Present: the order is a Telegram order. */
  readonly tgModel?: 'BROWSER' | 'MINIAPP' | 'BOT' | undefined;
}

/** The parameters of "API for Refund" beside `appId` and `sign`. */
export interface AeonRefundFields {
  readonly merchantOrderNo: string;
  readonly walletAddress: string;
  /** In dollars. */
  readonly refundAmount: string;
  readonly refundToken: string;
  readonly refundNetwork: string;
  /** Ours; a second refund under it is refused. */
  readonly refundOrderNo?: string | undefined;
  readonly email?: string | undefined;
  readonly refundReason?: string | undefined;
  readonly memo?: string | undefined;
}

/** The answer to an order. `webUrl` is where the payer goes: a page, or the address of AEON's payment bot. */
export interface AeonCreated {
  readonly orderNo: string;
  readonly webUrl: string;
}

/** What "Query Order" tells, in AEON's words. Empty fields are absent. */
export interface AeonOrder {
  readonly orderNo: string;
  readonly merchantOrderNo: string;
  readonly orderStatus: string;
  readonly orderCurrency: string;
  /** In units or in cents: the documents disagree. */
  readonly orderAmount: string;
  /** What the token was worth in USDT, and the order's currency in dollars. */
  readonly payCryptoRate?: string | undefined;
  readonly payFiatRate?: string | undefined;
  /** What was really sent. */
  readonly payCryptoCurrency?: string | undefined;
  readonly payCryptoVolume?: string | undefined;
  readonly payCryptoNetwork?: string | undefined;
  /** The deposit address, and the transaction's hash. */
  readonly address?: string | undefined;
  readonly hxAddress?: string | undefined;
  readonly failReason?: string | undefined;
  readonly fee?: string | undefined;
  /** In UTC+8. */
  readonly payTime?: string | undefined;
  /** The payer's address, for connected wallets only. */
  readonly fromAddress?: string | undefined;
  readonly customParam?: unknown;
}

/** Whether a parameter is signed, its greatest length, and its form. Unsigned ones are protected by TLS alone. */
type Rules = Readonly<Record<string, readonly [signed: boolean, maxLength: number, form?: RegExp]>>;

const plain = /^[^&\s]+$/;
const orderRules: Rules = {
  appId: [true, 64],
  merchantOrderNo: [true, 64, /^\d+$/],
  orderAmount: [true, 64],
  payCurrency: [true, 64, plain],
  userId: [true, 128, plain],
  paymentTokens: [true, 128, plain],
  paymentExchange: [true, 512, plain],
  redirectURL: [false, 512],
  callbackURL: [false, 512],
  customParam: [false, 512],
  expiredTime: [false, 32, /^\d{1,6}$/],
  payType: [false, 32],
  paymentNetworks: [false, 32, plain],
  orderModel: [false, 32],
  tgModel: [false, 32],
};
const refundRules: Rules = {
  appId: [true, 64],
  merchantOrderNo: [true, 64, /^\d+$/],
  walletAddress: [true, 64, plain],
  refundAmount: [true, 32, /^\d+(\.\d{1,2})?$/],
  refundToken: [true, 32, plain],
  refundNetwork: [true, 32, plain],
  refundOrderNo: [false, 64],
  email: [false, 64],
  refundReason: [false, 64],
  memo: [false, 64],
};

/** "Return Code List". */
const codes: CodeTable = {
  '1': ['vague', 'payment exception'],
  '8000': ['invalid', 'a parameter breaks a rule'],
  '8003': ['invalid', 'content type'],
  '8004': ['invalid', 'the body is no JSON'],
  '8007': ['config', 'wrong signature: check appId, secret and environment'],
  '8011': ['duplicate', 'this order number was used before'],
  '8012': ['config', 'the address of this server is not on the list'],
  '8013': ['config', 'the currency is not set up for this merchant'],
  '8029': ['not-found', 'AEON does not know this order'],
  '8031': ['conflict', 'nothing was paid'],
  '8033': ['duplicate', 'this refund was applied for before'],
  '8034': ['duplicate', 'this refund number was used before'],
  '8035': ['declined', 'the order is settled: AEON does not hold its money any more'],
  '8036': ['conflict', 'another refund of this order is under way'],
  '8037': ['invalid', 'a refund must exceed 1 USD'],
};

const envelope = z.object({ code: digitsField, error: z.boolean().nullish(), model: z.unknown() });
const created: z.ZodType<AeonCreated> = z.object({
  orderNo: digitsField,
  webUrl: z.string().regex(/^(https?|tg):\/\/\S+$/),
});
const told = digitsField.nullish().transform((text) => text || undefined);
const order: z.ZodType<AeonOrder> = z.object({
  orderNo: digitsField,
  merchantOrderNo: digitsField,
  orderStatus: z.string(),
  orderCurrency: z.string(),
  orderAmount: digitsField,
  payCryptoRate: told,
  payFiatRate: told,
  payCryptoCurrency: told,
  payCryptoVolume: told,
  payCryptoNetwork: told,
  address: told,
  hxAddress: told,
  failReason: told,
  fee: told,
  payTime: told,
  fromAddress: told,
  customParam: z.unknown(),
});

const hosts = {
  sandbox: 'https://sbx-crypto-payment-api.aeon.xyz',
  production: 'https://crypto-payment-api.aeon.xyz',
} as const;

/**
 * AEON's endpoints as functions: checked, signed, sent, read. They throw `ProviderError`.
 *
 * `createOrder` and `refund` are sent once; after `unknown` look up, never send a new number.
 */
export interface AeonApi {
  createOrder(fields: AeonOrderFields, context?: CallContext): Promise<AeonCreated>;
  /** `null`: AEON does not know the number. */
  query(merchantOrderNo: Reference, context?: CallContext): Promise<AeonOrder | null>;
  refund(fields: AeonRefundFields, context?: CallContext): Promise<void>;
}

/** Opens the endpoints. No I/O happens before the first call. */
export function openAeonApi({ appId, secret, environment }: AeonSettings, runtime: Runtime): AeonApi {
  /** One endpoint. `rules` say which of the fields are signed. */
  function endpoint<T>(operation: string, path: string, rules: Rules, parse: (model: unknown, code: string) => T) {
    const unknownOrder = (code: string) => operation === 'query' && code === '8029';
    const wire = createWire({ provider: AEON, baseUrl: hosts[environment], runtime, explain });

    function explain(status: number, body: string): ProviderError | null {
      // A server error may come after the work was done, whatever it says.
      if (status >= 500) return null;
      const code = digitsField.safeParse(member(tryJson(body), 'code')).data ?? '';
      if (status === 429)
        return new ProviderError({
          kind: 'throttled',
          provider: AEON,
          message: `${AEON} ${operation}: too many calls`,
        });
      return unknownOrder(code) ? null : faultOfCode(AEON, operation, code, codes);
    }

    return {
      wire,
      call(fields: AeonFields) {
        const all = { appId, ...fields };
        const names = Object.keys(rules).filter((name) => rules[name]?.[0]);
        const body = stringifyJson({ ...all, sign: signatureOf(signedText(all, names), secret) });
        return {
          operation,
          method: 'POST',
          path,
          headers: { 'content-type': 'application/json' },
          body,
          // The status of a business error is not documented.
          successStatuses: operation === 'query' ? [400, 404] : [],
          parse(answer: WireAnswer): T {
            const { code, error, model } = envelope.parse(answer.json());
            if ((code !== '0' || error === true) && !unknownOrder(code)) throw new Error('an unfamiliar code');
            return parse(model, code);
          },
        } as const;
      },
    };
  }

  const web = endpoint('create-order', '/open/api/payment/V2', orderRules, (model) => created.parse(model));
  const telegram = endpoint('create-order', '/open/api/tg/payment/V2', orderRules, (model) => created.parse(model));
  const query = endpoint('query', '/open/api/payment/query', orderRules, (model, code) =>
    code === '0' ? order.parse(model) : null,
  );
  const refund = endpoint('refund', '/open/api/payment/refund', refundRules, () => undefined);

  return {
    async createOrder(fields, context) {
      checkOrder(fields);
      const { wire, call } = fields.tgModel === undefined ? web : telegram;
      return wire.write(call({ ...fields }), context);
    },
    query: (merchantOrderNo, context) => query.wire.read(query.call({ merchantOrderNo }), context),
    async refund(fields, context) {
      check(fields, refundRules);
      await refund.wire.write(refund.call({ ...fields }), context);
    },
  };
}

function checkOrder(fields: AeonOrderFields): void {
  check(fields, orderRules);
  const { payCurrency, orderAmount, expiredTime, customParam, tgModel } = fields;
  try {
    const { scale } = Object.entries(aeonAssets).find(([code]) => code === payCurrency)?.[1] ?? { scale: 8 };
    parseAmount(orderAmount, { code: payCurrency, scale }, { field: 'orderAmount' });
  } catch (error) {
    throw isInputError(error) ? invalid(error.message) : error;
  }
  if (Number(expiredTime ?? 1) < 1 || Number(expiredTime ?? 1) > 172_800)
    throw invalid('expiredTime: at most 48 hours ahead (172800 seconds)');
  if (customParam === undefined && tgModel !== 'BOT') return;
  const custom = tryJson(customParam ?? '');
  if (custom === undefined || !/^\s*\{/.test(customParam ?? ''))
    throw invalid('customParam: expected the text of a JSON object');
  for (const name of tgModel === 'BOT' ? ['botName', 'chatId', 'orderDetail'] : []) {
    if (!member(custom, name)) throw invalid(`customParam: BOT needs ${name}`);
  }
}

function check(fields: AeonOrderFields | AeonRefundFields, rules: Rules): void {
  for (const [name, value] of Object.entries(fields) as [string, string | undefined][]) {
    const [, maxLength, form] = rules[name] ?? [false, 0];
    if (value === undefined) continue;
    if (value === '' || value.length > maxLength) throw invalid(`${name}: expected 1 to ${maxLength} characters`);
    if (form && !form.test(value)) throw invalid(`${name}: has another form than AEON takes`);
  }
}

/** Our request breaks a rule. Names the field and the rule. */
export function invalid(rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: AEON, message: `${AEON} ${rule}` });
}

import { KHR, money, USD } from '@rielrails/core';
import type { Money, NonEmpty } from '@rielrails/core';
import { formatAmount, fromUtf8, JsonNumber, parseAmount, parseJson, toBase64, toHex, utf8 } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type {
  EmulatedPayer,
  EmulatedRequest,
  EmulatorContext,
  PaymentEmulator,
  Provenance,
  Route,
} from '@rielrails/kit/emulator';
import { asNumber, createBook, localTime, refundedOf } from './book.ts';
import type { PaymentResult, PaywayMethod, Transaction } from './book.ts';
import { callbackOf } from './callback.ts';
import type { CallbackDialect } from './callback.ts';
import { checkoutPage, resultPage } from './checkout-page.ts';
import { decode, findErrors, invalidData, readFields } from './form.ts';
import type { FieldRule, Received } from './form.ts';
import { scanKhqr, writeKhqr } from './khqr.ts';
import { createPortalKey } from './rsa.ts';
import { isSigned } from './signing.ts';
import type { signedFields } from './signing.ts';

/** What a merchant of the emulated PayWay is told: enough to configure an adapter. */
export interface PaywayEmulatorConfig {
  readonly merchantId: string;
  readonly apiKey: string;
  readonly environment: 'sandbox';
  readonly currencies: NonEmpty<'KHR' | 'USD'>;
  readonly callbackUrl: string;
  readonly refundPublicKey: string;
}

/** How this PayWay is set up. */
export interface PaywayEmulatorOptions {
  /** The currencies that the profile settles in, its own first. Default: riel. */
  readonly currencies?: NonEmpty<'KHR' | 'USD'>;
  /** Where the merchant says that callbacks go. Default: `https://shop.example/payway/callback`. */
  readonly callbackUrl?: string;
  /** The start of the addresses that payers open. Default: PayWay's sandbox host. */
  readonly checkoutUrl?: string;
  /** How callbacks look. Default: `short`. */
  readonly callbacks?: CallbackDialect;
  /** Repeats a callback once, ten seconds later, when the receiver did not answer 2xx. Default: no. */
  readonly retriesCallbacks?: boolean;
  /**
   * Behaves as PayWay's sandbox was measured instead of as it is documented: a used `tran_id` is taken again (and makes
   * no payment), a closed payment stays pending, and its card page still takes money.
   */
  readonly sandboxQuirks?: boolean;
  /** How long a new transaction is unknown to both lookups; up to 5000 was seen. Default: 0. */
  readonly visibleAfterMs?: number;
  /** Riel for a dollar when a payer's account is in the other currency. Default: 4100. */
  readonly khrPerUsd?: bigint;
}

/** How a payer of the emulated PayWay pays. */
export interface PaywayPayer extends EmulatedPayer {
  readonly amount?: Money;
  /** Default: `khqr`. */
  readonly method?: PaywayMethod;
  /** The currency of the payer's account. Default: the request's. */
  readonly currency?: 'KHR' | 'USD';
}

/** What a bank app says after scanning. */
export type PaywayScan =
  | { readonly outcome: 'paid'; readonly transaction: string; readonly amount: Money; readonly merchantName: string }
  | { readonly outcome: 'refused'; readonly message: string };

/** ABA PayWay on this machine. */
export interface PaywayEmulator extends PaymentEmulator<PaywayEmulatorConfig> {
  readonly payer: PaymentEmulator['payer'] & {
    pay(reference: string, options?: PaywayPayer): Promise<string>;
    /** The payer's card is declined. */
    decline(reference: string): Promise<void>;
  };
  /** A bank app scans a QR and pays what it asks for; another `amount` is refused, as the QR fixes it. */
  payByQr(qr: string, options?: PaywayPayer): Promise<PaywayScan>;
  /** Switches of the merchant's profile, as PayWay's staff would set them. */
  readonly profile: {
    /** Whether the caller's address is on the list. */
    callerListed: boolean;
    /** Whether the callback's domain is on the list. */
    callbackListed: boolean;
    refundsEnabled: boolean;
  };
}

const MINUTE_MS = 60_000;
const LINK_LIVES_MS = 180_000;
const CHECK_KNOWS_MS = 7 * 24 * 60 * MINUTE_MS;
const REFUND_WINDOW_MS = 30 * 24 * 60 * MINUTE_MS;
const DETAIL_CALLS_PER_MINUTE = 10;
const MERCHANT_NAME = 'RIELRAILS SANDBOX';

const payments = '/api/payment-gateway/v1/payments';
const time: FieldRule = { required: true, form: /^[0-9]{14}$/ };
const hash: FieldRule = { required: true };
const merchant: FieldRule = { required: true, maxLength: 30 };
const tranId: FieldRule = { required: true, maxLength: 20, form: /^[A-Za-z0-9-]+$/ };
const lookupRules = { req_time: time, merchant_id: merchant, tran_id: tranId, hash };

const templates =
  'template1 template1_color template2 template2_color template3_color template4 template4_color template5 template5_color template6_color';

const qrRules: Readonly<Record<string, FieldRule>> = {
  ...lookupRules,
  amount: { required: true, form: /^[0-9]+(\.[0-9]+)?$/ },
  currency: { required: true, form: /^(KHR|USD)$/i },
  payment_option: { required: true, form: /^(abapay_khqr|wechat|alipay)$/ },
  // 3 minutes to 120 days.
  lifetime: { form: /^([3-9]|[1-9][0-9]{1,4}|1[0-6][0-9]{4}|17[01][0-9]{3}|172[0-7][0-9]{2}|172800)$/ },
  qr_image_template: { required: true, form: new RegExp(`^(${templates.replaceAll(' ', '|')})$`) },
  first_name: { maxLength: 20 },
  last_name: { maxLength: 20 },
  email: { maxLength: 50, form: /^[^@\s]+@[^@\s]+$/ },
  phone: { maxLength: 20 },
  purchase_type: { form: /^(purchase|pre-auth)$/ },
  items: { maxLength: 500, encoded: { list: 10 } },
  callback_url: { maxLength: 255, encoded: 'url' },
  return_deeplink: { maxLength: 255, encoded: 'json' },
  custom_fields: { maxLength: 255, encoded: 'json' },
  payout: { maxLength: 255, encoded: { list: 10 } },
};

/** Rules of "Purchase" whose breach has a code of its own. */
const purchaseCodes: readonly (readonly [string, FieldRule, number])[] = [
  ['tran_id', tranId, 2],
  ['amount', { required: true, form: /^[0-9]+(\.[0-9]{1,2})?$/ }, 3],
  ['items', { maxLength: 500, encoded: { list: 10 } }, 13],
  ['firstname', { maxLength: 100, form: /^[\p{L} ]+$/u }, 16],
  ['lastname', { maxLength: 100, form: /^[\p{L} ]+$/u }, 17],
  ['phone', { maxLength: 20, form: /^[0-9+ ]+$/ }, 18],
  ['email', { maxLength: 50, form: /^[^@\s]+@[^@\s]+$/ }, 19],
  ['currency', { form: /^(KHR|USD)$/i }, 12],
  ['payment_option', { form: /^(cards|abapay_khqr|abapay_khqr_deeplink|alipay|wechat)$/ }, 23],
  ['return_url', { encoded: 'url' }, 48],
  ['return_deeplink', { encoded: 'json' }, 48],
  ['custom_fields', { encoded: 'json' }, 48],
  ['type', { form: /^(purchase|pre-auth)$/ }, 48],
  ['lifetime', { form: /^([3-9]|[1-9][0-9]{1,4})$/ }, 69],
];

/** Words of the documents for their codes, as far as they are known. */
const messages: Readonly<Record<string, string>> = {
  '1': 'Wrong Hash.',
  '2': 'Invalid transaction.',
  '3': 'Invalid amount.',
  '4': 'Duplicated transaction ID.',
  '5': 'Transaction not found.',
  '6': 'Requested domain is not in whitelist.',
  '12': 'Payment currency is not allowed.',
  '23': 'Payment option is not enabled.',
  '45': 'Amount must be greater than zero.',
  '46': 'KHR amount must not contain decimals.',
  '47': 'KHR amount must be at least 100.',
  '69': 'Lifetime must be at least 3 minutes.',
  '81': 'Return URL is not in whitelist.',
  '96': 'Invalid merchant data.',
  '102': 'URL is not in whitelist.',
  '403': 'Duplicated transaction ID.',
  '429': 'Too many requests.',
};

/** The list of "Exchange rate": twelve currencies, riel for one unit, no dollar. Invented figures. */
const exchangeRates = {
  aud: { sell: '2712.40', buy: '2588.10' },
  sgd: { sell: '3192.55', buy: '3047.20' },
  eur: { sell: '4461.07', buy: '4258.34' },
  gbp: { sell: '5302.18', buy: '5060.75' },
  myr: { sell: '968.12', buy: '923.80' },
  thb: { sell: '126.31', buy: '120.55' },
  hkd: { sell: '529.40', buy: '505.30' },
  cny: { sell: '575.20', buy: '548.90' },
  cad: { sell: '2986.31', buy: '2850.02' },
  krw: { sell: '2.98', buy: '2.84' },
  jpy: { sell: '27.15', buy: '25.90' },
  vnd: { sell: '0.16', buy: '0.15' },
};

/** A white picture of one dot: the emulator draws no QR, whoever wants a picture draws the text. */
const BLANK_PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAFzxQ7wAAAABJRU5ErkJggg==';

const paymentTypes: Readonly<Record<PaywayMethod, string>> = {
  khqr: 'KHQR',
  abapay: 'ABA Pay',
  card: 'VISA',
  wechat: 'Wechat',
  alipay: 'Alipay',
};

/**
 * ABA PayWay as a request handler, built from the developer portal's pages and from what was measured at its sandbox.
 *
 * Strict: signatures, field lengths and forms, currencies, lifetimes, methods, its own codes in their own types.
 */
export function createPaywayEmulator(
  { clock, random, deliver }: EmulatorContext,
  options: PaywayEmulatorOptions = {},
): PaywayEmulator {
  const currencies = options.currencies ?? ['KHR'];
  const quirks = options.sandboxQuirks ?? false;
  const visibleAfterMs = options.visibleAfterMs ?? 0;
  const checkoutUrl = options.checkoutUrl ?? 'https://checkout-sandbox.payway.com.kh';
  const portalKey = createPortalKey();
  const config: PaywayEmulatorConfig = {
    merchantId: `ec${toHex(random.bytes(3))}`,
    apiKey: toHex(random.bytes(20)),
    environment: 'sandbox',
    currencies,
    callbackUrl: options.callbackUrl ?? 'https://shop.example/payway/callback',
    refundPublicKey: portalKey.publicPem,
  };
  const profile = { callerListed: true, callbackListed: true, refundsEnabled: true };
  const book = createBook({
    clock,
    random,
    khrPerUsd: options.khrPerUsd ?? 4100n,
    closeIsAdvisory: quirks,
  });
  const merchantNumber = book.digits(15);
  const links = new Map<string, { readonly tranId: string; readonly opensUntil: number }>();
  const detailCalls: number[] = [];
  const requestId = () => book.digits(11);

  /** An error of a code, as each page writes it: a text on the QR API, a number elsewhere. */
  const fail = (code: string | number, status: number, message = messages[String(code)] ?? 'Something went wrong.') =>
    jsonResponse({ status: { code, message } }, status);

  type Kind = keyof typeof signedFields;

  /** The order in which every endpoint looks: the form, the merchant, the signature, the caller. */
  function guarded(
    kind: Kind,
    rules: Readonly<Record<string, FieldRule>>,
    answers: {
      readonly wrongHash: Response | (() => Response);
      readonly unknownMerchant: () => Response;
      readonly notListed?: () => Response;
      readonly forms?: boolean;
    },
    handle: (fields: Received, request: EmulatedRequest) => Response | Promise<Response>,
  ): Route['handle'] {
    return async (request) => {
      const fields = await readFields(request, answers.forms ?? false);
      if (!fields) return invalidData({ body: ['The body could not be read.'] });
      const errors = findErrors(fields, rules);
      if (errors) return invalidData(errors);
      if (fields.get('merchant_id') !== config.merchantId) return answers.unknownMerchant();
      if (!isSigned(kind, fields, config.apiKey)) {
        return typeof answers.wrongHash === 'function' ? answers.wrongHash() : answers.wrongHash;
      }
      if (!profile.callerListed && answers.notListed) return answers.notListed();
      return handle(fields, request);
    };
  }

  /** The amount of a request: a code when it breaks the rules of its currency. */
  function readAmount(text: string, currency: 'KHR' | 'USD'): Money | 3 | 45 | 46 | 47 {
    let cents: bigint;
    try {
      cents = parseAmount(text, USD).minor;
    } catch {
      return 3;
    }
    if (cents === 0n) return 45;
    if (currency === 'USD') return money(USD, cents);
    if (/\./.test(text)) return 46;
    return cents < 10_000n ? 47 : money(KHR, cents / 100n);
  }

  function settles(currency: string): currency is 'KHR' | 'USD' {
    return currencies.some((one) => one === currency);
  }

  function open(
    fields: Received,
    amount: Money,
    currency: 'KHR' | 'USD',
    urls: Pick<Transaction, 'callbackUrl' | 'continueUrl'>,
  ): Transaction {
    const qrCode = book.newQrCode();
    const createdAt = clock.now();
    const transaction: Transaction = {
      ...urls,
      tranId: fields.get('tran_id') ?? '',
      amount,
      currency,
      createdAt,
      payableUntil: createdAt + Number(fields.get('lifetime') || '43200') * MINUTE_MS,
      returnParams: fields.get('return_params') ?? '',
      qrCode,
      qr: writeKhqr({
        merchantNumber,
        merchantName: MERCHANT_NAME,
        currency,
        amount: formatAmount(amount),
        transactionCode: qrCode,
        createdAtMs: createdAt,
      }),
      state: 'open',
      closed: false,
      payment: null,
      refunds: [],
    };
    // The sandbox takes a used number again, but only the first payment exists.
    if (!book.find(transaction.tranId)) book.add(transaction);
    return transaction;
  }

  const deepLink = ({ qr }: Transaction) =>
    `abamobilebank://ababank.com?type=payway&${new URLSearchParams({ qrcode: qr }).toString()}`;

  function qrBody(transaction: Transaction, { fault }: EmulatedRequest): unknown {
    const { amount } = transaction;
    const echoed = fault === 'wrong-amount' ? money(amount.asset, amount.minor + 1n) : amount;
    return {
      qrString: transaction.qr,
      qrImage: BLANK_PNG,
      abapay_deeplink: deepLink(transaction),
      app_store: 'https://itunes.apple.com/al/app/aba-mobile-bank/id968860649?mt=8',
      play_store: 'https://play.google.com/store/apps/details?id=com.paygo24.ibank',
      amount: asNumber(echoed),
      currency: transaction.currency,
      status: {
        code: fault === 'unknown-status-word' ? 'Q7' : '0',
        message: 'Success.',
        trace_id: toHex(random.bytes(16)),
        tran_id: transaction.tranId,
      },
    };
  }

  function generateQr(fields: Received, request: EmulatedRequest): Response {
    const currency = (fields.get('currency') ?? '').toUpperCase();
    if (!settles(currency)) return fail('12', 403);
    if (fields.get('payment_option') !== 'abapay_khqr') return fail('23', 403);
    const amount = readAmount(fields.get('amount') ?? '', currency);
    if (typeof amount === 'number') return fail(amount === 47 ? '47' : '48', 403);
    if (amount.asset.code === 'USD' && amount.minor > 100_000_00n) return fail('44', 403);
    if (fields.has('callback_url') && !profile.callbackListed) return fail('102', 403);
    if (book.find(fields.get('tran_id') ?? '') && !quirks) return fail('403', 403);
    const urls = { callbackUrl: decode(fields.get('callback_url') ?? '') || config.callbackUrl, continueUrl: null };
    return jsonResponse(qrBody(open(fields, amount, currency, urls), request));
  }

  /** The first broken rule of "Purchase", as a code; or what is to be opened. */
  function readPurchase(fields: Received): number | { readonly amount: Money; readonly currency: 'KHR' | 'USD' } {
    for (const [name, rule, code] of purchaseCodes) {
      if (findErrors(fields, { [name]: rule })) return code;
    }
    const currency = (fields.get('currency') || currencies[0]).toUpperCase();
    if (!settles(currency)) return 12;
    const amount = readAmount(fields.get('amount') ?? '', currency);
    if (typeof amount === 'number') return amount;
    if (amount.asset.code === 'USD' && amount.minor > 100_000_00n) return 44;
    if (Number(fields.get('lifetime') || '3') > 43_200) return 48;
    if (!profile.callbackListed && fields.has('return_url')) return 81;
    if (/^(wechat|alipay)$/.test(fields.get('payment_option') ?? '') && currency !== 'USD') return 23;
    if (book.find(fields.get('tran_id') ?? '') && !quirks) return 4;
    return { amount, currency };
  }

  function purchase(fields: Received, request: EmulatedRequest): Response {
    const hosted = fields.get('payment_gate') === '0' && fields.get('payment_option') !== 'abapay_khqr_deeplink';
    const read = readPurchase(fields);
    if (typeof read === 'number') {
      return hosted
        ? redirect({ status: { code: read, message: messages[String(read)] ?? 'Error.' } })
        : fail(read, 200);
    }
    const transaction = open(fields, read.amount, read.currency, {
      callbackUrl: decode(fields.get('return_url') ?? '') || config.callbackUrl,
      continueUrl: fields.get('continue_success_url') || null,
    });
    const strange = request.fault === 'unknown-status-word';
    const link = linkTo(transaction, strange ? 'Q7' : '00');
    if (hosted) return new Response(null, { status: 302, headers: { location: link } });
    // A profile that has the QR API answers in that API's shape unless the gate is named.
    if (fields.get('payment_gate') !== '0') return jsonResponse(qrBody(transaction, request));
    const { amount } = transaction;
    const shown =
      request.fault === 'wrong-amount'
        ? writeKhqr({
            merchantNumber,
            merchantName: MERCHANT_NAME,
            currency: transaction.currency,
            amount: formatAmount(money(amount.asset, amount.minor + 1n)),
            transactionCode: transaction.qrCode,
            createdAtMs: transaction.createdAt,
          })
        : transaction.qr;
    return jsonResponse({
      status: { code: strange ? 'Q7' : '00', message: 'Success!', tran_id: transaction.tranId },
      qr_string: shown,
      abapay_deeplink: deepLink(transaction),
      checkout_qr_url: link,
    });
  }

  const pageUrl = (blob: object) => `${checkoutUrl}/${encodeURIComponent(toBase64(utf8(JSON.stringify(blob))))}`;
  const redirect = (blob: object) => new Response(null, { status: 302, headers: { location: pageUrl(blob) } });

  function linkTo({ tranId }: Transaction, code: string): string {
    const opensUntil = clock.now() + LINK_LIVES_MS;
    const blob = {
      status: { code, message: 'Success!', tran_id: tranId },
      token: toHex(random.bytes(8)),
      token_time: localTime(clock.now()),
      expire_in: Math.floor(opensUntil / 1000),
      expire_in_sec: '180',
    };
    const url = pageUrl(blob);
    links.set(decodeURIComponent(url.slice(checkoutUrl.length + 1)), { tranId, opensUntil });
    return url;
  }

  /** What the lookups know: nothing for the first moments. */
  function visible(tranId: string | undefined): Transaction | undefined {
    const transaction = book.find(tranId ?? '');
    return transaction && clock.now() >= transaction.createdAt + visibleAfterMs ? transaction : undefined;
  }

  function statusOf(transaction: Transaction): readonly [number, string] {
    if (transaction.state === 'declined') return [3, 'DECLINED'];
    if (transaction.state === 'open') return transaction.closed && !quirks ? [7, 'CANCELLED'] : [2, 'PENDING'];
    return transaction.refunds.length > 0 ? [4, 'REFUNDED'] : [0, 'APPROVED'];
  }

  /** The fields that both lookups tell. */
  function record(transaction: Transaction, { fault }: EmulatedRequest): Readonly<Record<string, unknown>> {
    const { payment } = transaction;
    const { asset, minor } = transaction.amount;
    const amount = asNumber(money(asset, fault === 'wrong-amount' ? minor + 1n : minor));
    const [code, word] = fault === 'unknown-status-word' ? [9, 'SETTLING'] : statusOf(transaction);
    return {
      payment_status_code: code,
      total_amount: amount,
      original_amount: amount,
      refund_amount: asNumber(money(asset, refundedOf(transaction))),
      discount_amount: 0,
      payment_amount: payment ? asNumber(payment.charged) : 0,
      payment_currency: payment ? payment.charged.asset.code : '',
      apv: payment?.approvalCode ?? '',
      payment_status: word,
      transaction_date: localTime(payment?.paidAt ?? transaction.createdAt),
    };
  }

  const found = (data: unknown) =>
    jsonResponse({ data, status: { code: '00', message: 'Success!', tran_id: requestId() } });
  const notFound = () => jsonResponse({ status: { code: 6, message: 'Transaction not found.', tran_id: requestId() } });

  function check(fields: Received, request: EmulatedRequest): Response {
    const transaction = visible(fields.get('tran_id'));
    if (!transaction || clock.now() > transaction.createdAt + CHECK_KNOWS_MS) return notFound();
    return found(record(transaction, request));
  }

  function detail(fields: Received, request: EmulatedRequest): Response {
    const now = clock.now();
    while (detailCalls.length > 0 && (detailCalls[0] ?? 0) <= now - MINUTE_MS) detailCalls.shift();
    if (detailCalls.length >= DETAIL_CALLS_PER_MINUTE) return fail(429, 403);
    detailCalls.push(now);
    const transaction = visible(fields.get('tran_id'));
    if (!transaction) return notFound();
    const { payment, amount, createdAt, refunds } = transaction;
    const operation = (status: string, minor: bigint, at: Transaction['createdAt'], bank_ref: string) => ({
      status,
      amount: asNumber(money(amount.asset, minor)),
      transaction_date: localTime(at),
      bank_ref,
    });
    return found({
      ...record(transaction, request),
      transaction_id: transaction.tranId,
      // Before a payment this is the profile's own currency, whatever was asked for.
      original_currency: payment ? transaction.currency : currencies[0],
      transaction_date: localTime(createdAt),
      first_name: '',
      last_name: '',
      email: '',
      phone: '',
      bank_ref: payment?.bankReference ?? '',
      payment_type: payment ? paymentTypes[payment.method] : 'N/A',
      payer_account: payment?.account ?? '',
      bank_name: payment ? 'ABA Bank' : '',
      card_source: payment?.method === 'card' ? 'ONUS' : '',
      transaction_operations: [
        operation('Create Order', amount.minor, createdAt, ''),
        ...(payment ? [operation('Completed', amount.minor, payment.paidAt, payment.bankReference)] : []),
        ...refunds.map((one) => operation('Refunded', one.amount, one.at, one.bankReference)),
      ],
    });
  }

  function close(fields: Received): Response {
    const transaction = book.find(fields.get('tran_id') ?? '');
    if (!transaction) return fail(5, 200);
    if (transaction.state === 'paid') return fail(2, 403, 'Transaction is already paid.');
    transaction.closed = true;
    return jsonResponse({ status: { code: '00', message: 'Success!', tran_id: transaction.tranId } });
  }

  function refund(fields: Received, { fault }: EmulatedRequest): Response {
    const inner = readInner(portalKey.open(fields.get('merchant_auth') ?? ''));
    if (!inner) return portalError('PTL05', 400);
    if (inner['mc_id'] !== config.merchantId) return portalError('PTL62', 403);
    if (!profile.refundsEnabled) return portalError('PTL63', 403);
    const transaction = book.find(inner['tran_id'] ?? '');
    if (!transaction) return portalError('PTL36', 403);
    const { amount, payment } = transaction;
    if (!payment || clock.now() > transaction.createdAt + REFUND_WINDOW_MS) return portalError('PTL57', 403);
    let minor: bigint;
    try {
      minor = parseAmount(inner['refund_amount'] ?? '', amount.asset).minor;
    } catch {
      return portalError('PTL186', 403);
    }
    if (minor === 0n) return portalError('PTL187', 403);
    if (refundedOf(transaction) + minor > amount.minor) return portalError('PTL37', 403);
    transaction.refunds.push({ amount: minor, at: clock.now(), bankReference: `100FT${book.digits(11)}` });
    return jsonResponse({
      grand_total: asNumber(amount),
      total_refunded: asNumber(money(amount.asset, refundedOf(transaction) - (fault === 'wrong-amount' ? 1n : 0n))),
      currency: transaction.currency,
      transaction_status: 'REFUNDED',
      status: { code: fault === 'unknown-status-word' ? 'Q7' : '00', message: 'Success!' },
    });
  }

  const portalError = (code: string, status: number) =>
    jsonResponse({ status: { code, message: 'Request failed.' } }, status);

  async function showPage({ params }: EmulatedRequest): Promise<Response> {
    const link = links.get(params['token'] ?? '');
    const transaction = link && book.find(link.tranId);
    if (!link || !transaction) return resultPage(404, 'Unknown link', null);
    if (clock.now() > link.opensUntil) return resultPage(403, 'Session expired', transaction.continueUrl);
    return checkoutPage(transaction);
  }

  async function payOnPage(request: EmulatedRequest): Promise<Response> {
    const link = links.get(request.params['token'] ?? '');
    const transaction = link && book.find(link.tranId);
    if (!link || !transaction) return resultPage(404, 'Unknown link', null);
    if (clock.now() > link.opensUntil) return resultPage(403, 'Session expired', transaction.continueUrl);
    const method = new URLSearchParams(fromUtf8(request.body)).get('method') ?? '';
    if (method === 'decline') {
      if (transaction.state === 'open') transaction.state = 'declined';
      return resultPage(200, 'Your card was declined', transaction.continueUrl);
    }
    if (method !== 'abapay' && method !== 'khqr' && method !== 'card')
      return resultPage(400, 'Choose how to pay', null);
    const result = await settle(book.pay(transaction, { method }));
    return result.outcome === 'paid'
      ? resultPage(200, 'Payment successful', transaction.continueUrl)
      : resultPage(409, result.message, transaction.continueUrl);
  }

  const gateway = { provenance: 'documented' as Provenance, method: 'POST' };
  const numeric = (wrongHash: number, unknownMerchant: number, merchantStatus = 403) => ({
    wrongHash: () => fail(wrongHash, 403, 'Wrong Hash.'),
    unknownMerchant: () => fail(unknownMerchant, merchantStatus, 'Invalid merchant profile.'),
    notListed: () => fail(6, 403),
  });

  const base = createEmulator({
    name: 'payway',
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => fail(429, 429),
    routes: [
      {
        ...gateway,
        name: 'generate-qr',
        path: `${payments}/generate-qr`,
        cites: 'PayWay developer portal, "QR API"; templates and binding errors as measured at the sandbox',
        handle: guarded(
          'generateQr',
          qrRules,
          {
            wrongHash: () => fail('1', 403),
            unknownMerchant: () => fail('96', 403),
            notListed: () => fail('6', 403),
          },
          generateQr,
        ),
      },
      {
        ...gateway,
        name: 'purchase',
        path: `${payments}/purchase`,
        cites: 'PayWay developer portal, "Purchase"; answers by payment option as measured at the sandbox',
        handle: guarded(
          'purchase',
          { req_time: time, merchant_id: merchant, tran_id: { required: true }, amount: { required: true }, hash },
          { ...numeric(1, 26), forms: true },
          purchase,
        ),
      },
      {
        ...gateway,
        name: 'check-transaction',
        path: `${payments}/check-transaction-2`,
        cites: 'PayWay developer portal, "Check transaction"; code 6 with HTTP 200 as measured at the sandbox',
        handle: guarded('transaction', lookupRules, listedAnyway(numeric(5, 8)), check),
      },
      {
        ...gateway,
        name: 'transaction-detail',
        path: `${payments}/transaction-detail`,
        cites: 'PayWay developer portal, "Get transaction details"; the call limit as measured at the sandbox',
        handle: guarded('transaction', lookupRules, listedAnyway(numeric(5, 8)), detail),
      },
      {
        ...gateway,
        name: 'close-transaction',
        path: `${payments}/close-transaction`,
        cites: 'PayWay developer portal, "Close transaction"; code 2 for a paid one as measured at the sandbox',
        handle: guarded('transaction', lookupRules, numeric(1, 26), close),
      },
      {
        ...gateway,
        name: 'exchange-rate',
        path: '/api/payment-gateway/v1/exchange-rate',
        cites: 'PayWay developer portal, "Exchange rate"',
        handle: guarded('exchangeRate', { req_time: time, merchant_id: merchant, hash }, numeric(1, 26, 400), () =>
          jsonResponse({ status: { code: '00', message: 'Success!' }, exchange_rates: exchangeRates }),
        ),
      },
      {
        ...gateway,
        name: 'refund',
        path: '/api/merchant-portal/merchant-access/online-transaction/refund',
        cites: 'PayWay developer portal, "Refund"',
        handle: guarded(
          'portal',
          { request_time: time, merchant_id: merchant, merchant_auth: { required: true }, hash },
          { wrongHash: () => portalError('PTL02', 403), unknownMerchant: () => portalError('PTL62', 403) },
          refund,
        ),
      },
      {
        name: 'checkout-page',
        method: 'GET',
        path: '/:token',
        cites:
          'PayWay developer portal, "Purchase": the link lives 180 seconds, as measured; the page itself is invented',
        provenance: 'assumed',
        handle: showPage,
      },
      {
        name: 'checkout-pay',
        method: 'POST',
        path: '/:token',
        cites: 'The buttons of the invented checkout page',
        provenance: 'assumed',
        handle: payOnPage,
      },
    ],
  });

  /** Tells the merchant about a payment, once, best effort. */
  async function settle(result: PaymentResult): Promise<PaymentResult> {
    if (result.outcome === 'refused') return result;
    const callback = callbackOf(result.transaction, options.callbacks ?? 'short', config.apiKey);
    if (!callback) return result;
    const before = base.webhooks.sent.length;
    await base.webhooks.send(callback);
    const status = base.webhooks.sent.slice(before).at(-1)?.status;
    const heard = typeof status === 'number' && status >= 200 && status < 300;
    if (options.retriesCallbacks && deliver && !heard) {
      void clock.sleep(10_000).then(() => base.webhooks.send(callback));
    }
    return result;
  }

  function transactionOf(reference: string): Transaction {
    const transaction = book.find(reference);
    if (!transaction) throw new RangeError('payer: there is no such transaction');
    return transaction;
  }

  async function pay(reference: string, how: PaywayPayer = {}): Promise<string> {
    const transaction = transactionOf(reference);
    if (how.amount && (how.amount.asset.code !== transaction.currency || how.amount.minor !== transaction.amount.minor))
      throw new RangeError('payer: PayWay fixes the amount');
    const result = await settle(book.pay(transaction, { method: 'khqr', ...how }));
    if (result.outcome === 'refused') throw new RangeError(`payer: ${result.message}`);
    return reference;
  }

  async function payByQr(qr: string, how: PaywayPayer = {}): Promise<PaywayScan> {
    const refused = (message: string): PaywayScan => ({ outcome: 'refused', message });
    let transaction: Transaction | undefined;
    try {
      const scanned = scanKhqr(qr);
      transaction = book.findByQrCode(scanned.paywayCode ?? '');
    } catch (error) {
      return refused(error instanceof RangeError ? error.message : 'KHQR: unreadable');
    }
    if (!transaction || transaction.qr !== qr) return refused('Transaction not found');
    const { amount, tranId } = transaction;
    if (how.amount && (how.amount.asset.code !== amount.asset.code || how.amount.minor !== amount.minor))
      return refused('The amount cannot be changed');
    const result = await settle(book.pay(transaction, { ...how, method: how.method ?? 'khqr' }));
    if (result.outcome === 'refused') return refused(result.message);
    return { outcome: 'paid', transaction: tranId, amount, merchantName: MERCHANT_NAME };
  }

  return {
    ...base,
    config,
    profile,
    payByQr,
    payer: {
      pay,
      // A transaction takes one payment: the second scan is refused.
      payTwice: () => Promise.resolve(null),
      async expire(reference) {
        transactionOf(reference).payableUntil = clock.now() - 1;
      },
      // PayWay never learns that a payer turned away.
      async cancel(reference) {
        transactionOf(reference);
      },
      reverse: () => Promise.reject(new RangeError('payer: PayWay tells nothing of money that was taken back')),
      async decline(reference) {
        const transaction = transactionOf(reference);
        if (transaction.state === 'open') transaction.state = 'declined';
      },
    },
    applied: {
      get payments() {
        return book.all.map(({ tranId, amount }) => ({ reference: tranId, amount }));
      },
      get receipts() {
        return book.all
          .filter(({ payment }) => payment)
          .map(({ tranId, amount }) => ({ reference: tranId, transaction: tranId, amount }));
      },
      get refunds() {
        return book.all.flatMap(({ tranId, amount, refunds }) =>
          refunds.map((one) => ({
            // PayWay keeps no reference of the merchant's for a refund; the bank's stands here.
            reference: one.bankReference,
            transaction: tranId,
            amount: money(amount.asset, one.amount),
          })),
        );
      },
      get cancelled() {
        return book.all.filter(({ closed }) => closed).map(({ tranId }) => tranId);
      },
    },
  };
}

/** At the lookups, 6 means another thing: their pages list no code for a caller who is not on the list. */
function listedAnyway<T extends { readonly notListed: unknown }>({
  notListed: _notListed,
  ...answers
}: T): Omit<T, 'notListed'> {
  return answers;
}

function readInner(text: string | null): Readonly<Record<string, string>> | null {
  if (text === null) return null;
  try {
    const body: Json = parseJson(text);
    if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof JsonNumber) return null;
    return Object.fromEntries(
      Object.entries(body).map(([name, value]) => [
        name,
        value instanceof JsonNumber ? value.text : typeof value === 'string' ? value : '',
      ]),
    );
  } catch {
    return null;
  }
}

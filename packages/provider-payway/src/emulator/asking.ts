import { money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { formatAmount, toHex } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { failure, wordsOf } from './answers.ts';
import { purchaseCodes, purchaseRules, qrRules, readAmount } from './asking-rules.ts';
import { asNumber } from './book.ts';
import type { Transaction } from './book.ts';
import type { Checkout } from './checkout.ts';
import { decode, findErrors } from './form.ts';
import type { Received } from './form.ts';
import { guarded, numeric } from './guard.ts';
import type { House } from './house.ts';
import { writeKhqr } from './khqr.ts';

const MINUTE_MS = 60_000;

/** A white picture of one dot: the emulator draws no QR, whoever wants a picture draws the text. */
const BLANK_PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAFzxQ7wAAAABJRU5ErkJggg==';

/** Endpoints that ask a payer for money. */
export function askingRoutes(house: House, checkout: Checkout): readonly Route[] {
  const { clock, random, config, profile, book, merchantNumber, merchantName, sandboxQuirks } = house;

  function settles(currency: string): currency is 'KHR' | 'USD' {
    return config.currencies.some((one) => one === currency);
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
        merchantName,
        currency,
        amount: formatAmount(amount),
        transactionCode: qrCode,
        createdAtMs: createdAt,
      }),
      state: 'open',
      closed: false,
      payment: null,
      further: [],
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
    if (!settles(currency)) return failure('12', 403);
    if (fields.get('payment_option') !== 'abapay_khqr') return failure('23', 403);
    const amount = readAmount(fields.get('amount') ?? '', currency);
    if (typeof amount === 'number') return failure(amount === 47 ? '47' : '48', 403);
    if (amount.asset.code === 'USD' && amount.minor > 100_000_00n) return failure('44', 403);
    if (fields.has('callback_url') && !profile.callbackListed) return failure('102', 403);
    if (book.find(fields.get('tran_id') ?? '') && !sandboxQuirks) return failure('403', 403);
    const urls = { callbackUrl: decode(fields.get('callback_url') ?? '') || config.callbackUrl, continueUrl: null };
    return jsonResponse(qrBody(open(fields, amount, currency, urls), request));
  }

  /** The first broken rule of "Purchase", as a code; or what is to be opened. */
  function readPurchase(fields: Received): number | { readonly amount: Money; readonly currency: 'KHR' | 'USD' } {
    for (const [name, rule, code] of purchaseCodes) {
      if (findErrors(fields, { [name]: rule })) return code;
    }
    const currency = (fields.get('currency') || config.currencies[0]).toUpperCase();
    if (!settles(currency)) return 12;
    const amount = readAmount(fields.get('amount') ?? '', currency);
    if (typeof amount === 'number') return amount;
    if (amount.asset.code === 'USD' && amount.minor > 100_000_00n) return 44;
    if (Number(fields.get('lifetime') || '3') > 43_200) return 48;
    if (!profile.callbackListed && fields.has('return_url')) return 81;
    if (/^(wechat|alipay)$/.test(fields.get('payment_option') ?? '') && currency !== 'USD') return 23;
    if (book.find(fields.get('tran_id') ?? '') && !sandboxQuirks) return 4;
    return { amount, currency };
  }

  function purchase(fields: Received, request: EmulatedRequest): Response {
    const hosted = fields.get('payment_gate') === '0' && fields.get('payment_option') !== 'abapay_khqr_deeplink';
    const read = readPurchase(fields);
    if (typeof read === 'number') {
      return hosted ? checkout.redirect({ status: { code: read, message: wordsOf(read) } }) : failure(read, 200);
    }
    const transaction = open(fields, read.amount, read.currency, {
      callbackUrl: decode(fields.get('return_url') ?? '') || config.callbackUrl,
      continueUrl: fields.get('continue_success_url') || null,
    });
    const strange = request.fault === 'unknown-status-word';
    const link = checkout.linkTo(transaction, strange ? 'Q7' : '00');
    if (hosted) return new Response(null, { status: 302, headers: { location: link } });
    // A profile that has the QR API answers in that API's shape unless the gate is named.
    if (fields.get('payment_gate') !== '0') return jsonResponse(qrBody(transaction, request));
    const { amount } = transaction;
    const shown =
      request.fault === 'wrong-amount'
        ? writeKhqr({
            merchantNumber,
            merchantName,
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

  const qrRefusals = {
    wrongHash: () => failure('1', 403),
    unknownMerchant: () => failure('96', 403),
    notListed: () => failure('6', 403),
  };
  const purchaseRefusals = { ...numeric(1, 26), notListed: () => failure(6, 403) };
  return [
    {
      name: 'generate-qr',
      method: 'POST',
      path: '/api/payment-gateway/v1/payments/generate-qr',
      cites: 'PayWay developer portal, "QR API"; templates and binding errors as measured at the sandbox',
      provenance: 'documented',
      handle: guarded(house, { signed: 'generateQr', rules: qrRules, refusals: qrRefusals }, generateQr),
    },
    {
      name: 'purchase',
      method: 'POST',
      path: '/api/payment-gateway/v1/payments/purchase',
      cites: 'PayWay developer portal, "Purchase"; answers by payment option as measured at the sandbox',
      provenance: 'documented',
      handle: guarded(
        house,
        { signed: 'purchase', rules: purchaseRules, refusals: purchaseRefusals, forms: true },
        purchase,
      ),
    },
  ];
}

import { KHR, money } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { fromUtf8, hmac, member, parseAmount, toHex, tryJson } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, PaymentEmulator, Route } from '@rielrails/kit/emulator';

/** What an adapter needs to talk to it. */
export interface AcmeEmulatorConfig {
  readonly merchantId: string;
  readonly apiKey: string;
}

interface Row {
  readonly reference: Reference;
  readonly minor: bigint;
  readonly expiresAtMs: number;
  readonly receipts: { readonly id: string; readonly minor: bigint; readonly paidAtMs: number }[];
}

function toWrite(what: string): Promise<never> {
  return Promise.reject(new Error(`acme: to be written in src/emulator/emulator.ts: ${what}`));
}

/** ACME as its documents describe it: its money truth is `applied`. */
export function createAcmeEmulator(context: EmulatorContext): PaymentEmulator<AcmeEmulatorConfig> {
  const { clock } = context;
  const config: AcmeEmulatorConfig = {
    merchantId: 'M000042',
    apiKey: 'a-key-of-the-emulator',
  };
  const rows = new Map<string, Row>();

  function refuse(status: number, code: string): Response {
    return jsonResponse({ error: { code, message: code.toLowerCase().replaceAll('_', ' ') } }, status);
  }

  /** The signature is 64 lower-case hexadecimal digits; nothing else is read before it fits. */
  function isSigned({ method, url, headers, body }: EmulatedRequest): boolean {
    const message = `${method}\n${url.pathname}\n${fromUtf8(body)}`;
    const expected = toHex(hmac('sha256', config.apiKey, message));
    return headers.get('x-merchant') === config.merchantId && headers.get('x-signature') === expected;
  }

  function statusOf(row: Row): string {
    if (row.receipts.length > 0) return 'PAID';
    return row.expiresAtMs <= clock.now() ? 'EXPIRED' : 'OPEN';
  }

  function told(row: Row, fault: EmulatedRequest['fault']) {
    return {
      reference: row.reference,
      amount: String(fault === 'wrong-amount' ? row.minor + 1n : row.minor),
      currency: 'KHR',
      status: fault === 'unknown-status-word' ? 'ON_ITS_WAY' : statusOf(row),
      receipts: row.receipts.map(({ id, minor, paidAtMs }) => ({
        id,
        amount: String(minor),
        paid_at: new Date(paidAtMs).toISOString(),
      })),
    };
  }

  /** What a new payment must look like. `null`: refused. */
  function readNew(body: Uint8Array): Row | null {
    const json = tryJson(fromUtf8(body));
    const text = (name: string) => {
      const value = member(json, name);
      return typeof value === 'string' ? value : '';
    };
    const reference = text('reference');
    const amount = text('amount');
    const note = text('note');
    const expiresAtMs = Date.parse(text('expires_at'));
    const isGood =
      /^[0-9]{1,19}$/.test(reference) &&
      /^[1-9][0-9]{3,6}$/.test(amount) &&
      Number(amount) <= 4_000_000 &&
      text('currency') === 'KHR' &&
      note.length >= 1 &&
      note.length <= 60 &&
      expiresAtMs > clock.now();
    if (!isGood) return null;
    const { minor } = parseAmount(amount, KHR);
    return { reference: reference as Reference, minor, expiresAtMs, receipts: [] };
  }

  const cites = 'ACME, title of the document';
  const routes: readonly Route[] = [
    {
      name: 'create-payment',
      method: 'POST',
      path: '/v1/payments',
      cites: `${cites}, section 2`,
      provenance: 'documented',
      handle(request) {
        if (!isSigned(request)) return refuse(401, 'BAD_SIGNATURE');
        const row = readNew(request.body);
        if (!row) return refuse(400, 'INVALID_FIELD');
        if (rows.has(row.reference)) return refuse(409, 'DUPLICATE');
        rows.set(row.reference, row);
        return jsonResponse({ payment: told(row, request.fault), qr: `ACME:${row.reference}` }, 201);
      },
    },
    // One route for each operation, as strict as this one, and with its document cited.
  ];

  const emulator = createEmulator({
    name: 'acme',
    clock,
    routes,
    ...(context.deliver ? { deliver: context.deliver } : {}),
    notFound: () => refuse(404, 'NO_ROUTE'),
  });

  return Object.assign(emulator, {
    config,
    payer: {
      pay: () => toWrite('payer.pay: add a receipt to the row, send the webhook, give the transaction'),
      payTwice: () => toWrite('payer.payTwice: the same again, or null where the provider takes no second payment'),
      async expire(reference: Reference) {
        const row = rows.get(reference);
        if (row) rows.set(reference, { ...row, expiresAtMs: clock.now() });
      },
      // What the provider does not know is a RangeError: the clause is then excluded, and the exclusion reviewed.
      cancel: () => Promise.reject(new RangeError('acme: its app has no button for no')),
      reverse: () => Promise.reject(new RangeError('acme: payments are final')),
    },
    applied: {
      get payments() {
        return [...rows.values()].map(({ reference, minor }) => ({ reference, amount: money(KHR, minor) }));
      },
      get receipts() {
        return [...rows.values()].flatMap(({ reference, receipts }) =>
          receipts.map(({ id, minor }) => ({ reference, transaction: id, amount: money(KHR, minor) })),
        );
      },
      refunds: [],
      cancelled: [],
    },
  });
}

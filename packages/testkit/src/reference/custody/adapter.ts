import { BTC, checkAddress, isProviderError, money, parseReference, ProviderError } from '@rielrails/core';
import type {
  BindWithdrawal,
  CallContext,
  Custody,
  CustodyEvent,
  CustodyOperations,
  Money,
  OwnAddress,
  WebhookDelivery,
  WebhookOutcome,
  Withdrawal,
} from '@rielrails/core';
import {
  createVocabulary,
  createWire,
  defineCustody,
  doubt,
  equalInConstantTime,
  formatAmount,
  fromUtf8,
  hmac,
  parseAmount,
  toHex,
  unavailable,
} from '@rielrails/kit';
import type { Runtime, WireAnswer } from '@rielrails/kit';
import { takeSecret } from '../config.ts';
import { referenceAddressRule } from './address.ts';
import type { ReferenceCustodyConfig, ReferenceCustodyDialect } from './emulator.ts';

const id = 'reference-custody';
const MAX_WEBHOOK_BYTES = 64 * 1024;

interface WithdrawalBody {
  readonly reference: string;
  readonly amount: string;
  readonly fee: string;
  readonly status: string;
  readonly transaction: string;
  readonly depth: number;
}

/** The adapter of the reference custodian: the good one, which every custody mutant breaks. */
export function createReferenceCustody(
  config: ReferenceCustodyConfig,
  runtime: Runtime,
  dialect: ReferenceCustodyDialect = {},
): Custody<keyof CustodyOperations> {
  const headers = { authorization: `Bearer ${takeSecret(id, config, 'apiKey').reveal()}` };
  const bindingKey = takeSecret(id, config, 'bindingKey');
  const webhookSecret = takeSecret(id, config, 'webhookSecret');
  const wire = createWire({ provider: id, baseUrl: config.baseUrl, runtime, explain });
  const statuses = createVocabulary<'awaiting-approval' | 'broadcast' | 'confirmed' | 'failed' | 'signing'>({
    provider: id,
    words: { WAITING: 'awaiting-approval', BROADCAST: 'broadcast', CONFIRMED: 'confirmed', DENIED: 'failed' },
    otherwise: 'signing',
    log: runtime.log,
  });

  function readWithdrawal(answer: WireAnswer): Withdrawal {
    const { reference, amount, fee, status: word, transaction, depth } = JSON.parse(answer.text()) as WithdrawalBody;
    const common = {
      reference: parseReference(reference),
      amount: parseAmount(amount, BTC),
      fee: parseAmount(fee, BTC),
    };
    const status = statuses.read(word);
    if (status === 'failed') return { ...common, status, fundsReturned: true };
    if (status === 'signing' || status === 'awaiting-approval') return { ...common, status };
    if (status === 'broadcast') return { ...common, status, transactionId: transaction };
    return { ...common, status, transactionId: transaction, depth };
  }

  /** `minimum.maximum.proof`: the bounds travel in the seal, the proof covers them with reference and address. */
  function seal({ reference, address, minimum, maximum }: BindWithdrawal): string {
    const bounds = `${minimum.minor}.${maximum.minor}`;
    return `${bounds}.${toHex(hmac('sha256', bindingKey, `${reference}.${address.text}.${bounds}`))}`;
  }

  const kept = new Map<string, { readonly body: string; readonly amount: Money }>();
  const send = (body: string, context: CallContext) =>
    wire.write(
      { operation: 'withdraw', method: 'POST', path: '/withdrawals', headers, body, parse: readWithdrawal },
      context,
    );

  /** From the moment it is kept, a withdrawal that did not get through may still happen. */
  async function sendKept(reference: string, body: string, amount: Money, context: CallContext): Promise<Withdrawal> {
    // A call that was given up before it began leaves nothing behind.
    const isNew = !kept.has(reference) && context.signal?.aborted !== true;
    if (isNew) kept.set(reference, { body, amount });
    try {
      return await send(body, context);
    } catch (error) {
      const kind = isProviderError(error) ? error.fault.kind : 'unknown';
      if (!isNew || kind === 'unknown') throw error;
      if (kind === 'unavailable' || kind === 'throttled')
        throw doubt(id, 'timeout', `${id} withdraw: kept, and not through yet; look it up`, error);
      kept.delete(reference);
      throw error;
    }
  }

  return defineCustody<keyof CustodyOperations>(
    {
      id,
      manifest: {
        assets: [BTC],
        address: referenceAddressRule,
        withdraw: { repeat: dialect.replays ? 'replays' : 'rejects' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 60_000 },
      },
      async withdraw({ reference, amount, destination, binding = '' }, context) {
        if (destination.type === 'customer') {
          const [least, most] = binding.split('.').map((part) => (/^[0-9]{1,18}$/.test(part) ? BigInt(part) : -1n));
          const minimum = money(BTC, least ?? -1n);
          const maximum = money(BTC, most ?? -1n);
          const expected = seal({ reference, address: destination.address, minimum, maximum });
          const within = minimum.minor <= amount.minor && amount.minor <= maximum.minor;
          if (!equalInConstantTime(binding, expected) || !within) throw refused('invalid', 'binding: does not fit');
        }
        const body = JSON.stringify({ reference, address: destination.address.text, amount: formatAmount(amount) });
        return dialect.replays ? sendKept(reference, body, amount, context) : send(body, context);
      },
      async get({ reference, watchOnly = false }, context) {
        const call = { operation: 'get', method: 'GET', path: `/withdrawals/${reference}`, headers } as const;
        try {
          return await wire.read({ ...call, parse: readWithdrawal }, context);
        } catch (error) {
          if (!isProviderError(error) || error.fault.kind !== 'not-found') throw error;
          const lost = kept.get(reference);
          if (!lost) return null;
          return watchOnly ? { reference, amount: lost.amount, status: 'signing' } : send(lost.body, context);
        }
      },
      balance: (_asset, context) =>
        wire.read(
          {
            operation: 'balance',
            method: 'GET',
            path: '/balance',
            headers,
            parse(answer) {
              const { available } = JSON.parse(answer.text()) as { readonly available: string };
              return { available: parseAmount(available, BTC), pending: money(BTC, 0n) };
            },
          },
          context,
        ),
      estimateFee: async () => money(BTC, 1000n),
      depositAddress: (_asset, context) =>
        wire.write(
          {
            operation: 'address',
            method: 'POST',
            path: '/addresses',
            headers,
            parse(answer) {
              const { address } = JSON.parse(answer.text()) as { readonly address: string };
              const reading = checkAddress(address, referenceAddressRule);
              if (reading.outcome === 'refused') throw unavailable(id, `${id}: gave no address`);
              return reading.address as OwnAddress;
            },
          },
          context,
        ),
      bind: seal,
      bump: ({ reference }, context) =>
        wire.write(
          {
            operation: 'bump',
            method: 'POST',
            path: `/withdrawals/${reference}/bump`,
            headers,
            parse: readWithdrawal,
          },
          context,
        ),
      parseWebhook: async (delivery) => readWebhook(delivery, webhookSecret.reveal()),
    },
    runtime,
  );
}

function readWebhook({ headers, body }: WebhookDelivery, secret: string): WebhookOutcome<CustodyEvent> {
  const reply = { status: 400 };
  if (body.length > MAX_WEBHOOK_BYTES) return { outcome: 'rejected', reason: 'malformed', reply };
  const expected = toHex(hmac('sha256', secret, body));
  if (!equalInConstantTime(headers.get('signature') ?? '', expected)) {
    return { outcome: 'rejected', reason: 'signature', reply };
  }
  const { event, reference } = JSON.parse(fromUtf8(body)) as { readonly event: string; readonly reference: string };
  return {
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: event,
    events: [{ type: 'changed', target: { reference: parseReference(reference) } }],
    reply: { status: 200 },
  };
}

function refused(kind: 'invalid' | 'not-found' | 'config' | 'throttled', why: string): ProviderError {
  return new ProviderError({ kind, provider: id, message: `${id}: ${why}` });
}

function explain(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const { error: code } = JSON.parse(body) as { readonly error: string };
  switch (code) {
    case 'DUPLICATE':
      return doubt(id, 'duplicate', `${id}: this reference was used before`);
    case 'SLOW_DOWN':
      return refused('throttled', 'too many calls');
    case 'ABSENT':
      return refused('not-found', 'no such withdrawal');
    case 'KEY':
      return refused('config', 'the key was refused');
    case 'ADDRESS':
      return refused('invalid', 'the address was refused');
    case 'BALANCE':
      return new ProviderError({ kind: 'declined', provider: id, reason: code, message: `${id}: not enough coins` });
    default:
      return null;
  }
}

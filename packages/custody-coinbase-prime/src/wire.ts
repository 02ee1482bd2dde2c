import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import { createWire, digitsField } from '@rielrails/kit';
import type { Runtime, WireAnswer, WireCall } from '@rielrails/kit';
import { z } from 'zod';
import { COINBASE_PRIME } from './config.ts';
import type { CoinbasePrimeSettings } from './config.ts';
import { explain } from './explain.ts';
import { signRequest } from './signature.ts';

/** A text that may be missing. Prime's description requires hardly any field. */
const told = z
  .string()
  .max(1000)
  .nullish()
  .transform((text) => text ?? '');
const network = z.object({ id: told, type: told }).nullish();

/**
 * What is read of Prime's objects. "Coinbase Prime REST API" (OpenAPI 0.1): `Transaction`,
 * `CreateWalletWithdrawalResponse`, `Balance`, `BlockchainAddress`, `WalletCryptoDepositInstructions`.
 */
const transactionSchema = z.object({
  id: told,
  wallet_id: told,
  status: told,
  symbol: told,
  amount: digitsField.nullish(),
  fees: digitsField.nullish(),
  fee_symbol: told,
  blockchain_ids: z.array(z.string().max(1000)).max(1000).nullish(),
  idempotency_key: told,
  onchain_details: z.object({ replaced_transaction_id: told }).nullish(),
});
const addressSchema = z.object({ address: z.string().max(200), network });

/** Answers, by what they are about. */
export const answers = {
  transaction: z.object({ transaction: transactionSchema }),
  transactions: z.object({
    transactions: z
      .array(transactionSchema)
      .max(3000)
      .nullish()
      .transform((rows) => rows ?? []),
    pagination: z.object({ next_cursor: told, has_next: z.boolean().nullish() }).nullish(),
  }),
  withdrawal: z.object({
    transaction_id: told,
    symbol: told,
    amount: digitsField,
    blockchain_destination: z.object({ address: told }).nullish(),
  }),
  balance: z.object({ balance: z.object({ symbol: told, withdrawable_amount: digitsField }) }),
  address: addressSchema,
  instructions: z.object({ crypto_instructions: addressSchema }),
};

/** A transaction as it was read. */
export type Transaction = z.infer<typeof transactionSchema>;

/** An exchange with Prime, before it is signed. `path` starts below the portfolio. */
export interface PrimeCall<T> {
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodType<T>;
}

/** The way to one portfolio of Prime. */
export interface PrimeWire {
  /** Asks; safe to repeat, and repeated. */
  read<T>(call: PrimeCall<T>, context?: CallContext): Promise<T>;
  /** Asks for one object. `null`: there is none. */
  find<T>(call: PrimeCall<T>, context?: CallContext): Promise<T | null>;
  /** Changes something. Sent once. */
  write<T>(call: PrimeCall<T>, context?: CallContext): Promise<T>;
}

/** Opens the way to Prime. No I/O happens before the first call. */
export function createPrimeWire(settings: CoinbasePrimeSettings, runtime: Runtime): PrimeWire {
  const { baseUrl, portfolioId, accessKey, passphrase, signingKey } = settings;
  const wire = createWire({ provider: COINBASE_PRIME, baseUrl, runtime, explain });

  /** Signs a call afresh for every try: a signature is good for 30 seconds. */
  function signed<T>({ operation, method, path: below, body: fields, schema }: PrimeCall<T>): WireCall<T> {
    const path = `/v1/portfolios/${portfolioId}${below}`;
    const body = fields === undefined ? '' : JSON.stringify(fields);
    return {
      operation,
      method,
      path,
      ...(body === '' ? {} : { body }),
      parse: (answer: WireAnswer) => schema.parse(answer.json()),
      get headers() {
        const seconds = Math.floor(runtime.clock.now() / 1000);
        return {
          accept: 'application/json',
          ...(body === '' ? {} : { 'content-type': 'application/json' }),
          'x-cb-access-key': accessKey.reveal(),
          'x-cb-access-passphrase': passphrase.reveal(),
          'x-cb-access-timestamp': String(seconds),
          'x-cb-access-signature': signRequest(signingKey, {
            seconds,
            method,
            path: new URL(baseUrl + path).pathname,
            body,
          }),
        };
      },
    };
  }

  return {
    read: (call, context) => wire.read(signed(call), context).catch(throwAbsent),
    write: (call, context) => wire.write(signed(call), context).catch(throwAbsent),
    find: (call, context) =>
      wire.read(signed(call), context).catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      }),
  };
}

function isAbsent(error: unknown): boolean {
  return isProviderError(error) && error.fault.kind === 'not-found';
}

/** Every path but that of one transaction is made of the configuration alone: what is not there is configured wrongly. */
function throwAbsent(error: unknown): never {
  if (!isAbsent(error)) throw error;
  throw new ProviderError(
    {
      kind: 'config',
      provider: COINBASE_PRIME,
      message: `${COINBASE_PRIME}: Prime knows no such portfolioId or walletId, or not with this API key`,
    },
    { cause: error },
  );
}

import type { PaymentProvider } from '@rielrails/core';
import { createWire, definePayment, hmac, readConfig, secretSchema, systemRuntime, toHex } from '@rielrails/kit';
import type { Runtime, Secret, WireCall } from '@rielrails/kit';
import { z } from 'zod';
import { hole } from './hole.ts';
import { acmeManifest } from './manifest.ts';
import { explain, PROVIDER, readPayment, statusWords } from './wire.ts';

/** What ACME gives you when you open an account. */
export interface AcmeConfig {
  readonly merchantId: string;
  /** Signs what we send. */
  readonly apiKey: Secret | string;
}

/** A payment provider at ACME. */
export type Acme = PaymentProvider<'get', 'qr'>;

const configSchema = z.strictObject({ merchantId: z.string().min(1), apiKey: secretSchema(16) });

/**
 * Payments at ACME.
 *
 * @throws ProviderError of kind `config` naming the field.
 */
export function createAcme(config: AcmeConfig, runtime: Runtime = systemRuntime()): Acme {
  const { merchantId, apiKey } = readConfig(PROVIDER, configSchema, config);
  const statuses = statusWords(runtime.log);
  const wire = createWire({ provider: PROVIDER, baseUrl: 'https://api.acme.example', runtime, explain });

  /** How ACME wants a call to be signed. */
  function signed<T>(call: Omit<WireCall<T>, 'headers' | 'body'>, body = ''): WireCall<T> {
    const signature = toHex(hmac('sha256', apiKey, `${call.method}\n${call.path}\n${body}`));
    const headers = { 'x-merchant': merchantId, 'x-signature': signature, 'content-type': 'application/json' };
    return { ...call, headers, ...(body === '' ? {} : { body }) };
  }

  return definePayment(
    {
      id: PROVIDER,
      manifest: acmeManifest(),
      create: () =>
        hole('provider.ts', 'create: wire.write(signed(…)), then { payment, next } with what the payer sees'),
      get({ reference }, context) {
        const path = `/v1/payments/${reference}`;
        const call = { operation: 'get-payment', method: 'GET', path } as const;
        return wire.read(signed({ ...call, parse: (answer) => readPayment(answer.json(), statuses) }), context);
      },
    },
    runtime,
  );
}

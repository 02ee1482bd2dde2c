import { InputError } from '@rielrails/core';
import type { AnyCustody } from '@rielrails/core';
import { createBitgo } from '@rielrails/custody-bitgo';
import { createCoinbasePrime } from '@rielrails/custody-coinbase-prime';
import type { Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { secretSource } from './secrets.ts';
import type { ReadSecret } from './secrets.ts';
import { withoutUndefined } from './without-undefined.ts';

/** Custodians that can deliver instead of the wallet. The wallet stays beside them, for what people choose. */
export const custodianSections = {
  coinbasePrime: z
    .strictObject({
      accessKey: secretSource,
      passphrase: secretSource,
      signingKey: secretSource,
      portfolioId: z.string(),
      walletId: z.string(),
      walletType: z.enum(['trading', 'vault']),
      depthWhenDone: z.int(),
      network: z.enum(['bitcoin', 'regtest']).default('bitcoin'),
    })
    .optional(),
  bitgo: z
    .strictObject({
      expressUrl: z.string().default('http://127.0.0.1:3080'),
      accessToken: secretSource,
      coin: z.enum(['btc', 'tbtc', 'tbtc4']),
      network: z.literal('regtest').optional(),
      walletId: z.string(),
      walletPassphrase: secretSource,
      webhookSecrets: z.array(secretSource).min(1),
      targetBlocks: z.int().optional(),
      ceilingSatPerVbyte: z.int().optional(),
    })
    .optional(),
};

const sections = z.object(custodianSections);

/** How the custodians are set up. */
export type CustodianSections = z.infer<typeof sections>;

/** @throws InputError where two of them want to deliver, or one could never say that it did. */
export function checkCustodians(
  mode: 'sandbox' | 'live',
  { coinbasePrime, bitgo }: CustodianSections,
  confirmations: number,
): void {
  if (coinbasePrime && bitgo)
    throw new InputError(
      'config.bitgo',
      'two-custodians',
      'one custodian delivers: name coinbasePrime or bitgo, not both',
    );
  if (coinbasePrime && coinbasePrime.depthWhenDone < confirmations)
    throw new InputError(
      'config.coinbasePrime.depthWhenDone',
      'too-low',
      'is below policy.confirmations: no order would ever end',
    );
  if (mode === 'live' && bitgo && bitgo.coin !== 'btc')
    throw new InputError('config.bitgo.coin', 'play-money', 'live mode delivers real bitcoin: expected "btc"');
  if (mode === 'live' && (bitgo?.network ?? coinbasePrime?.network) === 'regtest')
    throw new InputError(`config.${bitgo ? 'bitgo' : 'coinbasePrime'}.network`, 'play-money', 'is for emulated worlds');
}

/** The custodian that delivers; `null` where none is named. */
export function openCustodian(
  { coinbasePrime, bitgo }: CustodianSections,
  secretOf: ReadSecret,
  runtime: Runtime,
): AnyCustody | null {
  if (coinbasePrime) {
    const { accessKey, passphrase, signingKey, ...rest } = coinbasePrime;
    const secrets = {
      accessKey: secretOf(accessKey),
      passphrase: secretOf(passphrase),
      signingKey: secretOf(signingKey),
    };
    return createCoinbasePrime({ ...rest, ...secrets }, runtime);
  }
  if (!bitgo) return null;
  const { accessToken, walletPassphrase, webhookSecrets, ...rest } = bitgo;
  const secrets = {
    accessToken: secretOf(accessToken),
    walletPassphrase: secretOf(walletPassphrase),
    webhookSecrets: webhookSecrets.map(secretOf),
  };
  return createBitgo({ ...withoutUndefined(rest), ...secrets }, runtime);
}

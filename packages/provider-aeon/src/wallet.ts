import { ProviderError } from '@rielrails/core';
import { AEON } from './config.ts';

/** An address on a network, and the token that moved or is to move. Codes are AEON's. */
export interface AeonWallet {
  readonly token: string;
  readonly network: string;
  readonly address: string;
  /** For networks that tell wallets of one address apart by a memo or tag. */
  readonly memo?: string;
}

const form = /^([A-Z0-9]{2,10})@([A-Z0-9]{2,10}):([A-Za-z0-9:_.-]{10,64})(?:\?memo=([^\s&]{1,64}))?$/;

/**
 * Reads `USDT@TRX:TVj7…` or `USDT@TON:UQ…?memo=7`: the form of `receipt.payer.account` and of a refund's
 * `destination`. Says nothing about whether the address exists.
 *
 * @throws ProviderError of kind `invalid`.
 */
export function readAeonWallet(text: string): AeonWallet {
  const match = form.exec(text);
  if (!match) {
    const message = `${AEON} destination: expected TOKEN@NETWORK:address, perhaps with ?memo=`;
    throw new ProviderError({ kind: 'invalid', provider: AEON, message });
  }
  const [, token = '', network = '', address = '', memo] = match;
  return { token, network, address, ...(memo === undefined ? {} : { memo }) };
}

/** Writes a wallet; `undefined` where a part is missing or of another form. */
export function formatAeonWallet({ token, network, address }: Partial<AeonWallet>): string | undefined {
  const text = `${token}@${network}:${address}`;
  return token && network && address && form.test(text) ? text : undefined;
}

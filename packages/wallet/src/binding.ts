import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { equalInConstantTime, fromHex, hmac, toHex } from '@rielrails/kit/offline';
import type { Secret } from '@rielrails/kit/offline';

/** What a binding seals: what the customer confirmed. */
export interface BoundDelivery {
  readonly network: BitcoinNetwork;
  readonly reference: string;
  readonly address: string;
  readonly minimumSats: bigint;
  readonly maximumSats: bigint;
}

/**
 * Seals a delivery with HMAC-SHA256. Wallet and signer share the key; whoever edits a database does not have it.
 *
 * The bounds stand in the seal in plain text, so that the signer needs nothing but the request.
 */
export function sealBinding(key: Secret, bound: BoundDelivery): string {
  return `1.${bound.minimumSats}.${bound.maximumSats}.${toHex(codeOf(key, bound))}`;
}

/** The bounds of a seal that fits this reference and address; `null` when it does not. */
export function openBinding(
  key: Secret,
  binding: string,
  of: Pick<BoundDelivery, 'network' | 'reference' | 'address'>,
): { readonly minimumSats: bigint; readonly maximumSats: bigint } | null {
  const match = /^1\.(0|[1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,15})\.([0-9a-f]{64})$/.exec(binding);
  if (!match) return null;
  const bounds = { minimumSats: BigInt(match[1] ?? ''), maximumSats: BigInt(match[2] ?? '') };
  return equalInConstantTime(codeOf(key, { ...of, ...bounds }), fromHex(match[3] ?? '')) ? bounds : null;
}

function codeOf(key: Secret, { network, reference, address, minimumSats, maximumSats }: BoundDelivery): Uint8Array {
  return hmac('sha256', key, ['rielrails-binding/1', network, reference, address, minimumSats, maximumSats].join('\n'));
}

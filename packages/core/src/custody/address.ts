import type { Brand } from '../brand.ts';

/** An address as somebody told it, of whichever network: to be looked up, and never to be paid to. */
export interface ChainAddress {
  readonly network: string;
  readonly text: string;
}

/** An address whose form and checksum are right for its network. Only {@link checkAddress} makes one. */
export type CheckedAddress = Brand<ChainAddress, 'CheckedAddress'>;

/** An address that the custody derived from its own keys. Only `CustodyOperations.depositAddress` gives one. */
export type OwnAddress = Brand<CheckedAddress, 'OwnAddress'>;

/** What is wrong with an address. */
export interface AddressProblem {
  readonly outcome: 'refused';
  readonly problem: 'malformed' | 'checksum' | 'other-network' | 'unsupported';
}

/** How a network writes its addresses. `read` is pure and offline, and gives the one canonical text. */
export interface AddressRule {
  readonly network: string;
  read(text: string): { readonly outcome: 'valid'; readonly canonical: string } | AddressProblem;
}

/** Reads an address by a network's rule. */
export function checkAddress(
  text: string,
  rule: AddressRule,
): { readonly outcome: 'valid'; readonly address: CheckedAddress } | AddressProblem {
  const reading = rule.read(text);
  if (reading.outcome === 'refused') return reading;
  return { outcome: 'valid', address: { network: rule.network, text: reading.canonical } as CheckedAddress };
}

/**
 * The one form of an address in which two are compared.
 *
 * Hexadecimal and bech32 addresses do not depend on case; base58 addresses do. The prefix of Bitcoin Cash may be left out.
 */
export function canonicalAddress(text: string): string {
  const plain = text.trim().replace(/^bitcoincash:/i, '');
  return isHexadecimal(plain) || isBech32(plain) || isCashAddress(plain) ? plain.toLowerCase() : plain;
}

function isHexadecimal(text: string): boolean {
  return /^0x[0-9a-f]{40}$/i.test(text);
}

/** A readable part, the digit 1, and the 32 characters of its alphabet, all in one case. */
function isBech32(text: string): boolean {
  return isOneCase(text) && /^[a-z]{1,20}1[02-9ac-hj-np-z]{6,90}$/i.test(text);
}

function isCashAddress(text: string): boolean {
  return isOneCase(text) && /^[qp][02-9ac-hj-np-z]{41}$/i.test(text);
}

function isOneCase(text: string): boolean {
  return text === text.toLowerCase() || text === text.toUpperCase();
}

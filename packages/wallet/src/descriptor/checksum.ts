import { DescriptorError } from './descriptor-error.ts';

/** The characters of a descriptor in three groups of 32 (BIP380). */
const CHARACTERS = '0123456789()[],\'/*abcdefgh@:$%{}IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~ijklmnopqrstuvwxyzABCDEFGH`#"\\ ';
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const FORM = new RegExp(`^[${ALPHABET}]{8}$`);
const GENERATOR = [0xf5_dee5_1989n, 0xa9_fdca_3312n, 0x1b_ab10_e32dn, 0x37_06b1_677an, 0x64_4d62_6ffdn];
const LOW_35_BITS = 0x7_ffff_ffffn;

/** The longest descriptor that is read. */
const MAX_LENGTH = 4096;

/**
 * The checksum of a descriptor without one: eight characters (BIP380).
 *
 * @throws DescriptorError for a character outside the set.
 */
export function descriptorChecksum(body: string): string {
  const symbols: number[] = [];
  let groups = 0;
  for (let index = 0; index < body.length; index += 1) {
    const value = CHARACTERS.indexOf(body.charAt(index));
    if (value < 0) throw new DescriptorError('character', index);
    symbols.push(value & 31);
    groups = groups * 3 + (value >> 5);
    const isLast = index === body.length - 1;
    if (index % 3 !== 2 && !isLast) continue;
    symbols.push(groups);
    groups = 0;
  }
  const sum = polynomial([...symbols, 0, 0, 0, 0, 0, 0, 0, 0]) ^ 1n;
  return Array.from({ length: 8 }, (_, place) => ALPHABET[Number((sum >> BigInt(5 * (7 - place))) & 31n)]).join('');
}

function polynomial(symbols: readonly number[]): bigint {
  let state = 1n;
  for (const symbol of symbols) {
    const top = state >> 35n;
    state = ((state & LOW_35_BITS) << 5n) ^ BigInt(symbol);
    for (const [bit, generator] of GENERATOR.entries()) if ((top >> BigInt(bit)) & 1n) state ^= generator;
  }
  return state;
}

/**
 * The descriptor without its checksum, once that was found right.
 *
 * @throws DescriptorError when it is too long, or its checksum is wrong, malformed, or missing though wanted.
 */
export function checkedBody(text: string, checksum: 'required' | 'optional'): string {
  if (text.length > MAX_LENGTH) throw new DescriptorError('too-long', null);
  const at = text.indexOf('#');
  const body = at < 0 ? text : text.slice(0, at);
  const right = descriptorChecksum(body);
  if (at < 0 && checksum === 'required') throw new DescriptorError('checksum-missing', text.length);
  if (at < 0) return body;
  const given = text.slice(at + 1);
  if (!FORM.test(given)) throw new DescriptorError('checksum-form', at + 1);
  if (given !== right) throw new DescriptorError('checksum', at + 1);
  return body;
}

import { digest, fromHex, toHex } from '@rielrails/kit';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import vectors from '../../fixtures/bip32.json' with { type: 'json' };
import { multisigDescriptor, seedOf, singleDescriptor } from '../../test/hardware.ts';
import { readAccount } from '../account.ts';
import { checkedBody, descriptorChecksum } from './checksum.ts';
import { keysOf } from './descriptor.ts';
import type { Descriptor, DescriptorKey } from './descriptor.ts';
import { DescriptorError } from './descriptor-error.ts';
import { readDescriptor } from './read-descriptor.ts';
import { writeDescriptor } from './write-descriptor.ts';

fc.configureGlobal({ seed: 20_261_121 });

const xpub = vectors.vectors[0]?.chains[1]?.[1] ?? '';
const other = vectors.vectors[1]?.chains[1]?.[1] ?? '';
const multisig = multisigDescriptor(2, [seedOf(1), seedOf(2), seedOf(3)]);
const tpub = /tpub[A-Za-z0-9]+/.exec(multisig)?.[0] ?? '';

const errorOf = (read: () => unknown): DescriptorError => {
  try {
    read();
  } catch (error) {
    if (error instanceof DescriptorError) return error;
    throw error;
  }
  throw new Error('was read');
};
const refusal = (text: string, network: 'bitcoin' | 'regtest' = 'bitcoin') => {
  const { rule, position } = errorOf(() => readDescriptor(text, { network }));
  return { rule, position };
};

describe('readDescriptor', () => {
  it.each([
    ['other-network', `wpkh(${tpub}/<0;1>/*)`, 5],
    ['key-prefix', `wpkh(z${xpub.slice(1)}/<0;1>/*)`, 5],
    ['key-prefix', `wsh(sortedmulti(1,Z${xpub.slice(1)}/*))`, 18],
    ['key', `wpkh(${xpub.slice(0, -1)}z/<0;1>/*)`, 5],
    ['key', `wpkh(q${xpub.slice(1)})`, 5],
    ['key', 'wpkh()', 5],
    ['key', `wpkh(02${'00'.repeat(31)}05)`, 5],
    ['key', `wpkh(${'aa'.repeat(32)})`, 5],
    ['path', `wpkh(02${'11'.repeat(32)}/0)`, 71],
    ['key-origin', `wpkh([d34db33f/84h${xpub}`, 5],
    ['key-origin', `wpkh([d34db33f${'/0'.repeat(17)}]${xpub})`, 5],
    ['syntax', `wpkh(${xpub}/0/*`, 5 + xpub.length + 4],
    ['syntax', `wpkh(${xpub}/0/*))`, 5 + xpub.length + 5],
    ['syntax', `wpkh(${xpub}/0/*,${xpub})`, 5 + xpub.length + 4],
    ['syntax', `wsh(sortedmulti(1,${xpub}/*)`, 18 + xpub.length + 3],
    ['duplicate-key', `wsh(sortedmulti(2,${xpub}/0/*,${xpub}/1/*))`, 18 + xpub.length + 5],
    ['ranged', `wsh(sortedmulti(2,${xpub}/0/*,${other}/0))`, null],
    ['unknown-function', 'nonsense(x)', 0],
    ['unknown-function', '', 0],
    ['unknown-function', xpub, 0],
    ['path', `wpkh(${xpub}${'/0'.repeat(17)})`, 5 + xpub.length + 33],
    ['multipath', `wpkh(${xpub}/<0>/*)`, 5 + xpub.length + 1],
    ['multipath', `wpkh(${xpub}/<0;0>/*)`, 5 + xpub.length + 1],
    ['multipath', `wpkh(${xpub}/<0;1;2;3;4;5;6;7;8>/*)`, 5 + xpub.length + 1],
    ['too-long', `wpkh(${'0'.repeat(4096)})`, null],
  ])('refuses as %s: %s', (rule, text, position) => {
    expect(refusal(text)).toEqual({ rule, position });
  });

  it('refuses a key of the main network on a test network, and takes fifteen keys at most', () => {
    expect(refusal(`wpkh(${xpub}/<0;1>/*)`, 'regtest')).toEqual({ rule: 'other-network', position: 5 });
    const seeds = Array.from({ length: 16 }, (_, index) => seedOf(index));
    expect(keysOf(readDescriptor(multisigDescriptor(15, seeds.slice(1)), { network: 'regtest' }))).toHaveLength(15);
    expect(refusal(multisigDescriptor(2, seeds), 'regtest')).toMatchObject({ rule: 'key-count' });
  });

  it('names place, reason and remedy, and repeats nothing', () => {
    const { message } = errorOf(() => readDescriptor(`wpkh(${tpub}/<0;1>/*)`, { network: 'bitcoin' }));
    expect(message).toBe(
      'descriptor: at character 6: the key is of another network; xpub is for bitcoin, tpub for the test networks',
    );
    const missing = errorOf(() => readDescriptor(`wpkh(${xpub})`, { network: 'bitcoin', checksum: 'required' }));
    expect(missing.message).toContain('has no checksum; copy it with the eight characters behind "#"');
    const named = errorOf(() => readDescriptor('pkh(x)', { network: 'bitcoin' }));
    expect(named.message).toContain('pkh() is not supported; use wpkh(KEY)');
  });

  it.each([
    ['a version for private keys with a public one', (bytes: Uint8Array) => bytes.fill(0, 45, 46)],
    ['a point that is not on the curve', (bytes: Uint8Array) => bytes.fill(0, 46, 77).fill(5, 77, 78)],
    ['a prefix that is none', (bytes: Uint8Array) => bytes.fill(4, 45, 46)],
    ['depth 0 with a parent', (bytes: Uint8Array) => bytes.fill(0, 4, 5)],
    ['another version', (bytes: Uint8Array) => bytes.fill(0, 0, 4)],
  ])('refuses an extended key with %s (BIP32, test vector 5)', (_what, change) => {
    const bytes = fromBase58(xpub);
    expect(base58Check(bytes)).toBe(xpub);
    expect(refusal(`wpkh(${base58Check(change(bytes.slice()))}/<0;1>/*)`)).toEqual({ rule: 'key', position: 5 });
  });
});

describe('readAccount', () => {
  it.each([
    ['one key without branches', `wpkh(${tpub}/0/*)`],
    ['no range', `wpkh(${tpub}/<0;1>)`],
    ['three branches', `wpkh(${tpub}/<0;1;2>/*)`],
    ['a step more', `wpkh(${tpub}/0/<0;1>/*)`],
    ['a single public key', 'wpkh(0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798)'],
  ])('refuses %s', (_what, text) => {
    expect(errorOf(() => readAccount(text, 'regtest')).rule).toBe('branches');
  });

  it('takes the branches that the descriptor names, and tells one text for one account', () => {
    const [plain, with3] = [
      readAccount(`tr(${tpub}/<0;1>/*)`, 'regtest'),
      readAccount(`tr(${tpub}/<3;4>/*)`, 'regtest'),
    ];
    expect(with3.key({ branch: 'change', index: 5 }).keys[0]?.path).toBe('m/4/5');
    expect(with3.descriptor).not.toBe(plain.descriptor);
    expect(readAccount(plain.descriptor, 'regtest').descriptor).toBe(plain.descriptor);
    expect(
      readAccount(singleDescriptor('p2tr', seedOf(1)).replaceAll('h', "'").replace(/#.*/, ''), 'regtest').descriptor,
    ).toBe(singleDescriptor('p2tr', seedOf(1)));
  });

  it('gives the same address whatever the order of the keys (BIP67)', () => {
    const keys = /sortedmulti\(2,(.*)\)\)/.exec(multisig)?.[1]?.split(',') ?? [];
    const turned = `wsh(sortedmulti(2,${keys.toReversed().join(',')}))`;
    const place = { branch: 'receive', index: 3 } as const;
    expect(readAccount(turned, 'regtest').key(place).address).toBe(readAccount(multisig, 'regtest').key(place).address);
  });

  it('refuses an index beyond BIP32', () => {
    const account = readAccount(multisig, 'regtest');
    for (const index of [-1, 1.5, 2 ** 31]) expect(() => account.key({ branch: 'receive', index })).toThrow('index');
  });
});

describe('properties', () => {
  const step = fc.oneof(
    fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    fc.uniqueArray(fc.nat(50), { minLength: 2, maxLength: 2 }),
  );
  const origin = fc.option(
    fc.record({
      fingerprint: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(toHex),
      path: fc
        .array(fc.tuple(fc.nat(2 ** 31 - 1), fc.boolean()), { maxLength: 5 })
        .map((steps) => steps.map(([index, hardened]) => `${index}${hardened ? "'" : ''}`).join('/')),
    }),
  );
  const keyOf = (text: string) =>
    fc.record({
      type: fc.constant('extended' as const),
      origin,
      text: fc.constant(text),
      steps: fc.array(step, { maxLength: 3 }).map((steps) => {
        const first = steps.findIndex((one) => typeof one !== 'number');
        return steps.filter((one, index) => typeof one === 'number' || index === first);
      }),
      ranged: fc.constant(true),
    }) as fc.Arbitrary<DescriptorKey>;
  const descriptor: fc.Arbitrary<Descriptor> = fc.oneof(
    fc.record({ type: fc.constantFrom('wpkh' as const, 'tr' as const), key: keyOf(xpub) }),
    fc.record({
      type: fc.constant('wsh' as const),
      threshold: fc.constantFrom(1, 2),
      keys: fc.tuple(keyOf(xpub), keyOf(other)),
    }),
  );

  test.prop([descriptor])('what is written is read as the same', (written) => {
    expect(readDescriptor(writeDescriptor(written), { network: 'bitcoin', checksum: 'required' })).toEqual(written);
  });

  test.prop([descriptor, fc.nat(), fc.nat(94)])('one changed character is always noticed', (written, place, shift) => {
    const text = writeDescriptor(written);
    const at = place % text.length;
    const character = String.fromCharCode(32 + ((text.charCodeAt(at) - 32 + 1 + (shift % 94)) % 95));
    fc.pre(character !== text[at] && text[at] !== '#');
    const changed = text.slice(0, at) + character + text.slice(at + 1);
    expect(() => readDescriptor(changed, { network: 'bitcoin', checksum: 'required' })).toThrow(DescriptorError);
  });

  test.prop([fc.string({ maxLength: 200 })])('any text is read or refused by a rule', (text) => {
    for (const body of [text, `wpkh(${text})`, `wsh(sortedmulti(1,${text}))`, `wpkh([${text}]${xpub}/*)`]) {
      try {
        readDescriptor(body, { network: 'bitcoin' });
      } catch (error) {
        expect(error).toBeInstanceOf(DescriptorError);
        expect((error as Error).message.length).toBeLessThan(200);
      }
    }
  });
});

describe('the checksum', () => {
  it('may be left out, and must be right where it stands', () => {
    const body = `wpkh(${xpub})`;
    expect(checkedBody(body, 'optional')).toBe(body);
    expect(checkedBody(`${body}#${descriptorChecksum(body)}`, 'required')).toBe(body);
    expect(() => checkedBody(`${body}#qqqqqqqq`, 'optional')).toThrow(
      'the checksum does not fit; something was changed',
    );
  });
});

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** The 78 bytes of an extended key. */
function fromBase58(text: string): Uint8Array {
  const value = Array.from(text).reduce((sum, character) => sum * 58n + BigInt(ALPHABET.indexOf(character)), 0n);
  return fromHex(value.toString(16).padStart(164, '0')).slice(0, 78);
}

function base58Check(bytes: Uint8Array): string {
  const sum = digest('sha256', digest('sha256', bytes)).slice(0, 4);
  let value = BigInt(`0x${toHex(Uint8Array.from([...bytes, ...sum]))}`);
  let text = '';
  for (; value > 0n; value /= 58n) text = `${ALPHABET[Number(value % 58n)]}${text}`;
  return text;
}

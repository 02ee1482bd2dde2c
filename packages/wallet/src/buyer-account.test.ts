import { newReference } from '@rielrails/kit';
import { createSeededRandom } from '@rielrails/kit/virtual';
import { parametersOf } from '@rielrails/kit/bitcoin';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import bip84 from '../fixtures/bip84.json' with { type: 'json' };
import { multisigDescriptor, seedOf } from '../test/hardware.ts';
import { bip32 } from './bip32.ts';
import { deliveryAddress, readBuyerAccount } from './buyer-account.ts';
import { createMemoryStore } from './memory-store.ts';
import { readSeed } from './signer/seed.ts';

fc.configureGlobal({ seed: 20_261_121 });

const node = bip32.fromSeed(readSeed(bip84.mnemonic)).derivePath(`m/${bip84.origin}`).neutered();
/** The key as a wallet of another letter writes it. */
function lettered(version: number): string {
  const network = { ...parametersOf('bitcoin'), bip32: { public: version, private: 0 } };
  return bip32.fromPublicKey(node.publicKey, node.chainCode, network).toBase58();
}
const xpub = node.toBase58();
const zpub = lettered(0x04b2_4746);
const reference = (seed: number) => newReference(createSeededRandom(seed));

describe('readBuyerAccount', () => {
  it('gives the addresses of BIP84, however the account is written', () => {
    const accounts = [
      readBuyerAccount(zpub, { network: 'bitcoin' }),
      readBuyerAccount(` ${zpub}\n`, { network: 'bitcoin', script: 'p2wpkh' }),
      readBuyerAccount(xpub, { network: 'bitcoin', script: 'p2wpkh' }),
      readBuyerAccount(`wpkh(${xpub}/0/*)`, { network: 'bitcoin' }),
      readBuyerAccount(`wpkh(${xpub}/<0;1>/*)`, { network: 'bitcoin' }),
    ];
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(1);
    for (const account of accounts) {
      expect([0, 1].map((index) => account.address(index).text)).toEqual(
        bip84.addresses.slice(0, 2).map(({ address }) => address),
      );
    }
    const taproot = readBuyerAccount(xpub, { network: 'bitcoin', script: 'p2tr' });
    expect(taproot.address(0).text).toMatch(/^bc1p/);
    expect(taproot.id).not.toBe(accounts[0]?.id);
    expect(
      readBuyerAccount(multisigDescriptor(2, [seedOf(1), seedOf(2)]), { network: 'regtest' }).address(0).text,
    ).toMatch(/^bcrt1q/);
  });

  it.each<readonly [string, string, object]>([
    ['which-script', xpub, {}],
    ['which-script', zpub, { script: 'p2tr' }],
    ['other-network', zpub, { network: 'regtest' }],
    ['other-network', lettered(0x045f_1cf6), {}],
    ['other-network', xpub, { network: 'testnet', script: 'p2wpkh' }],
    // ypub, Ypub, Zpub: P2SH, and multisignatures of one key that nobody named.
    ['key-prefix', lettered(0x049d_7cb2), {}],
    ['key-prefix', lettered(0x0295_b43f), {}],
    ['key-prefix', lettered(0x02aa_7ed3), {}],
    ['key', `${zpub.slice(0, -1)}1`, {}],
    ['private-key', `wpkh(${bip32.fromSeed(seedOf(1)).toBase58()}/0/*)`, {}],
    ['private-key', bip32.fromSeed(seedOf(1)).toBase58(), {}],
    ['ranged', `wpkh(${xpub}/0/5)`, {}],
    ['ranged', 'wpkh(0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798)', {}],
    ['unknown-function', 'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu', {}],
    ['too-long', 'x'.repeat(5000), {}],
  ])('refuses as %s: %s %o', (rule, text, options) => {
    const read = () => readBuyerAccount(text, { network: 'bitcoin', ...options });
    expect(read).toThrow(expect.objectContaining({ rule }));
    expect(read).not.toThrow(text.slice(0, 30));
  });

  it('says what to do about a bare key', () => {
    expect(() => readBuyerAccount(xpub, { network: 'bitcoin' })).toThrow('write wpkh(KEY/0/*) or tr(KEY/0/*)');
    expect(() => readBuyerAccount(lettered(0x049d_7cb2), { network: 'bitcoin' })).toThrow(
      'write the key as xpub or tpub',
    );
  });
});

describe('deliveryAddress', () => {
  it('is the same for one delivery and another for each other', async () => {
    const store = createMemoryStore();
    const account = readBuyerAccount(zpub, { network: 'bitcoin' });
    const ask = (seed: number) => deliveryAddress({ store }, account, { reference: reference(seed) });
    expect(await ask(1)).toEqual({ address: { network: 'bitcoin', text: bip84.addresses[0]?.address }, index: 0 });
    expect(await ask(2)).toEqual({ address: { network: 'bitcoin', text: bip84.addresses[1]?.address }, index: 1 });
    expect(await ask(1)).toMatchObject({ index: 0 });
  });

  test.prop([fc.array(fc.tuple(fc.nat(20), fc.constantFrom(0, 3, 17)), { minLength: 1, maxLength: 40 })])(
    'never reuses an address, whatever is asked in whatever order',
    async (asked) => {
      const store = createMemoryStore();
      const account = readBuyerAccount(zpub, { network: 'bitcoin' });
      const given = new Map<number, string>();
      for (const [seed, firstIndex] of asked) {
        const { address, index } = await deliveryAddress({ store }, account, {
          reference: reference(seed + 1),
          firstIndex,
        });
        const before = given.get(seed);
        if (before === undefined) {
          expect([...given.values()]).not.toContain(address.text);
          expect(index).toBeGreaterThanOrEqual(firstIndex);
          given.set(seed, address.text);
        } else expect(address.text).toBe(before);
      }
    },
  );

  it('refuses an index beyond BIP32 before it takes one', async () => {
    const store = createMemoryStore();
    const account = readBuyerAccount(zpub, { network: 'bitcoin' });
    const asked = { reference: reference(1), firstIndex: 2 ** 31 };
    await expect(deliveryAddress({ store }, account, asked)).rejects.toThrow('index: out of range');
    expect(await deliveryAddress({ store }, account, { reference: reference(1) })).toMatchObject({ index: 0 });
  });
});

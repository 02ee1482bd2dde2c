import { fromBase64, fromHex, toHex } from '@rielrails/kit';
import { addressOfScript, bitcoinAddressRule, scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { HDKey } from '@scure/bip32';
import { entropyToMnemonic, mnemonicToSeedSync } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import * as scure from '@scure/btc-signer';
import { crypto, networks, Transaction } from 'bitcoinjs-lib';
import { ECPairFactory } from 'ecpair';
import * as secp256k1 from 'tiny-secp256k1';
import { describe, expect, it } from 'vitest';
import { bip32 } from '../src/bip32.ts';
import { readBitcoinUri } from '../src/bip21.ts';
import { createDeriver } from '../src/descriptor/derive.ts';
import { branchCount, keysOf } from '../src/descriptor/descriptor.ts';
import { DescriptorError } from '../src/descriptor/descriptor-error.ts';
import { readDescriptor } from '../src/descriptor/read-descriptor.ts';
import { writeDescriptor } from '../src/descriptor/write-descriptor.ts';
import { readTransaction } from '../src/signer/complete.ts';
import { openSeed } from '../src/signer/keys.ts';
import { readPsbt } from '../src/signer/read-psbt.ts';
import { readSeed } from '../src/signer/seed.ts';
import bip173 from '../fixtures/bip173-bip350.json' with { type: 'json' };
import bip174 from '../fixtures/bip174.json' with { type: 'json' };
import bip21 from '../fixtures/bip21.json' with { type: 'json' };
import bip32Vectors from '../fixtures/bip32.json' with { type: 'json' };
import bip341 from '../fixtures/bip341.json' with { type: 'json' };
import bip371 from '../fixtures/bip371.json' with { type: 'json' };
import bip380 from '../fixtures/bip380.json' with { type: 'json' };
import bip381 from '../fixtures/bip381-bip389.json' with { type: 'json' };
import bip39 from '../fixtures/bip39.json' with { type: 'json' };
import bip84 from '../fixtures/bip84.json' with { type: 'json' };
import bip86 from '../fixtures/bip86.json' with { type: 'json' };

// What another library says is asked for beside ours wherever there is one: a wrong vector would show as well as a wrong
// reading of it.

describe('BIP32', () => {
  const chains = bip32Vectors.vectors.flatMap(({ seed, chains: list }) =>
    list.map(([path, xpub]) => ({ seed, path, xpub })),
  );
  it.each(chains)('$seed $path', ({ seed, path = '', xpub }) => {
    const master = bip32.fromSeed(fromHex(seed));
    expect((path === 'm' ? master : master.derivePath(path)).neutered().toBase58()).toBe(xpub);
    expect(HDKey.fromMasterSeed(fromHex(seed)).derive(path).publicExtendedKey).toBe(xpub);
  });
});

describe('BIP39', () => {
  it.each(bip39.vectors)('$entropy', ({ entropy, mnemonic, seed }) => {
    expect(entropyToMnemonic(fromHex(entropy), wordlist)).toBe(mnemonic);
    expect(toHex(mnemonicToSeedSync(mnemonic, bip39.passphrase))).toBe(seed);
    // Without a passphrase, as the signer reads it; any spacing, any case.
    const plain = toHex(mnemonicToSeedSync(mnemonic));
    expect(toHex(readSeed(mnemonic))).toBe(plain);
    expect(toHex(readSeed(`  ${mnemonic.toUpperCase().replaceAll(' ', '\n')} `))).toBe(plain);
  });
});

describe('BIP84 and BIP86', () => {
  const { account } = openSeed(readSeed(bip84.mnemonic), 'bitcoin', 'p2wpkh');
  it.each(bip84.addresses)('p2wpkh $branch $index', ({ branch, index, publicKey, address }) => {
    const key = account.key({ branch: branch as 'receive' | 'change', index });
    expect({ publicKey: toHex(key.keys[0]?.publicKey ?? new Uint8Array()), address: key.address }).toEqual({
      publicKey,
      address,
    });
    expect(scure.p2wpkh(fromHex(publicKey)).address).toBe(address);
  });

  const taproot = openSeed(readSeed(bip86.mnemonic), 'bitcoin', 'p2tr').account;
  it.each(bip86.addresses)('p2tr $branch $index', ({ branch, index, internalKey, outputKey, address }) => {
    const key = taproot.key({ branch: branch as 'receive' | 'change', index });
    expect(taproot.roots[0]?.text).toBe(bip86.xpub);
    expect(toHex(key.internalKey ?? new Uint8Array())).toBe(internalKey);
    expect({ script: toHex(key.script), address: key.address }).toEqual({ script: `5120${outputKey}`, address });
    expect(scure.p2tr(fromHex(internalKey)).address).toBe(address);
  });
});

describe('BIP173 and BIP350', () => {
  const payable = bip173.valid.filter((vector) => !('problem' in vector));
  it.each(payable)('$address', ({ address, network, script }) => {
    const rule = bitcoinAddressRule(network as BitcoinNetwork);
    expect(rule.read(address)).toEqual({ outcome: 'valid', canonical: address.toLowerCase() });
    expect(toHex(scriptOfAddress(address, network as BitcoinNetwork))).toBe(script);
    expect(addressOfScript(fromHex(script), network as BitcoinNetwork)).toBe(address.toLowerCase());
  });

  it.each(bip173.valid.filter((vector) => 'problem' in vector))('refuses $address: $problem', (vector) => {
    const { address, network, problem } = vector;
    const rule = bitcoinAddressRule(network as BitcoinNetwork);
    expect(rule.read(address)).toEqual({ outcome: 'refused', problem });
  });

  it.each(bip173.invalid)('$description: $address', ({ address, network }) => {
    expect(bitcoinAddressRule(network as BitcoinNetwork).read(address)).toMatchObject({ outcome: 'refused' });
  });
});

describe('BIP21', () => {
  it.each(bip21.valid)('$text', ({ text, uri: { sats, ...rest } }) => {
    const amount = sats === undefined ? {} : { sats: BigInt(sats) };
    expect(readBitcoinUri(text)).toEqual({ outcome: 'valid', uri: { ...rest, ...amount } });
  });
  it.each(bip21.refused)('refuses $text', ({ text, problem }) => {
    expect(readBitcoinUri(text)).toEqual({ outcome: 'refused', problem });
  });
});

describe.each([
  ['BIP174', bip174],
  ['BIP371', bip371],
])('%s', (_name, vectors) => {
  const { account } = openSeed(new Uint8Array(32).fill(7), 'regtest');

  it.each(vectors.invalid)('refuses $description', ({ psbt }) => {
    expect(readPsbt(psbt, account)).toEqual({ problem: 'malformed' });
    expect(readTransaction(psbt)).toBeNull();
    expect(() => scure.Transaction.fromPSBT(fromBase64(psbt))).toThrow(/Reader|PSBT/);
  });

  it.each(vectors.valid)('reads $description, and signs nothing of it', ({ psbt, inputs, outputs }) => {
    const other = scure.Transaction.fromPSBT(fromBase64(psbt));
    expect([other.inputsLength, other.outputsLength]).toEqual([inputs, outputs]);
    // A transaction without inputs cannot be told from one with witnesses; nothing of ours has none.
    const transaction = readTransaction(psbt);
    expect(transaction && [transaction.ins.length, transaction.outs.length]).toEqual(
      inputs === 0 ? null : [inputs, outputs],
    );
    expect(readPsbt(psbt, account)).toHaveProperty('problem');
  });
});

describe('BIP341', () => {
  it.each(bip341.outputs)('locks with $internalKey', ({ internalKey, script, address }) => {
    const deriver = createDeriver(readDescriptor(`tr(${internalKey})`, { network: 'bitcoin' }), 'bitcoin');
    const output = deriver({ branch: 0, index: 0 });
    expect(toHex(output.script)).toBe(script);
    expect(addressOfScript(output.script, 'bitcoin')).toBe(address);
    expect(scure.p2tr(fromHex(internalKey)).address).toBe(address);
  });

  const { unsigned, spent, inputs } = bip341.keyPathSpending;
  it.each(inputs)('signs input $index with hash type $hashType', ({ index, hashType, sighash, signature }) => {
    const transaction = Transaction.fromHex(unsigned);
    const scripts = spent.map(({ script }) => fromHex(script));
    const amounts = spent.map(({ sats }) => BigInt(sats));
    const hash = transaction.hashForWitnessV1(index, scripts, amounts, hashType);
    expect(toHex(hash)).toBe(sighash);
    const outputKey = scripts[index]?.subarray(2) ?? new Uint8Array();
    expect(secp256k1.verifySchnorr(hash, outputKey, fromHex(signature).subarray(0, 64))).toBe(true);
    expect(fromHex(signature)[64] ?? 0).toBe(hashType);
  });
});

describe('BIP380 to BIP390', () => {
  const read = (text: string) => readDescriptor(withPrivateKeys(text), { network: 'bitcoin' });
  const ruleOf = (text: string): string => {
    try {
      read(text);
    } catch (error) {
      if (error instanceof DescriptorError) return error.rule;
      throw error;
    }
    return 'read';
  };

  it.each(bip380.checksums)('$text: $rule', ({ text, rule }) => {
    expect(ruleOf(text)).toBe(rule);
  });

  it.each(bip380.read)('reads $description', ({ text }) => {
    const written = writeDescriptor(read(`wpkh(${text})`));
    // Its own text with a checksum is read as the same again.
    expect(writeDescriptor(readDescriptor(written, { network: 'bitcoin', checksum: 'required' }))).toBe(written);
  });

  it.each(bip380.refused)('refuses $description: $rule', ({ text, rule }) => {
    expect(ruleOf(`wpkh(${text})`)).toBe(rule);
  });

  it.each(bip381.scripts)('$text', ({ text, scripts }) => {
    const derive = createDeriver(read(text), 'bitcoin');
    expect(scripts.map((_, index) => toHex(derive({ branch: 0, index }).script))).toEqual(scripts);
  });

  it.each(bip381.witnessScripts)('$text', ({ text, witnessScripts }) => {
    const derive = createDeriver(read(text), 'bitcoin');
    const outputs = witnessScripts.map((_, index) => derive({ branch: 0, index }));
    expect(outputs.map(({ witnessScript }) => toHex(witnessScript ?? new Uint8Array()))).toEqual(witnessScripts);
    for (const { script, witnessScript } of outputs) {
      expect(toHex(script)).toBe(`0020${toHex(crypto.sha256(witnessScript ?? new Uint8Array()))}`);
    }
  });

  it.each(bip381.expansions)('$text', ({ text, into }) => {
    const descriptor = read(text);
    const derive = createDeriver(descriptor, 'bitcoin');
    expect(keysOf(descriptor).map(branchCount)).toEqual(keysOf(descriptor).map(() => into.length));
    for (const [branch, single] of into.entries()) {
      const expected = createDeriver(read(single), 'bitcoin')({ branch: 0, index: 7 });
      expect(toHex(derive({ branch, index: 7 }).script)).toBe(toHex(expected.script));
    }
  });

  it.each(bip381.refused)('refuses $description: $rule', ({ text, rule }) => {
    expect(ruleOf(text)).toBe(rule);
  });
});

/** Puts private keys in where a vector has them: none is kept in a file. */
function withPrivateKeys(text: string): string {
  const pairs = ECPairFactory(secp256k1);
  const wif = (compressed: boolean) =>
    pairs.fromPrivateKey(new Uint8Array(32).fill(5), { compressed, network: networks.bitcoin }).toWIF();
  return text
    .replaceAll(/XPRV\((\d),([^)]+)\)/g, (_, number: string, path: string) => {
      const seed = bip32Vectors.vectors[Number(number) - 1]?.seed ?? '';
      return bip32.fromSeed(fromHex(seed)).derivePath(path).toBase58();
    })
    .replaceAll('WIF(uncompressed)', wif(false))
    .replaceAll('WIF()', wif(true));
}

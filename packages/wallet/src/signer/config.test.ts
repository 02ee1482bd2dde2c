import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@rielrails/kit';
import { armor } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { multisigDescriptor, seedOf, singleDescriptor } from '../../test/hardware.ts';
import { sealedWith } from '../../test/sealed.ts';
import { createWorld } from '../../test/world.ts';
import { createSignerClient } from './client.ts';
import { openBindingKey, openKeys, readSignerConfig } from './config.ts';
import { openSeed } from './keys.ts';
import { serveSigner } from './server.ts';
import { readSeed } from './seed.ts';

const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const policy = {
  maximumFeeSats: '50000',
  maximumSatPerVbyte: 200,
  maximumSatsPerHour: '100000000',
  maximumSatsPerDay: '200000000',
  ownDescriptors: [],
};
const operator = { name: 'dara', publicKey: 'AAAA' };

let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rielrails-config-'));
  writeFileSync(at('seed'), '07'.repeat(32), { mode: 0o600 });
  writeFileSync(at('binding'), 'a binding key of more than 32 characters', { mode: 0o600 });
  writeFileSync(at('passphrase'), 'correct horse\n', { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const configOf = (changes: Readonly<Record<string, unknown>> = {}) =>
  readSignerConfig({
    network: 'regtest',
    keys: { mode: 'regtest', seedFile: at('seed') },
    bindingKeyFile: at('binding'),
    logFile: at('log'),
    socketPath: at('socket'),
    freezeFile: at('freeze'),
    policy,
    ...changes,
  });
const open = (changes: Readonly<Record<string, unknown>>, environment: Record<string, string> = {}) =>
  openKeys(configOf(changes), environment);

describe('the signer’s configuration', () => {
  it('reads amounts, and leaves out what is not there', () => {
    const release = { operators: [operator, operator], depth: 6, minimumDifficulty: '1000' };
    expect(configOf({ policy: { ...policy, release } }).policy).toEqual({
      maximumFeeSats: 50_000n,
      maximumSatPerVbyte: 200,
      maximumSatsPerHour: 100_000_000n,
      maximumSatsPerDay: 200_000_000n,
      ownDescriptors: [],
      release: { ...release, minimumDifficulty: 1000n },
    });
    expect(configOf().policy).not.toHaveProperty('release');
  });

  it.each([
    ['a plain seed beside real money', { network: 'bitcoin' }, 'regtest only; use age or external'],
    ['an unknown field', { maximumFee: 1 }, 'unknown field "maximumFee"'],
    ['an unknown mode', { keys: { mode: 'hsm' } }, 'keys'],
    ['a path that is not absolute', { logFile: 'log' }, 'logFile: expected an absolute path'],
    ['a number where text must be', { policy: { ...policy, maximumFeeSats: 5 } }, 'policy.maximumFeeSats'],
    [
      'a depth of zero',
      { policy: { ...policy, release: { operators: [], depth: 0, minimumDifficulty: '0' } } },
      'depth',
    ],
    [
      'a socket path that is too long',
      { socketPath: `/${'x'.repeat(120)}` },
      'socketPath: is 121 bytes long, and a unix socket takes at most',
    ],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => configOf(changes)).toThrow(message);
  });
});

describe('keys', () => {
  it('are read as bytes or as words, for either script', async () => {
    expect((await open({})).account.descriptor).toBe(
      openSeed(new Uint8Array(32).fill(7), 'regtest').account.descriptor,
    );
    writeFileSync(at('seed'), words);
    const taproot = await open({ keys: { mode: 'regtest', seedFile: at('seed'), account: 'p2tr' } });
    expect(taproot.account.descriptor).toBe(openSeed(readSeed(words), 'regtest', 'p2tr').account.descriptor);
  });

  it('may be one of several', async () => {
    writeFileSync(at('seed'), Buffer.from(seedOf(2)).toString('hex'));
    const account = multisigDescriptor(2, [seedOf(1), seedOf(2), seedOf(3)]);
    expect((await open({ keys: { mode: 'regtest', seedFile: at('seed'), account } })).account.script).toEqual({
      type: 'p2wsh',
      threshold: 2,
      keyCount: 3,
    });
  });

  it('are opened from a sealed file, plain or armoured, by a passphrase in a file or a credential', async () => {
    const sealed = await sealedWith('correct horse', words);
    const { descriptor } = openSeed(readSeed(words), 'bitcoin').account;
    for (const bytes of [sealed, armor.encode(sealed)]) {
      writeFileSync(at('seed.age'), bytes);
      for (const passphrase of [at('passphrase'), { credential: 'passphrase' }]) {
        const opened = await open(
          { network: 'bitcoin', keys: { mode: 'age', file: at('seed.age'), passphrase } },
          { CREDENTIALS_DIRECTORY: folder },
        );
        expect(opened.account.descriptor).toBe(descriptor);
      }
    }
    // systemd shows its access list as the group's right.
    chmodSync(at('passphrase'), 0o440);
    const keys = { mode: 'age', file: at('seed.age'), passphrase: { credential: 'passphrase' } };
    await expect(open({ keys }, { CREDENTIALS_DIRECTORY: folder })).resolves.toBeDefined();
  });

  const age = () => ({ keys: { mode: 'age', file: at('seed.age'), passphrase: at('passphrase') } });
  it.each([
    [
      'another passphrase',
      async () => writeFileSync(at('seed.age'), await sealedWith('x', words)),
      'seed.age: cannot be opened',
    ],
    ['a file that is none of age’s', async () => writeFileSync(at('seed.age'), 'nonsense'), 'it is no file of age'],
    ['an empty file', async () => writeFileSync(at('seed.age'), ''), 'seed.age: expected a file of age'],
    ['no file', async () => {}, 'seed.age: is not there; create it'],
    ['no passphrase', async () => rmSync(at('passphrase')), 'passphrase: is not there; create it'],
    [
      'a passphrase that others may read',
      async () => chmodSync(at('passphrase'), 0o644),
      'passphrase: others may read it; chmod 600',
    ],
    [
      'words that are no mnemonic',
      async () => writeFileSync(at('seed.age'), await sealedWith('correct horse', 'abandon '.repeat(12))),
      'seed.age: the words are not a mnemonic of BIP39: one is wrong, missing, or out of place',
    ],
    [
      'too few words',
      async () => writeFileSync(at('seed.age'), await sealedWith('correct horse', 'abandon about')),
      'expected 16 to 64 bytes in hexadecimal, or 12 to 24 words',
    ],
  ])('are refused: %s', async (_what, change, message) => {
    await change();
    const refused = open(age());
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/abandon|legal|horse/);
  });

  it.each([
    ['a seed that others may read', () => chmodSync(at('seed'), 0o644), {}, 'seed: others may read it; chmod 600'],
    ['an empty seed', () => writeFileSync(at('seed'), ' \n'), {}, 'seed: is empty'],
    ['a seed that is none', () => writeFileSync(at('seed'), 'not hex'), {}, 'seed: expected 16 to 64 bytes'],
    ['a missing seed', () => rmSync(at('seed')), {}, 'seed: is not there; create it'],
    [
      'a seed that is not of its descriptor',
      () => {},
      { keys: { mode: 'regtest', seedFile: '', account: singleDescriptor('p2tr', seedOf(1)) } },
      'holds no key of the descriptor; give the seed that it was made from',
    ],
    [
      'a descriptor of another network',
      () => {},
      { network: 'bitcoin', keys: { mode: 'external', account: singleDescriptor('p2tr', seedOf(1)) } },
      'the key is of another network; xpub is for bitcoin',
    ],
    [
      'a descriptor with a wrong checksum',
      () => {},
      { keys: { mode: 'external', account: `${singleDescriptor('p2tr', seedOf(1)).slice(0, -1)}q` } },
      'the checksum does not fit; something was changed or mistyped: copy it again',
    ],
  ])('are refused: %s', async (_what, change, changes: Readonly<Record<string, unknown>>, message) => {
    change();
    const { keys } = changes as { readonly keys?: { readonly seedFile?: string } };
    await expect(open(keys?.seedFile === '' ? { keys: { ...keys, seedFile: at('seed') } } : changes)).rejects.toThrow(
      message,
    );
  });

  it('of bindings are long enough, and systemd’s where they are said to be', () => {
    expect(openBindingKey(configOf(), {}).reveal()).toBe('a binding key of more than 32 characters');
    const bindingKeyFile = { credential: 'binding' };
    expect(() => openBindingKey(configOf({ bindingKeyFile }), {})).toThrow('write LoadCredential=binding:PATH');
    expect(openBindingKey(configOf({ bindingKeyFile }), { CREDENTIALS_DIRECTORY: folder })).toBeDefined();
    writeFileSync(at('binding'), 'short');
    expect(() => openBindingKey(configOf(), {})).toThrow('bindingKeyFile: expected at least 32 characters');
  });
});

it('a socket path that is too long is refused by both ends, with the remedy', async () => {
  const { signer, runtime } = createWorld({ coins: [] });
  const socketPath = `/tmp/${'ភាសា'.repeat(12)}`;
  const message = 'choose a shorter one, such as /run/rielrails-signer/signer.sock';
  expect(() => createSignerClient({ socketPath }, runtime)).toThrow(message);
  await expect(serveSigner({ signer, socketPath }, { log: silentLog })).rejects.toThrow(message);
});

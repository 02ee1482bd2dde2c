import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, Secret } from '@rielrails/kit/offline';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { z } from 'zod';
import { openDescriptor, openSeed } from './keys.ts';
import type { SigningAccount } from './keys.ts';
import type { SignerPolicy } from './policy.ts';
import { openSealedSeed, readSeed } from './seed.ts';
import { assertSocketPath } from './socket-path.ts';

const sats = z
  .string()
  .regex(/^[1-9][0-9]{0,15}$/, 'expected satoshi as decimal text')
  .transform((text) => BigInt(text));
const path = z.string().startsWith('/', 'expected an absolute path');
const name = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'expected the name of a systemd credential');
const secretFile = z.union([path, z.strictObject({ credential: name })]);
const difficulty = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,19})$/, 'expected a whole number as decimal text')
  .transform((text) => BigInt(text));
const account = z.union([z.enum(['p2wpkh', 'p2tr']), z.string().max(4096).includes('(')]);

const keysSchema = z.discriminatedUnion('mode', [
  z.strictObject({
    /** The seed in plain text: 16 to 64 bytes in hexadecimal, or words. For play money. */
    mode: z.literal('regtest'),
    seedFile: path,
    account: account.default('p2wpkh'),
  }),
  z.strictObject({
    /** The seed in a file that was encrypted with `age -p`. */
    mode: z.literal('age'),
    file: path,
    /** A file, or a systemd credential. */
    passphrase: secretFile,
    account: account.default('p2wpkh'),
  }),
  z.strictObject({
    /** Every signature is made elsewhere: transactions are handed out as PSBTs. */
    mode: z.literal('external'),
    account: z.string().max(4096),
  }),
]);

const configSchema = z
  .strictObject({
    network: z.enum(['bitcoin', 'testnet', 'regtest']),
    keys: keysSchema,
    /** The text that the wallet's `bindingKey` holds; a file of this user only, or a systemd credential. */
    bindingKeyFile: secretFile,
    logFile: path,
    socketPath: path,
    /** While a file of this name exists, nothing is signed. */
    freezeFile: path,
    policy: z.strictObject({
      maximumFeeSats: sats,
      maximumSatPerVbyte: z.number().min(1).max(1000),
      maximumSatsPerHour: sats,
      maximumSatsPerDay: sats,
      ownDescriptors: z.array(z.string().max(4096)).max(100),
      release: z
        .strictObject({
          operators: z
            .array(z.strictObject({ name: z.string().min(1).max(100), publicKey: z.string().max(200) }))
            .max(20),
          depth: z.int().min(1).max(1000),
          minimumDifficulty: difficulty,
        })
        .optional(),
    }),
  })
  .refine(({ network, keys }) => keys.mode !== 'regtest' || network === 'regtest', {
    path: ['keys', 'mode'],
    message: 'a seed in plain text is for regtest only; use age or external',
  });

/** How a signer is set up: its file, read and checked. */
export interface SignerConfig {
  readonly network: BitcoinNetwork;
  readonly keys: KeyMode;
  readonly bindingKeyFile: SecretFile;
  readonly logFile: string;
  readonly socketPath: string;
  readonly freezeFile: string;
  readonly policy: SignerPolicy;
}

/** A file of this user's, or a secret that systemd keeps. */
type SecretFile = string | { readonly credential: string };

/** Where the keys are. `account`: the script of an account of one key, or a descriptor. */
type KeyMode =
  | { readonly mode: 'regtest'; readonly seedFile: string; readonly account: string }
  | { readonly mode: 'age'; readonly file: string; readonly passphrase: SecretFile; readonly account: string }
  | { readonly mode: 'external'; readonly account: string };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the signer's configuration.
 *
 * @throws ProviderError of kind `config` that names the field and the rule; RangeError when the socket path is too long.
 */
export function readSignerConfig(value: unknown): SignerConfig {
  const { policy, ...config } = readConfig('signer', configSchema, value);
  assertSocketPath(config.socketPath);
  const { release, ...limits } = policy;
  return { ...config, policy: release ? { ...limits, release } : limits };
}

/**
 * Opens the account that the configuration names, with the keys that are here.
 *
 * @throws RangeError that names the file or the credential, the rule and the remedy, and nothing that is inside.
 */
export async function openKeys({ network, keys }: SignerConfig, environment: Environment): Promise<SigningAccount> {
  if (keys.mode === 'external') return openDescriptor(keys.account, network);
  const seed =
    keys.mode === 'age'
      ? await openAgeFile(keys.file, readSecret(keys.passphrase, environment))
      : inFile(keys.seedFile, () => readSeed(readSecret(keys.seedFile, environment).reveal()));
  return keys.account === 'p2wpkh' || keys.account === 'p2tr'
    ? openSeed(seed, network, keys.account)
    : openDescriptor(keys.account, network, [seed]);
}

/**
 * Opens the key of the bindings.
 *
 * @throws RangeError as {@link openKeys} does.
 */
export function openBindingKey({ bindingKeyFile }: SignerConfig, environment: Environment): Secret {
  const key = readSecret(bindingKeyFile, environment);
  if (key.reveal().length < 32) throw new RangeError('bindingKeyFile: expected at least 32 characters');
  return key;
}

async function openAgeFile(file: string, passphrase: Secret): Promise<Uint8Array> {
  assertThere(file);
  return openSealedSeed(readFileSync(file), passphrase).catch((error: unknown) => inFile(file, () => rethrow(error)));
}

/** Reads a secret that systemd keeps, or a file of this user's; one that others may read is refused. */
function readSecret(secret: SecretFile, environment: Environment): Secret {
  const file = typeof secret === 'string' ? secret : credentialPath(secret.credential, environment);
  assertThere(file);
  // systemd lets a user in by an access list, which shows as the group's right to read.
  const isOpen = typeof secret === 'string' && (statSync(file).mode & 0o077) !== 0;
  if (isOpen) throw new RangeError(`${file}: others may read it; chmod 600`);
  const text = readFileSync(file, 'utf8').trim();
  if (text === '') throw new RangeError(`${file}: is empty`);
  return new Secret(text);
}

function credentialPath(credential: string, { CREDENTIALS_DIRECTORY: folder }: Environment): string {
  if (folder !== undefined) return join(folder, credential);
  throw new RangeError(`credential ${credential}: only systemd can give it; write LoadCredential=${credential}:PATH`);
}

function assertThere(file: string): void {
  if (!existsSync(file)) throw new RangeError(`${file}: is not there; create it, readable by this user only`);
}

/** Names the file in whatever is wrong with what is inside. */
function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = error instanceof RangeError ? error.message : 'cannot be read';
    throw new RangeError(why.startsWith(file) ? why : `${file}: ${why}`, { cause: error });
  }
}

function rethrow(error: unknown): never {
  throw error;
}

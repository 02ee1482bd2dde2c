#!/usr/bin/env node
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLog, readConfig, Secret, systemClock } from '@rielrails/kit/offline';
import { z } from 'zod';
import { initFileLog, openFileLog } from './file-log.ts';
import { openDescriptor, openSeed } from './keys.ts';
import type { SigningAccount } from './keys.ts';
import type { SignerPolicy } from './policy.ts';
import { openSealedSeed, readSeed } from './seed.ts';
import { serveSigner } from './server.ts';
import { createSigner } from './signer.ts';
import { assertSocketPath } from './socket-path.ts';

const USAGE = `usage: rielrails-signer init CONFIG.json   begin the log of a new key, once
       rielrails-signer run  CONFIG.json   listen until SIGTERM
`;

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

type Config = z.infer<typeof configSchema>;
type SecretFile = Config['bindingKeyFile'];

/** Reads a secret that systemd keeps, or a file of this user's; one that others may read is refused. */
function readSecretFile(secret: SecretFile): Secret {
  const file = typeof secret === 'string' ? secret : credentialPath(secret.credential);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new RangeError(`${file}: is not there; create it, readable by this user only`);
  // systemd lets a user in by an access list, which shows as the group's right to read.
  const isOpen = typeof secret === 'string' && (stats.mode & 0o077) !== 0;
  if (isOpen) throw new RangeError(`${file}: others may read it; chmod 600`);
  const text = readFileSync(file, 'utf8').trim();
  if (text === '') throw new RangeError(`${file}: is empty`);
  return new Secret(text);
}

function credentialPath(credential: string): string {
  const folder = process.env['CREDENTIALS_DIRECTORY'];
  if (folder !== undefined) return join(folder, credential);
  throw new RangeError(`credential ${credential}: only systemd can give it; write LoadCredential=${credential}:PATH`);
}

async function openKeys({ network, keys }: Config): Promise<SigningAccount> {
  if (keys.mode === 'external') return openDescriptor(keys.account, network);
  const seed = await inFile(keys.mode === 'age' ? keys.file : keys.seedFile, (file) =>
    keys.mode === 'age'
      ? openSealedSeed(readFileSync(file), readSecretFile(keys.passphrase))
      : readSeed(readSecretFile(file).reveal()),
  );
  return keys.account === 'p2wpkh' || keys.account === 'p2tr'
    ? openSeed(seed, network, keys.account)
    : openDescriptor(keys.account, network, [seed]);
}

/** Names the file in whatever is wrong with it. */
async function inFile<T>(file: string, read: (file: string) => T | Promise<T>): Promise<T> {
  if (!existsSync(file)) throw new RangeError(`${file}: is not there; create it, readable by this user only`);
  try {
    return await read(file);
  } catch (error) {
    const why = error instanceof RangeError ? error.message : 'cannot be read';
    throw new RangeError(why.startsWith('/') ? why : `${file}: ${why}`, { cause: error });
  }
}

async function init(config: Config): Promise<void> {
  const { account } = await openKeys(config);
  const { network, descriptor } = account;
  initFileLog(config.logFile, { network, descriptor }, systemClock.now());
  process.stdout.write(`${JSON.stringify({ event: 'initialised', logFile: config.logFile, descriptor })}\n`);
}

function policyOf({ policy: { release, ...limits } }: Config): SignerPolicy {
  return release ? { ...limits, release } : limits;
}

async function run(config: Config): Promise<void> {
  assertSocketPath(config.socketPath);
  const keys = await openKeys(config);
  const bindingKey = readSecretFile(config.bindingKeyFile);
  if (bindingKey.reveal().length < 32) throw new RangeError('bindingKeyFile: expected at least 32 characters');
  const signatures = openFileLog(config.logFile);
  const log = jsonLog((line) => process.stderr.write(`${line}\n`), systemClock);
  const frozen = () => existsSync(config.freezeFile);
  const signer = createSigner(
    { keys, bindingKey, policy: policyOf(config), log: signatures, frozen },
    { clock: systemClock },
  );
  const server = await serveSigner({ signer, socketPath: config.socketPath }, { log });
  chmodSync(config.logFile, 0o600);
  const { descriptor, bindingFingerprint, head } = await signer.describe();
  const fingerprint = keys.account.roots[0]?.origin?.fingerprint ?? null;
  const ready = { event: 'ready', socket: config.socketPath, fingerprint, bindingFingerprint, head, descriptor };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const stop = () => {
    void server.close().then(() => {
      signatures.close();
      process.exit(0);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

async function main([command, file]: readonly string[]): Promise<void> {
  if ((command !== 'init' && command !== 'run') || file === undefined) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const config = readConfig('signer', configSchema, JSON.parse(readFileSync(file, 'utf8')));
  if (command === 'init') await init(config);
  else await run(config);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`rielrails-signer: ${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = 1;
}

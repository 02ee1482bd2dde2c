#!/usr/bin/env node
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { fromHex, jsonLog, readConfig, Secret, systemClock } from '@rielrails/kit/offline';
import { z } from 'zod';
import { initFileLog, openFileLog } from './file-log.ts';
import { openSeed } from './keys.ts';
import type { SigningAccount } from './keys.ts';
import { serveSigner } from './server.ts';
import { createSigner } from './signer.ts';

const USAGE = `usage: rielrails-signer init CONFIG.json   begin the log of a new key, once
       rielrails-signer run  CONFIG.json   listen until SIGTERM
`;

const sats = z
  .string()
  .regex(/^[1-9][0-9]{0,15}$/, 'expected satoshi as decimal text')
  .transform((text) => BigInt(text));
const path = z.string().startsWith('/', 'expected an absolute path');

const configSchema = z.strictObject({
  network: z.literal('regtest', 'a seed in a file is for regtest only; other key modes do not exist yet'),
  /** 16 to 64 bytes in hexadecimal; readable by this user only. */
  seedFile: path,
  /** The text that the wallet's `bindingKey` holds; readable by this user only. */
  bindingKeyFile: path,
  logFile: path,
  socketPath: path,
  /** While a file of this name exists, nothing is signed. */
  freezeFile: path,
  policy: z.strictObject({
    maximumFeeSats: sats,
    maximumSatPerVbyte: z.number().min(1).max(1000),
    maximumSatsPerHour: sats,
    maximumSatsPerDay: sats,
    ownDescriptors: z.array(z.string()),
  }),
});

type Config = z.infer<typeof configSchema>;

/** Reads a secret of this user's; one that others may read is refused. */
function readSecretFile(file: string): Secret {
  if ((statSync(file).mode & 0o077) !== 0) throw new RangeError(`${file}: others may read it; chmod 600`);
  const text = readFileSync(file, 'utf8').trim();
  if (text === '') throw new RangeError(`${file}: is empty`);
  return new Secret(text);
}

function openKeys(config: Config): SigningAccount {
  const seed = readSecretFile(config.seedFile);
  try {
    return openSeed(fromHex(seed.reveal()), config.network);
  } catch {
    throw new RangeError(`${config.seedFile}: expected 16 to 64 bytes in hexadecimal`);
  }
}

function init(config: Config): void {
  const { account } = openKeys(config);
  const { network, descriptor } = account;
  initFileLog(config.logFile, { network, descriptor }, systemClock.now());
  process.stdout.write(`${JSON.stringify({ event: 'initialised', logFile: config.logFile, descriptor })}\n`);
}

async function run(config: Config): Promise<void> {
  const keys = openKeys(config);
  const bindingKey = readSecretFile(config.bindingKeyFile);
  if (bindingKey.reveal().length < 32)
    throw new RangeError(`${config.bindingKeyFile}: expected at least 32 characters`);
  const signatures = openFileLog(config.logFile);
  const log = jsonLog((line) => process.stderr.write(`${line}\n`), systemClock);
  const frozen = () => existsSync(config.freezeFile);
  const signer = createSigner(
    { keys, bindingKey, policy: config.policy, log: signatures, frozen },
    { clock: systemClock },
  );
  const server = await serveSigner({ signer, socketPath: config.socketPath }, { log });
  chmodSync(config.logFile, 0o600);
  const { descriptor, bindingFingerprint, head } = await signer.describe();
  const fingerprint = descriptor.slice(6, 14);
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
  if (command === 'init') init(config);
  else await run(config);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`rielrails-signer: ${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = 1;
}

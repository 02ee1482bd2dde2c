#!/usr/bin/env node
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { jsonLog, systemClock } from '@rielrails/kit/offline';
import { openBindingKey, openKeys, readSignerConfig } from './config.ts';
import type { SignerConfig } from './config.ts';
import { initFileLog, openFileLog } from './file-log.ts';
import { serveSigner } from './server.ts';
import { createSigner } from './signer.ts';

const USAGE = `usage: rielrails-signer init CONFIG.json   begin the log of a new key, once
       rielrails-signer run  CONFIG.json   listen until SIGTERM
`;

async function init(config: SignerConfig): Promise<void> {
  const { account } = await openKeys(config, process.env);
  const { network, descriptor } = account;
  initFileLog(config.logFile, { network, descriptor }, systemClock.now());
  process.stdout.write(`${JSON.stringify({ event: 'initialised', logFile: config.logFile, descriptor })}\n`);
}

async function run(config: SignerConfig): Promise<void> {
  const keys = await openKeys(config, process.env);
  const bindingKey = openBindingKey(config, process.env);
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
  const config = readSignerConfig(JSON.parse(readFileSync(file, 'utf8')));
  if (command === 'init') await init(config);
  else await run(config);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`rielrails-signer: ${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = 1;
}

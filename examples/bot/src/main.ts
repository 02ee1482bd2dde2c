#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { InputError, isInputError, isProviderError } from '@rielrails/core';
import { openAdminDoor } from './admin-door.ts';
import { compose } from './compose.ts';
import type { Composition } from './compose.ts';
import { readBotConfig } from './config.ts';
import { secretReader } from './secrets.ts';
import type { BotConfig } from './config.ts';
import { openDoor } from './door.ts';

const STOP_WITHIN_MS = 10_000;
const RECONCILE_AGAIN_MS = 60_000;

interface Process {
  readonly runtime: Runtime;
  /** The sandbox's own routes; nothing else answers there in live mode. */
  extra(composition: Composition): (request: Request) => Promise<Response | null>;
}

/** The process as it is in the real world: our own node is on this machine, and BitGo's program that signs. */
function realProcess({ wallet, bitgo }: BotConfig): Process {
  const own = [wallet.node.url, ...(bitgo ? [bitgo.expressUrl] : [])].map((url) => new URL(url));
  const loopbackPorts = own.map(({ port, protocol }) => Number(port || (protocol === 'https:' ? 443 : 80)));
  return { runtime: systemRuntime({ loopbackPorts }), extra: () => async () => null };
}

async function openProcess(config: BotConfig): Promise<Process> {
  if (!config.sandbox) return realProcess(config);
  const { sandboxProcess } = await import('./sandbox-process.ts');
  return sandboxProcess(config, config.sandbox);
}

const USAGE = `usage: node examples/bot/src/main.ts CONFIG.json

Sells bitcoin in a Telegram chat, with accounts of your own. What stands in CONFIG.json: examples/bot/README.md, and
config.example.json beside it. Without accounts: pnpm demo.
`;

function readConfigFile(file: string): BotConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new InputError('CONFIG.json', 'unreadable', `the file that was named cannot be read (${code})`);
  }
  return readBotConfig(text);
}

async function main([file]: readonly string[]): Promise<void> {
  if (file === undefined || file === '--help') {
    (file ? process.stdout : process.stderr).write(USAGE);
    process.exitCode = file ? 0 : 2;
    return;
  }
  const config = readConfigFile(file);
  const secretOf = secretReader(config.mode, process.env);
  const { runtime, extra } = await openProcess(config);
  const composition = await compose(config, secretOf, runtime);
  const { orders, bot } = composition;
  const more = extra(composition);
  const door = await openDoor(config.port, async (request) => (await more(request)) ?? composition.handle(request));
  const adminDoor = await openAdminDoor(config, secretOf, composition, runtime);
  runtime.log.info('starting', { port: door.port, fingerprint: secretOf(config.telegram.token).fingerprint() });
  // While somebody has not answered, nothing is written outside: webhooks are kept, and buyers wait.
  while (config.recovery && (await orders.reconcile()).unanswered > 0) await runtime.clock.sleep(RECONCILE_AGAIN_MS);
  await orders.start();
  const stopping = new AbortController();
  // An order goes on without the chat: a poll that ends is an alarm, not the end.
  const polling = bot.poll(stopping.signal).catch((error: unknown) => {
    runtime.log.error('poll-ended', { error: error instanceof Error ? error.name : typeof error });
  });
  process.stdout.write(`${JSON.stringify({ ready: true, port: door.port, adminPort: adminDoor?.port })}\n`);

  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    stopping.abort();
    await polling;
    await Promise.all([door.close(), adminDoor?.close()]);
    await orders.stop(STOP_WITHIN_MS);
    await composition.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  // Only these name fields and rules; any other message might hold what nobody should read.
  const told =
    isInputError(error) || isProviderError(error) ? error.message : error instanceof Error ? error.name : 'failed';
  process.stderr.write(`bot: ${told}\n`);
  process.exit(1);
}

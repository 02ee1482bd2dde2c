#!/usr/bin/env node
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { InputError, isInputError } from '@rielrails/core';
import { readArguments, usage } from './launcher/arguments.ts';
import type { Task } from './launcher/arguments.ts';
import { offeredFirst } from './rails/rail-id.ts';
import { assertNothingLive, takeDemoHome } from './launcher/home.ts';
import { playOperators } from './launcher/play-operators.ts';
import { startSandbox, treasuryToTry } from './launcher/sandbox.ts';
import { findScript, runScript, scripts } from './scripts/index.ts';
import type { Result } from './scripts/index.ts';

let leaving = false;
/** What ends everything that was started, before the process goes. */
let end: () => Promise<void> = async () => {};

const say = (line: string) => void process.stderr.write(`${line}\n`);
const engineOf = (given: string | null) =>
  given ?? fileURLToPath(new URL('../../../examples/bot/src/sandbox-engine.ts', import.meta.url));

async function main(task: Task): Promise<number> {
  switch (task.type) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'list-scripts':
      for (const { name, tells } of scripts) process.stdout.write(`${name.padEnd(28)}${tells}\n`);
      return 0;
    case 'demo':
      return demo(task);
    case 'script':
      return play(task);
  }
}

/** The sandbox with its page, until somebody ends it. */
async function demo({ options, port }: Extract<Task, { type: 'demo' }>): Promise<number> {
  const home = await takeDemoHome(process.env);
  end = () => home.release(false);
  const sandbox = await startSandbox({
    directory: home.directory,
    node: options.node,
    port,
    engine: engineOf(options.engine),
    say,
    environment: process.env,
    // The page has buttons for less, more, twice and late.
    settings: {
      ...treasuryToTry,
      takesWrongPayments: true,
      ...(options.rail ? { rails: offeredFirst(options.rail) } : {}),
      ...(options.kyc ? { kyc: options.kyc } : {}),
    },
    operators: playOperators,
    revives: true,
  });
  end = async () => {
    await sandbox.stop();
    await home.release(false);
  };
  // Somebody is there to begin with; the page opens more chats.
  await sandbox.world.call('act', { name: 'chat/open', input: { id: 1001, firstName: 'Dara', languageCode: 'en' } });
  say(`SANDBOX – PLAY MONEY, on ${sandbox.ready.chain.backend}. Data: ${home.directory}. Ctrl-C ends it.`);
  say('Open this page: on the left you chat with the bot, in the middle is the world, on the right the machine.');
  if (sandbox.adminUrl !== null) {
    say(`Operator’s page: ${sandbox.adminUrl} as ${playOperators.map(({ name }) => name).join(' or ')}.`);
    say(`Their tokens: ${playOperators.map(({ token }) => token).join(', ')}. What one proposes, the other approves.`);
    say(`In a shell: RIELRAILS_ADMIN_TOKEN=${playOperators[0].token} pnpm admin orders --door ${sandbox.adminUrl}`);
  }
  process.stdout.write(`${sandbox.ready.url}\n`);
  const { code, signal } = await sandbox.world.ended;
  if (!leaving) say(`the world process ended (${signal ?? `exit ${code}`})`);
  return 1;
}

/** One script, or all that are quick; the result on standard output. */
async function play({ name, json, options }: Extract<Task, { type: 'script' }>): Promise<number> {
  const chosen = name === 'all' ? scripts.filter((script) => script.name !== 'crash') : [findScript(name)];
  const results: Result[] = [];
  for (const script of chosen) {
    if (!script) throw new UnknownScript();
    if (options.rail && !script.takesRail) throw new InputError('--rail', 'happy-only', 'goes with the script happy');
    if (options.kyc && !script.takesKyc)
      throw new InputError('--kyc', 'kyc-happy-only', 'goes with the script kyc-happy');
    const run = { ...options, engine: engineOf(options.engine), environment: process.env, say };
    results.push(
      await runScript(script, {
        ...run,
        onSandbox: (stop) => {
          end = stop;
        },
      }),
    );
  }
  const ok = results.every((result) => result.ok);
  const [only] = results;
  const shown = name === 'all' ? { script: 'all', ok, results } : only;
  if (json) process.stdout.write(`${JSON.stringify(shown, digits, 2)}\n`);
  else {
    for (const result of results) process.stdout.write(tell(result));
    const passed = results.filter((result) => result.ok).length;
    process.stdout.write(`${passed} passed, ${results.length - passed} failed\n`);
  }
  return ok ? 0 : 1;
}

class UnknownScript extends Error {
  constructor() {
    super(`--script: no script of this name; there are ${scripts.map((script) => script.name).join(', ')} and all`);
  }
}

const digits = (_name: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

function tell(result: Result): string {
  const { script, ok, failure, order, orders, delivery, chain, invariants, checks, timings, more } = result;
  const broken = Object.entries({ ...invariants, ...checks }).filter(([, holds]) => !holds);
  const counted = Object.entries(orders).map(([state, count]) => `${count} ${state}`);
  return [
    `${ok ? 'ok' : 'FAILED'}  ${script}: ${counted.join(', ')}`,
    ...(order
      ? [`    paid ${order.paid.amount} ${order.paid.asset}, bought ${order.bought.amount} ${order.bought.asset}`]
      : []),
    ...(delivery
      ? [`    ${delivery.amount.amount} BTC in ${delivery.txid}, ${delivery.confirmations} confirmations`]
      : []),
    ...(more ? [`    ${JSON.stringify(more, digits)}`] : []),
    ...(failure === null ? [] : [`    ${failure}`]),
    ...broken.map(([name]) => `    broken: ${name}`),
    `    on ${chain.backend}; started in ${timings.startMs} ms, played in ${timings.playMs} ms`,
    '',
  ].join('\n');
}

async function leave(code: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  await end();
  if (process.stdout.writableLength > 0) await once(process.stdout, 'drain');
  process.exit(code);
}
process.on('SIGINT', () => void leave(130));
process.on('SIGTERM', () => void leave(143));
process.on('SIGHUP', () => void leave(129));

try {
  assertNothingLive(process.env);
  await leave(await main(readArguments(process.argv.slice(2))));
} catch (error) {
  say(isInputError(error) || error instanceof Error ? error.message : 'it failed');
  await leave(error instanceof UnknownScript || isInputError(error) ? 2 : 1);
}

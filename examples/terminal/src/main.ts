/*
 * Orders from a shell, on the same engine: `node examples/terminal/src/main.ts buy 41000` beside a running `pnpm demo`.
 */
import { createInterface } from 'node:readline/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isInputError, KHR } from '@rielrails/core';
import { formatAmount, parseAmount, systemClock } from '@rielrails/kit';
import type { OrderView, Orders } from '@rielrails/orders';
import { demoDirectory, readEngineConfig } from '@rielrails/sandbox';
import { composeEngine } from './compose.ts';

const USAGE = `usage: main.ts buy RIEL [--rail ID]  order, verify, agree, and watch until it is over
       main.ts watch                watch the newest order of this shell
       main.ts history              the orders of this shell
`;
const me = { channel: 'terminal', chat: process.env['USER'] ?? 'shell' };
const say = (line: string) => void process.stdout.write(`${line}\n`);

function show(view: OrderView): void {
  say(`\n${view.number}  ${view.state}`);
  for (const { key, amount } of view.lines) say(`  ${key.padEnd(14)}${formatAmount(amount)} ${amount.asset.code}`);
  if (view.next?.type === 'qr') say(`  scan: ${view.next.payload}`);
  else if (view.next) for (const [name, value] of Object.entries(view.next)) say(`  ${name}: ${value}`);
  if (view.delivery?.transactionId) say(`  sent: ${view.delivery.transactionId}, ${view.delivery.confirmations} deep`);
  for (const { amount, way, done } of view.refunds)
    say(`  ${done ? 'refunded' : 'we owe you'} ${formatAmount(amount)} ${amount.asset.code}, ${way}`);
}

type Ask = (question: string) => Promise<string>;

async function buy({ buyer }: Orders, text: string, rail: string | undefined, ask: Ask): Promise<void> {
  const amount = parseAmount(text, KHR);
  let view = await buyer.quote(me, { want: { type: 'spend', amount }, payIn: KHR });
  if (rail !== undefined) view = await buyer.chooseRail(me, view.id, { rail });
  show(view);
  for (const { id, state, chosen } of await buyer.rails(me, view.id))
    say(`  ${chosen ? '*' : ' '} --rail ${id}: ${state}`);
  for (let check = await buyer.verify(me); check.status !== 'approved'; check = await buyer.verify(me)) {
    if (check.url) say(`\nverify yourself: ${check.url}`);
    await ask('(Enter when the desk has approved) ');
  }
  for (;;) {
    try {
      view = await buyer.giveAddress(me, view.id, await ask('bitcoin address: '));
      break;
    } catch (error) {
      if (!isInputError(error)) throw error;
      say(error.message);
    }
  }
  view = await buyer.refresh(me, view.id);
  show(view);
  const { text: terms, hash } = await buyer.terms(me, view.id);
  if ((await ask(`${terms}\nagree? (yes) `)) !== 'yes') return show(await buyer.cancel(me, view.id));
  await buyer.confirm(me, view.id, { termsHash: hash, silence: view.silenceChoices[0] ?? 'deliver' });
  await watch({ buyer }, view.id);
}

async function watch({ buyer }: Pick<Orders, 'buyer'>, id: OrderView['id']): Promise<void> {
  const ends = ['DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED'];
  for (let last = ''; ;) {
    const view = await buyer.view(me, id);
    const now = `${view.state} ${view.step} ${view.next?.type} ${view.delivery?.confirmations}`;
    if (now !== last) show(view);
    last = now;
    if (ends.includes(view.state)) return;
    await systemClock.sleep(500);
  }
}

async function main(given: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...given],
    options: { rail: { type: 'string' } },
    allowPositionals: true,
  });
  const [command, amount] = positionals;
  const known = command === 'watch' || command === 'history' || (command === 'buy' && amount !== undefined);
  if (!known) return void process.stdout.write(USAGE);
  const directory = demoDirectory({ HOME: homedir(), ...process.env });
  // A second engine on the same database: rows decide who acts, whoever asks.
  const engine = await composeEngine(await readEngineConfig(join(directory, 'engine.json')), { quiet: true });
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const current = await engine.orders.buyer.current(me);
  try {
    if (command === 'buy') await buy(engine.orders, amount ?? '', values.rail, (question) => prompt.question(question));
    else if (command === 'history') for (const view of await engine.orders.buyer.history(me)) show(view);
    else if (current) await watch(engine.orders, current.id);
    else say('nothing was ordered from this shell yet');
  } finally {
    prompt.close();
    await engine.stop();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'it failed'}\n`);
  process.exitCode = 1;
}

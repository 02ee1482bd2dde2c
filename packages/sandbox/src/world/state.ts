import { formatAmount, systemClock } from '@rielrails/kit';
import type { Money } from '@rielrails/core';
import { faultNames } from '@rielrails/kit/emulator';
import type { Emulator } from '@rielrails/kit/emulator';
import type { SandboxClock } from '../clock.ts';
import type { TelegramEmulator } from '../telegram/index.ts';
import type { MachineState } from '../machine.ts';
import type { Desks, MachineDesk } from './desks.ts';

/** What the state is read from. */
export interface StateSources {
  readonly clock: SandboxClock;
  readonly telegram: TelegramEmulator;
  /** Every emulator once. */
  readonly emulators: readonly Emulator[];
  readonly hosts: readonly string[];
  readonly desks: Desks;
  readonly notices: readonly Notice[];
}

/** What a tapped button answered with: a line that the phone shows for a moment, or an alert to close. */
export interface Notice {
  readonly id: string;
  readonly chatId: number;
  readonly text: string;
  readonly alert: boolean;
}

const MAX_MESSAGES = 200;
const MAX_TRAFFIC = 60;
const MAX_RECEIPTS = 20;
const ANSWER_WITHIN_MS = 1500;

/** Reads every part of the world, as the page and the scripts see it. A part whose desk is missing is `null`. */
export type StateReader = () => Promise<Readonly<Record<string, unknown>>>;

/** Makes the reader. It remembers what the engine last told, to show it while the engine is down. */
export function createStateReader(sources: StateSources): StateReader {
  const { desks } = sources;
  let lastTold: MachineState | null = null;

  async function readMachine(machine: MachineDesk): Promise<unknown> {
    const told = await answerOf(machine.state());
    lastTold = told ?? lastTold;
    const operators = machine.operatorsPage?.() ?? null;
    return { actions: Object.keys(machine.actions), reachable: told !== null, state: lastTold, operators };
  }

  return async () => ({
    clock: { offsetMs: sources.clock.offsetMs },
    hosts: sources.hosts,
    chats: readChats(sources.telegram),
    notices: sources.notices,
    bank: desks.bank ? { receipts: desks.bank.receipts().slice(-MAX_RECEIPTS).map(receiptView) } : null,
    exchange: desks.exchange ? await desks.exchange.view() : null,
    lists: desks.lists ? desks.lists.view() : null,
    kyc: desks.kyc ? { cases: desks.kyc.cases() } : null,
    chain: desks.chain ? ((await answerOf(desks.chain.view())) ?? { unreachable: true }) : null,
    faults: sources.emulators.map(({ name, routes, faults }) => ({
      emulator: name,
      routes: routes.map((route) => route.name),
      planned: faults.planned,
    })),
    faultNames,
    traffic: readTraffic(sources.emulators),
    machine: desks.machine ? await readMachine(desks.machine) : null,
  });
}

function readChats(telegram: TelegramEmulator): unknown {
  return {
    bot: telegram.bot,
    invoices: telegram.invoices.all
      .slice(-MAX_RECEIPTS)
      .map(({ slug, title, description, currency, total, charges }) => {
        return { slug, title, description, currency, total, paid: charges.length };
      }),
    chats: telegram.chats().map((chat) => ({
      ...chat,
      commands: telegram.commands(telegram.person(chat.id)?.user.language_code ?? ''),
      messages: chat.messages.slice(-MAX_MESSAGES).map(({ message, byBot, deleted, earlier }) => ({
        message,
        ...(message.invoice ? { slug: telegram.invoices.slugOf(message) } : {}),
        byBot,
        deleted,
        edits: earlier.length,
      })),
    })),
  };
}

function receiptView(receipt: {
  readonly transaction: string;
  readonly reference: string;
  readonly amount: Money;
}): unknown {
  const { transaction, reference, amount } = receipt;
  return { transaction, reference, asset: amount.asset.code, amount: formatAmount(amount) };
}

/** The last calls, oldest first. Long polls of the bot are left out: they say nothing and are many. */
function readTraffic(emulators: readonly Emulator[]): unknown {
  return emulators
    .flatMap(({ name, exchanges }) =>
      exchanges.slice(-MAX_TRAFFIC).map(({ at, route, method, status, fault }) => ({
        at,
        emulator: name,
        route,
        method,
        status,
        fault,
      })),
    )
    .filter(({ route }) => route !== 'getUpdates')
    .sort((a, b) => a.at - b.at)
    .slice(-MAX_TRAFFIC);
}

/** What a process tells, or `null` when it fails or does not answer in time: it may be dead or frozen. */
async function answerOf<T>(asked: Promise<T>): Promise<T | null> {
  const enough = new AbortController();
  const silence = systemClock.sleep(ANSWER_WITHIN_MS, enough.signal).then(
    () => null,
    () => null,
  );
  try {
    return await Promise.race([asked.catch(() => null), silence]);
  } finally {
    enough.abort();
  }
}

import { BTC, InputError, KHR, USD, USDT } from '@rielrails/core';
import type { Asset, Money, Reference } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import type { CaseAnswer } from '../order/due-diligence.ts';
import type { CaseFilter } from '../store/cases.ts';
import type { CommandResult, OrderFilter, ReportKind, TransferKind } from './admin.ts';
import type { Duty } from './people.ts';
import { plain } from './plain-text.ts';
import { MOST_CHARACTERS as MOST_CHARACTERS_OF_STATEMENT, statementColumns } from '../treasury/statement.ts';
import {
  readAccessLog,
  readBalances,
  readCase,
  readCases,
  readCustomer,
  readDay,
  readEngine,
  readFloatLines,
  readOrder,
  readOrders,
  readProposals,
  readTransfers,
} from './reports.ts';
import type { Desk } from './reports.ts';
import { reviewCommands } from './review-commands.ts';
import { treasuryCommands } from './treasury-commands.ts';

/** One thing that a command is told. Everything arrives as text: from a form, a shell, or JSON. */
export interface CommandArgument {
  /** As forms and JSON name it: `bankReference`. */
  readonly name: string;
  readonly tells: string;
  /** What it must match, also described by `tells`. */
  readonly pattern: RegExp;
  readonly choices?: readonly string[];
  /** The most characters. Default: 200. Beyond that a shell reads it from a file, and a page has room to paste it. */
  readonly longest?: number;
  /** May be left out, with everything after it. */
  readonly isOptional?: true;
}

/**
 * What changed, in one sentence for people. A proposal changed nothing yet: another person approves it, or confirms it where it is
 * about a verification (`review`).
 */
export type CommandAnswer =
  | { readonly outcome: 'done'; readonly tells: string }
  | { readonly outcome: 'proposed'; readonly tells: string; readonly proposal: Reference; readonly hash: string }
  | { readonly outcome: 'proposed'; readonly tells: string; readonly review: Reference; readonly hash: string };

/** Arguments that were read: each one present and well formed, the optional ones maybe absent. */
export type CommandInput = Readonly<Record<string, string>>;

interface CommandFacts {
  /** As people type it; in addresses its words are joined by dashes. */
  readonly name: string;
  readonly tells: string;
  readonly arguments: readonly CommandArgument[];
  /** Only for whom the operator has given this duty. Default: everybody. */
  readonly needs?: Duty;
}

/**
 * A command of operators: the one description from which the page, the doors and the shell are made.
 *
 * Who asks is never an argument: it comes from the token.
 */
export type AdminCommand = CommandFacts &
  (
    | { readonly type: 'read'; readonly run: (desk: Desk, input: CommandInput, by: string) => Promise<unknown> }
    | { readonly type: 'change'; readonly run: (desk: Desk, input: CommandInput, by: string) => Promise<CommandAnswer> }
  );

const MOST_CHARACTERS = 200;
/** A form writes every byte of UTF-8 as three characters at most. */
const MOST_BYTES_A_CHARACTER = 3;

const order: CommandArgument = {
  name: 'order',
  tells: 'the order’s number or id',
  pattern: /^[A-Za-z0-9]{1,19}$/,
};
const amount: CommandArgument = {
  name: 'amount',
  tells: 'a plain decimal number without separators, such as 50000 or 0.25',
  pattern: /^[0-9]{1,18}(?:\.[0-9]{1,18})?$/,
};
const assets: Readonly<Record<string, Asset>> = { KHR, USD, BTC, USDT };
const asset = choice('asset', 'what the amount is of', Object.keys(assets));
const evidence: CommandArgument = {
  name: 'evidence',
  tells: 'the reference on the receipt, statement or chain: 3 to 64 letters, digits, spaces, points, slashes or dashes',
  pattern: /^[A-Za-z0-9][A-Za-z0-9 ./-]{2,63}$/,
};
/** Which orders a list can show. */
export const orderFilters = [
  'open',
  'held',
  'in-doubt',
  'refund-tasks',
  'all',
] as const satisfies readonly OrderFilter[];
const kinds = [
  'float-in',
  'float-out',
  'exchange-to-wallet',
  'wallet-to-cold',
  'bank-settlement',
] as const satisfies readonly TransferKind[];

/** Which cases a list can show. */
export const caseFilters = ['open', 'to-report', 'closed', 'all'] as const satisfies readonly CaseFilter[];
const decisions = ['cleared', 'somebody-else', 'refused', 'suspicious'] as const satisfies readonly CaseAnswer[];
const reportKinds = ['suspicious', 'large', 'access'] as const satisfies readonly ReportKind[];
const oneCase = digits('case', 'the case, from the list of cases');
const note: CommandArgument = {
  name: 'note',
  tells: 'what you know, 3 to 200 characters; it is kept sealed, for ever',
  pattern: /^[^\p{Cc}]{3,200}$/u,
};

/** Every command, in the order in which help lists them. */
export const adminCommands: readonly AdminCommand[] = [
  {
    type: 'read',
    name: 'orders',
    tells: 'lists orders, the newest first, at most 200',
    arguments: [{ ...choice('filter', 'which orders; without it the open ones', orderFilters), isOptional: true }],
    run: (desk, { filter = 'open' }) => readOrders(desk, filter as OrderFilter),
  },
  {
    type: 'read',
    name: 'order',
    tells: 'shows one order: what happened, what is in doubt, its money, and what can be done now',
    arguments: [order],
    run: (desk, { order = '' }) => readOrder(desk, order),
  },
  {
    type: 'change',
    name: 'hold',
    tells: 'stops an order until somebody releases it',
    arguments: [order],
    run: async ({ admin }, input, by) => {
      const { id, number } = await found(admin, input);
      await admin.hold(id, 'review', by);
      return done(`Order ${number} is held.`);
    },
  },
  {
    type: 'change',
    name: 'freeze',
    tells: 'stops everything about an order, refunds included; two people end it',
    arguments: [order],
    run: async ({ admin }, input, by) => {
      const { id, number } = await found(admin, input);
      await admin.hold(id, 'frozen', by);
      return done(`Order ${number} is frozen.`);
    },
  },
  {
    type: 'change',
    name: 'release',
    tells: 'lets a held order go on; a frozen one, or a large one, needs a second person',
    arguments: [order],
    run: async ({ admin }, input, by) => {
      const { id, number } = await found(admin, input);
      return answer(await admin.release(id, by), `Order ${number} goes on.`);
    },
  },
  {
    type: 'change',
    name: 'refund',
    tells: 'sends the buyer’s money back; a large refund needs a second person',
    arguments: [order],
    run: async ({ admin }, input, by) => {
      const { id, number } = await found(admin, input);
      return answer(await admin.refund(id, by), `The money of order ${number} is on its way back.`);
    },
  },
  {
    type: 'change',
    name: 'refund-task-done',
    tells: 'reports that a refund was paid by hand; a second person always compares and approves',
    arguments: [
      order,
      digits('task', 'the refund task, from the order’s file'),
      { ...evidence, name: 'bankReference', tells: `${evidence.tells}; it counts once` },
    ],
    run: async ({ admin }, { task = '', bankReference = '', ...input }, by) => {
      const { id } = await found(admin, input);
      return answer(await admin.refundTaskDone(id, task as Reference, bankReference, by), 'The refund is reported.');
    },
  },
  {
    type: 'change',
    name: 'payment-stated',
    tells:
      'reports a payment that stands in the bank’s statement, for rails that prove nothing; a second person compares and approves',
    arguments: [
      order,
      digits('request', 'the payment request on which it came, from the order’s file'),
      { ...evidence, name: 'bankReference', tells: `${evidence.tells}; it counts once` },
      amount,
      asset,
    ],
    run: async ({ admin }, { request = '', bankReference = '', ...input }, by) => {
      const { id } = await found(admin, input);
      return answer(
        await admin.paymentStated(id, request as Reference, bankReference, moneyOf(input), by),
        'The payment is reported.',
      );
    },
  },
  {
    type: 'read',
    name: 'proposals',
    tells: 'lists what waits for a second person',
    arguments: [],
    run: (desk) => readProposals(desk),
  },
  {
    type: 'change',
    name: 'approve',
    tells: 'approves what another person proposed, within thirty minutes',
    arguments: [
      digits('proposal', 'the proposal, from the list of proposals'),
      { name: 'hash', tells: 'its 16-digit hash, from the same list', pattern: /^[0-9a-f]{16}$/ },
    ],
    run: async ({ admin }, { proposal = '', hash = '' }, by) => {
      await admin.approve(proposal as Reference, hash, by);
      return done('Approved and carried out.');
    },
  },
  {
    type: 'read',
    name: 'cases',
    tells: 'lists what due diligence found, the newest first, and how long there is to report a suspicion',
    needs: 'compliance',
    arguments: [{ ...choice('filter', 'which cases; without it the open ones', caseFilters), isOptional: true }],
    run: (desk, { filter = 'open' }) => readCases(desk, filter as CaseFilter),
  },
  {
    type: 'read',
    name: 'case',
    tells: 'opens one case with its evidence and notes; that you read it is written down',
    needs: 'compliance',
    arguments: [oneCase],
    run: (desk, { case: id = '' }, by) => readCase(desk, id, by),
  },
  {
    type: 'change',
    name: 'case open',
    tells: 'opens a case about an order by hand; it stops nothing by itself',
    needs: 'compliance',
    arguments: [order, note],
    run: async ({ admin }, { note: text = '', ...input }, by) => {
      const { id } = await found(admin, input);
      return done(`Case ${await admin.openCase(id, text, by)} is open.`);
    },
  },
  {
    type: 'change',
    name: 'case note',
    tells: 'adds a note to a case',
    needs: 'compliance',
    arguments: [oneCase, note],
    run: async ({ admin }, { case: id = '', note: text = '' }, by) => {
      await admin.noteCase(id, text, by);
      return done(`Noted in case ${id}.`);
    },
  },
  {
    type: 'change',
    name: 'case decide',
    tells:
      'decides a case: cleared lets its order go on, somebody-else also says that the buyer is none of the listed entries named in it (always two people), refused serves this person no more, suspicious starts the time to report it; the policy says who needs a second person. Say nothing to the buyer',
    needs: 'compliance',
    arguments: [
      oneCase,
      choice('decision', 'what you decide', decisions),
      { ...note, name: 'reason', tells: 'why, 3 to 200 characters; it is kept sealed, for ever' },
    ],
    run: async ({ admin }, { case: id = '', decision, reason = '' }, by) =>
      answer(await admin.decideCase(id, decision as CaseAnswer, reason, by), `Case ${id} is ${decision ?? ''}.`),
  },
  {
    type: 'change',
    name: 'somebody-else revoke',
    tells: 'takes back that a buyer is somebody else than a listed entry: from now on the entry counts again',
    needs: 'compliance',
    arguments: [
      digits('decision', 'the decision, from the customer’s file'),
      { ...note, name: 'reason', tells: 'why, 3 to 200 characters; it is kept sealed in its case, for ever' },
    ],
    run: async ({ admin }, { decision = '', reason = '' }, by) => {
      await admin.revokeSomebodyElse(decision, reason, by);
      return done(`Decision ${decision} does not hold any more.`);
    },
  },
  {
    type: 'change',
    name: 'case reported',
    tells: 'says that a suspicion was reported to the authority, and closes its case',
    needs: 'compliance',
    arguments: [oneCase, { ...evidence, name: 'reference', tells: `the authority’s reference: ${evidence.tells}` }],
    run: async ({ admin }, { case: id = '', reference = '' }, by) => {
      await admin.caseReported(id, reference, by);
      return done(`Case ${id} is reported and closed.`);
    },
  },
  {
    type: 'change',
    name: 'enhance',
    tells: 'says that enhanced due diligence about an order’s buyer is recorded; a second person always approves',
    needs: 'compliance',
    arguments: [
      order,
      { name: 'days', tells: 'for how many days it counts, at most 366', pattern: /^[1-9][0-9]{0,2}$/ },
      evidence,
    ],
    run: async ({ admin }, { days = '', evidence: where = '', ...input }, by) => {
      const { id, number } = await found(admin, input);
      return answer(await admin.enhance(id, Number(days), where, by), `The buyer of order ${number} is better known.`);
    },
  },
  {
    type: 'read',
    name: 'customer',
    tells: 'shows everything kept about an order’s buyer; that you read it is written down',
    needs: 'compliance',
    arguments: [order],
    run: async (desk, input, by) => readCustomer(desk, (await found(desk.admin, input)).id, by),
  },
  {
    type: 'read',
    name: 'report',
    tells:
      'gives a table (CSV) for the authority or an auditor: suspicions, large sums, or who read personal data; that you read it is written down',
    needs: 'compliance',
    arguments: [
      choice('kind', 'which report', reportKinds),
      day('from', 'the first day, in Phnom Penh'),
      day('to', 'the last day'),
    ],
    run: ({ admin }, { kind, from = '', to = '' }, by) => admin.report(kind as ReportKind, from, to, by),
  },
  {
    type: 'read',
    name: 'access-log',
    tells: 'proves that nobody changed the log of who read which personal datum; keep its head elsewhere',
    needs: 'compliance',
    arguments: [],
    run: (desk) => readAccessLog(desk),
  },
  ...reviewCommands,
  {
    type: 'read',
    name: 'balances',
    tells: 'shows every balance that is not zero, and whether the books are even',
    arguments: [],
    run: (desk) => readBalances(desk),
  },
  {
    type: 'change',
    name: 'bring-in',
    tells: 'books float that you brought to an exchange or a wallet, once for each evidence',
    arguments: [
      {
        name: 'place',
        tells: 'exchange:ID or wallet:ID, as the balances name it',
        pattern: /^(?:exchange|wallet):[a-z0-9-]{1,40}$/,
      },
      amount,
      asset,
      evidence,
    ],
    run: async ({ admin }, { place = '', evidence = '', ...input }, by) => {
      await admin.bringIn(place as `wallet:${string}`, moneyOf(input), evidence, by);
      return done('Booked.');
    },
  },
  {
    type: 'read',
    name: 'transfers',
    tells: 'lists movements between places of your own that are not finished',
    arguments: [],
    run: (desk) => readTransfers(desk),
  },
  {
    type: 'change',
    name: 'transfer plan',
    tells: 'takes the amount out of its place in the books, before you move it',
    arguments: [choice('kind', 'from where to where', kinds), amount, asset],
    run: async ({ admin }, { kind, ...input }, by) => {
      const transfer = await admin.planTransfer(kind as TransferKind, moneyOf(input), by);
      return done(`Planned as transfer ${transfer}. Move it, then finish it with its evidence.`);
    },
  },
  {
    type: 'change',
    name: 'transfer finish',
    tells: 'says that a planned transfer arrived',
    arguments: [
      digits('transfer', 'the transfer, from the list of transfers'),
      evidence,
      { ...amount, name: 'fee', tells: 'what the carrier kept, of the transfer’s own asset', isOptional: true },
    ],
    run: async ({ admin }, { transfer = '', evidence = '', fee }, by) => {
      const planned = (await admin.transfers()).find(({ reference }) => reference === transfer);
      const kept = fee !== undefined && planned ? parseAmount(fee, planned.amount.asset, { field: 'fee' }) : null;
      await admin.finishTransfer(transfer as Reference, evidence, kept, by);
      return done('The transfer is finished.');
    },
  },
  {
    type: 'change',
    name: 'transfer cancel',
    tells: 'says that a planned transfer never happened: its amount is free again',
    arguments: [digits('transfer', 'the transfer, from the list of transfers')],
    run: async ({ admin }, { transfer = '' }, by) => {
      await admin.treasury.cancel(transfer as Reference, by);
      return done('The transfer is cancelled, and its amount is free again.');
    },
  },
  ...treasuryCommands,
  {
    type: 'read',
    name: 'float',
    tells: 'shows what is free at each place, and where it is below its alarm',
    arguments: [],
    run: (desk) => readFloatLines(desk),
  },
  {
    type: 'change',
    name: 'statement',
    tells: 'keeps a provider’s statement, for the daily reconciliation; a line that was brought before counts once',
    arguments: [
      { name: 'rail', tells: 'the way of paying that it is from, such as payway', pattern: /^[a-z0-9-]{1,40}$/ },
      {
        name: 'statement',
        tells: `the statement: CSV with the header ${statementColumns.join(',')}`,
        pattern: /[^]/,
        longest: MOST_CHARACTERS_OF_STATEMENT,
      },
    ],
    run: async ({ admin }, { rail = '', statement = '' }, by) => {
      const { lines, fresh } = await admin.bringStatement(rail, statement, by);
      return done(`${lines} lines were read, ${fresh} of them are new.`);
    },
  },
  {
    type: 'read',
    name: 'reconcile',
    tells: 'compares statements, exchange and chain with the books, for one day in Phnom Penh, and lists differences',
    arguments: [{ name: 'day', tells: 'such as 2026-11-21', pattern: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/ }],
    run: (desk, { day = '' }) => readDay(desk, day),
  },
  {
    type: 'read',
    name: 'queue',
    tells: 'shows the engine’s health, the lists that names are compared with, the pause, and how full its queues are',
    arguments: [],
    run: (desk) => readEngine(desk),
  },
  {
    type: 'change',
    name: 'pause',
    tells: 'takes no new orders; what is under way goes on',
    arguments: [],
    run: async ({ admin }, _input, by) => {
      await admin.pause(true, by);
      return done('No new orders are taken.');
    },
  },
  {
    type: 'change',
    name: 'resume',
    tells: 'takes new orders again',
    arguments: [],
    run: async ({ admin }, _input, by) => {
      await admin.pause(false, by);
      return done('New orders are taken again.');
    },
  },
];

/** Finds a command by its name, its words joined by a space or a dash. */
export function findCommand(name: string): AdminCommand | null {
  return adminCommands.find((command) => commandPath(command) === name.replace(' ', '-')) ?? null;
}

/** A command's name in an address: `transfer-plan`. */
export function commandPath({ name }: Pick<AdminCommand, 'name'>): string {
  return name.replace(' ', '-');
}

/**
 * Reads what a command was told.
 *
 * @throws InputError naming the argument: `unknown`, `missing`, `too-long`, `malformed`. Never repeats a value.
 */
export function readInput(command: AdminCommand, given: Readonly<Record<string, unknown>>): CommandInput {
  const names = command.arguments.map(({ name }) => name);
  if (Object.keys(given).some((name) => !names.includes(name)))
    throw new InputError('arguments', 'unknown', `${command.name} takes ${names.join(', ') || 'none'}`);
  const input: Record<string, string> = {};
  for (const { name, tells, pattern, longest = MOST_CHARACTERS, isOptional } of command.arguments) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === '') {
      if (isOptional) continue;
      throw new InputError(name, 'missing', `expected ${tells}`);
    }
    if (typeof value !== 'string') throw new InputError(name, 'malformed', 'expected text');
    if (value.length > longest) throw new InputError(name, 'too-long', `is longer than ${longest} characters`);
    const trimmed = value.trim();
    if (!pattern.test(trimmed)) throw new InputError(name, 'malformed', `expected ${tells}`);
    input[name] = trimmed;
  }
  return input;
}

/** The most bytes that a command's arguments may take, beside the room that everything has. */
export function bytesFor({ arguments: all }: AdminCommand): number {
  return all.reduce((sum, { longest }) => sum + (longest ?? 0) * MOST_BYTES_A_CHARACTER, 0);
}

function choice(name: string, tells: string, choices: readonly string[]): CommandArgument {
  return { name, tells: `${tells}: ${choices.join(', ')}`, choices, pattern: new RegExp(`^(?:${choices.join('|')})$`) };
}

function digits(name: string, tells: string): CommandArgument {
  return { name, tells, pattern: /^[1-9][0-9]{0,18}$/ };
}

function day(name: string, tells: string): CommandArgument {
  return { name, tells: `${tells}: 2026-11-21`, pattern: /^\d{4}-\d{2}-\d{2}$/ };
}

async function found(
  admin: Desk['admin'],
  { order = '' }: CommandInput,
): Promise<{ readonly id: Reference; readonly number: string }> {
  const { id, number } = (await admin.order(order)).order;
  return { id, number: plain(number) };
}

function moneyOf({ amount = '', asset = '' }: CommandInput): Money {
  const known = assets[asset];
  if (!known) throw new InputError('asset', 'unknown', `expected one of ${Object.keys(assets).join(', ')}`);
  return parseAmount(amount, known);
}

function done(tells: string): CommandAnswer {
  return { outcome: 'done', tells };
}

function answer(result: CommandResult, tells: string): CommandAnswer {
  if (result.outcome === 'done') return done(tells);
  const { id, payloadHash } = result.proposal;
  return {
    outcome: 'proposed',
    tells: 'Proposed. Nothing has changed yet: another person approves it within thirty minutes.',
    proposal: id,
    hash: payloadHash,
  };
}

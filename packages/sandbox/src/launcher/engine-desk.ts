import type { Reference } from '@rielrails/core';
import { redactFields } from '@rielrails/kit';
import type { Clock, Log, LogFields } from '@rielrails/kit';
import type { CrashPoint, Orders } from '@rielrails/orders';
import type { MachineLogLine, MachineOrder, MachineState } from '../machine.ts';
import type { Handlers } from './serve-launcher.ts';

/** The log of an engine that also shows its last lines on the page. */
export interface RecentLog extends Log {
  readonly lines: readonly MachineLogLine[];
}

const MOST_LINES = 200;
const MOST_ORDERS = 20;
const MOST_MOMENTS = 60;

/** Keeps the last lines of a log. */
export function createRecentLog(log: Log, clock: Clock): RecentLog {
  const lines: MachineLogLine[] = [];
  const entry =
    (level: MachineLogLine['level']) =>
    (event: string, fields: LogFields = {}) => {
      log[level](event, fields);
      const text = Object.entries(redactFields(fields)).map(([name, value]) => `${name}=${value}`);
      lines.push({ at: clock.now(), level, event, fields: text.join(' ') });
      if (lines.length > MOST_LINES) lines.shift();
    };
  return { lines, debug: entry('debug'), info: entry('info'), warn: entry('warn'), error: entry('error') };
}

/** Where an engine process is to die: at the count-th point from now on, or at the next one of a kind. */
export type Death = { readonly count: number } | { readonly point: CrashPoint; readonly doing: string };

/** The places at which the engine process can be told to die. */
export interface CrashPlan {
  /** For the engine's `probe` option. */
  probe(point: CrashPoint, doing: string): void;
  /** Plans a death by SIGKILL. */
  dieAt(death: Death): void;
}

/** Makes the plan. `tell` hears beforehand where it happens. */
export function createCrashPlan(tell: (where: { readonly point: string; readonly doing: string }) => void): CrashPlan {
  let death: Death | null = null;
  let passed = 0;
  return {
    probe(point, doing) {
      if (death === null) return;
      passed += 1;
      const isHere = 'count' in death ? passed === death.count : death.point === point && death.doing === doing;
      if (!isHere) return;
      tell({ point, doing });
      process.kill(process.pid, 'SIGKILL');
    },
    dieAt(planned) {
      death = planned;
      passed = 0;
    },
  };
}

/** What the engine tells the page about itself: no personal data, no address. */
export async function readMachine(orders: Orders, log: RecentLog): Promise<MachineState> {
  const { admin } = orders;
  const lines = await admin.orders('all');
  const newest = [...lines].sort((a, b) => b.createdAt - a.createdAt).slice(0, MOST_ORDERS);
  const queues = await admin.queue();
  const dead = queues.find(({ queue }) => queue === 'dead')?.waiting ?? 0;
  return {
    orders: await Promise.all(newest.map(({ id }) => readOrder(orders, id))),
    balances: (await admin.balances()).map(({ account, amount }) => ({
      account,
      asset: amount.asset.code,
      scale: amount.asset.scale,
      minor: amount.minor.toString(),
    })),
    queues: queues
      .filter(({ queue }) => queue !== 'dead')
      .map(({ queue, waiting, active }) => ({ name: queue, waiting, active, failed: queue === 'order' ? dead : 0 })),
    log: [...log.lines],
  };
}

async function readOrder({ admin }: Orders, id: Reference): Promise<MachineOrder> {
  const { order, timeline } = await admin.order(id);
  return {
    number: order.number,
    state: order.state,
    hold: order.hold,
    disposition: order.disposition,
    timeline: timeline.slice(-MOST_MOMENTS).map(({ at, what }) => {
      const [event = what, ...rest] = what.split(': ');
      return { at, event, text: rest.join(': ') };
    }),
    effects: order.effects.map(({ kind, seq, status, reference, fault }) => ({
      kind,
      seq,
      status,
      reference,
      reason: fault ? ('reason' in fault ? fault.reason : fault.kind) : null,
    })),
    receipts: order.receipts.map((receipt) => ({
      transaction: receipt.transaction,
      asset: receipt.amount.asset.code,
      minor: receipt.amount.minor.toString(),
      end: (['review', 'blocked', 'refunded', 'funded'] as const).find((end) => receipt[end] > 0n) ?? 'review',
    })),
  };
}

/** What the launcher may ask of an engine: what operators and buyers ask, and what proves the books. */
export function createEngineCalls(orders: Orders, plan: CrashPlan): Handlers {
  const { admin, buyer } = orders;
  return {
    admin: ({ command, args }: { readonly command: keyof typeof admin; readonly args: readonly unknown[] }) =>
      (admin[command] as (...args: readonly unknown[]) => unknown)(...args),
    treasury: ({
      command,
      args,
    }: {
      readonly command: keyof typeof admin.treasury;
      readonly args: readonly unknown[];
    }) => (admin.treasury[command] as (...args: readonly unknown[]) => unknown)(...args),
    buyer: ({ command, args }: { readonly command: keyof typeof buyer; readonly args: readonly unknown[] }) =>
      (buyer[command] as (...args: readonly unknown[]) => unknown)(...args),
    'die-at': (death: Death) => plan.dieAt(death),
    sweep: () => orders.sweep(),
    wake: (order: Reference) => orders.wake(order),
    idle: () => orders.idle(),
    health: () => orders.health(),
    /** Every order with what happened to it, and the state of the books. */
    files: async () => Promise.all((await admin.orders('all')).map(({ id }) => admin.order(id))),
  };
}

import type { Log, LogFields, LogLevel } from '@rielrails/kit';
import { redactFields } from '@rielrails/kit';
import type { Instant } from '@rielrails/core';
import type { Effect, OrderFile, Orders } from '@rielrails/orders';
import type { MachineEffect, MachineLogLine, MachineOrder, MachineReceipt, MachineState } from '@rielrails/sandbox';

const MOST_ORDERS = 20;
const MOST_LINES = 200;

/** A log that is also remembered, as far as a page can show it. */
export interface RememberedLog extends Log {
  readonly lines: readonly MachineLogLine[];
}

/** Remembers what another log is told, after the same redaction. */
export function rememberLog(log: Log, now: () => Instant): RememberedLog {
  const lines: MachineLogLine[] = [];
  const write = (level: LogLevel) => (event: string, fields?: LogFields) => {
    log[level](event, fields);
    const kept = Object.entries(redactFields(fields ?? {})).map(([name, value]) => `${name}=${value}`);
    lines.push({ at: now(), level, event, fields: kept.join(' ') });
    if (lines.length > MOST_LINES) lines.shift();
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), lines };
}

/** What the engine shows of itself to the sandbox's page: no names, no addresses, no secrets. */
export async function readMachine({ admin }: Orders, { lines }: RememberedLog): Promise<MachineState> {
  const [newest, balances, queues] = await Promise.all([admin.orders('all'), admin.balances(), admin.queue()]);
  const files = await Promise.all(
    [...newest]
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, MOST_ORDERS)
      .map(({ id }) => admin.order(id)),
  );
  return {
    orders: files.map(orderOf),
    balances: balances.map(({ account, amount }) => ({
      account,
      asset: amount.asset.code,
      scale: amount.asset.scale,
      minor: amount.minor.toString(),
    })),
    queues: queues.map(({ queue, waiting, active }) => ({
      name: queue,
      waiting: queue === 'dead' ? 0 : waiting,
      active,
      failed: queue === 'dead' ? waiting : 0,
    })),
    log: lines,
  };
}

function orderOf({ order, timeline }: OrderFile): MachineOrder {
  return {
    number: order.number,
    state: order.state,
    hold: order.hold,
    disposition: order.disposition,
    timeline: timeline.map(({ at, what }) => ({ at, event: what.split(' ')[0] ?? what, text: what })),
    effects: order.effects.map(effectOf),
    receipts: order.receipts.flatMap(receiptsOf),
  };
}

function effectOf({ kind, seq, status, reference, fault }: Effect): MachineEffect {
  const reason = fault === null ? null : fault.kind === 'unknown' ? fault.reason : fault.kind;
  return { kind, seq, status, reference, reason };
}

/** A receipt may have several ends; each is one line. */
function receiptsOf(receipt: OrderFile['order']['receipts'][number]): readonly MachineReceipt[] {
  const { transaction, amount } = receipt;
  return (['funded', 'refunded', 'review', 'blocked'] as const).flatMap((end) =>
    receipt[end] > 0n ? [{ transaction, asset: amount.asset.code, minor: receipt[end].toString(), end }] : [],
  );
}

import { InputError } from '@rielrails/core';
import type { Identity, Instant, Reference } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { DueDiligence } from '../order/due-diligence.ts';
import { tierOf, weigh } from '../order/limits.ts';
import type { Order } from '../order/order.ts';
import { accessLines, logAccess } from '../store/access-log.ts';
import { casesOfPerson, entriesOf, suspicionsDecided } from '../store/cases.ts';
import { paidOrders, recordsOf } from '../store/customers.ts';
import type { PaidOrder } from '../store/customers.ts';
import type { Keyring } from '../store/keyring.ts';
import { loadPerson } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import type { CsvReport, CustomerFile, ReportKind } from './admin.ts';
import { toCsv } from './csv.ts';
import type { TellingApart } from './telling-apart.ts';

/** What the desk works with. */
export interface RecordsDeskParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly dueDiligence: DueDiligence | null;
  readonly runtime: Runtime;
  readonly apart: Pick<TellingApart, 'about'>;
}

/** What is kept about customers, opened for those who must read it: each reading is written down first. */
export interface RecordsDesk {
  customer(order: Order, by: string): Promise<CustomerFile>;
  report(kind: ReportKind, from: string, to: string, by: string): Promise<CsvReport>;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;
const IDENTITY_FIELDS = ['name', 'aliases', 'born', 'countries'] as const;

/** Makes the desk. */
export function createRecordsDesk({ store, keyring, dueDiligence, runtime, apart }: RecordsDeskParts): RecordsDesk {
  const now = () => runtime.clock.now();
  const iso = (at: number | null) => (at === null ? '' : new Date(at).toISOString());

  async function identityOf(person: Reference, by: string, why: string): Promise<Identity | null> {
    await logAccess(store.db, { who: by, person, fields: IDENTITY_FIELDS, why, at: now() });
    return keyring.identityOf(await loadPerson(store.db, person));
  }

  /** Which listed entries somebody's name resembles is theirs alone: who reads it is written down. */
  async function noted(
    toldApart: CustomerFile['toldApart'],
    { who, person, why }: { readonly who: string; readonly person: Reference; readonly why: string },
  ): Promise<CustomerFile['toldApart']> {
    const fields = toldApart.map(({ id }) => `somebody else ${id}`);
    if (fields.length > 0) await logAccess(store.db, { who, person, fields, why, at: now() });
    return toldApart;
  }

  /** Everybody's identity, read once each. */
  function reader(by: string, why: string): (person: Reference) => Promise<readonly string[]> {
    const read = new Map<Reference, readonly string[]>();
    return async (person) => {
      const known = read.get(person);
      if (known) return known;
      const identity = await identityOf(person, by, why);
      const cells = [
        person,
        [identity?.name ?? '', ...(identity?.aliases ?? [])].join(' / '),
        identity?.born ?? '',
        (identity?.countries ?? []).join(' '),
      ];
      read.set(person, cells);
      return cells;
    };
  }

  async function suspicious(from: number, to: number, who: ReturnType<typeof reader>): Promise<string[][]> {
    const rows: string[][] = [];
    for (const one of await suspicionsDecided(store.db, from, to)) {
      const evidence = (await entriesOf(store.db, one.id)).filter(({ kind }) => kind === 'evidence');
      const facts = evidence.flatMap(({ facts: known }) =>
        Object.entries(known).map(([name, value]) => `${name} ${value}`),
      );
      rows.push([
        one.id,
        one.rule,
        facts.join('; '),
        iso(one.openedAt),
        iso(one.decidedAt),
        one.decidedBy ?? '',
        iso(one.reportDueAt),
        one.reportReference ?? '',
        one.number ?? '',
        ...(await who(one.person)),
      ]);
    }
    return rows;
  }

  async function large(from: number, to: number, who: ReturnType<typeof reader>): Promise<string[][]> {
    if (!dueDiligence) throw new InputError('kind', 'no-policy', 'without a policy file there is no such threshold');
    const { withinMs } = dueDiligence.largeReport;
    const orders = await paidOrders(store.db, from - withinMs, to + withinMs);
    const linked = linkedOver(orders, dueDiligence).filter(({ order }) => order.paidAt >= from && order.paidAt < to);
    const rows: string[][] = [];
    for (const { order, total } of linked)
      rows.push([
        order.number,
        order.state,
        iso(order.paidAt),
        formatAmount(order.pay),
        order.pay.asset.code,
        weigh(dueDiligence, order.pay).toString(),
        total.toString(),
        order.rail,
        order.address,
        ...(await who(order.person)),
      ]);
    return rows;
  }

  return {
    async customer({ person, number }, by) {
      const why = `customer file, order ${number}`;
      const identity = await identityOf(person, by, why);
      await logAccess(store.db, { who: by, person, fields: ['chats', 'addresses'], why, at: now() });
      const [{ kyc, createdAt }, records, cases, toldApart] = await Promise.all([
        loadPerson(store.db, person),
        recordsOf(store.db, person),
        casesOfPerson(store.db, person),
        apart.about(person),
      ]);
      const until = records.enhancedUntil as Instant | null;
      return {
        person,
        identity,
        verification: kyc,
        tier: dueDiligence && tierOf(dueDiligence, until, now()).name,
        knownSince: createdAt,
        ...records,
        cases,
        toldApart: await noted(toldApart, { who: by, person, why }),
      };
    },
    async report(kind, from, to, by) {
      const [begin, end] = [startOf('from', from), startOf('to', to) + DAY_MS];
      if (end <= begin || end - begin > MOST_DAYS * DAY_MS)
        throw new InputError('to', 'out-of-range', `expected from one to ${MOST_DAYS} days`);
      const who = reader(by, `report ${kind} ${from} to ${to}`);
      switch (kind) {
        case 'suspicious':
          return csvOf([...SUSPICIOUS, ...WHO], await suspicious(begin, end, who));
        case 'large':
          return csvOf([...LARGE, ...WHO], await large(begin, end, who));
        case 'access': {
          const lines = await accessLines(store.db, begin, end);
          return csvOf(
            ['line', 'at', 'who', 'person', 'field', 'why'],
            lines.map((line) => [String(line.seq), iso(line.at), line.who, line.person, line.field, line.why]),
          );
        }
        default:
          throw new InputError('kind', 'unknown', 'there is no such report');
      }
    },
  };
}

const WHO = ['person', 'name', 'born', 'countries'] as const;
const SUSPICIOUS = ['case', 'rule', 'facts', 'opened', 'decided', 'decided by', 'due', 'reported', 'order'] as const;
const LARGE = ['order', 'state', 'paid', 'amount', 'asset', 'worth', 'linked total', 'rail', 'address'] as const;

function csvOf(head: readonly string[], rows: readonly (readonly string[])[]): CsvReport {
  return { rows: rows.length, csv: toCsv([head, ...rows]) };
}

/** Every order that is part of a stretch in which one human paid more than the policy's amount, and the largest such sum. */
export function linkedOver(
  orders: readonly PaidOrder[],
  dueDiligence: DueDiligence,
): readonly { readonly order: PaidOrder; readonly total: bigint }[] {
  const { over, withinMs } = dueDiligence.largeReport;
  const totals = new Map<PaidOrder, bigint>();
  for (const ofHuman of Map.groupBy(orders, ({ human }) => human).values()) {
    for (const last of ofHuman) {
      const stretch = ofHuman.filter(({ paidAt }) => paidAt <= last.paidAt && paidAt > last.paidAt - withinMs);
      const total = stretch.reduce((sum, { pay }) => sum + weigh(dueDiligence, pay), 0n);
      if (total <= over.minor) continue;
      for (const one of stretch) if ((totals.get(one) ?? 0n) < total) totals.set(one, total);
    }
  }
  return orders.flatMap((order) => {
    const total = totals.get(order);
    return total === undefined ? [] : [{ order, total }];
  });
}

/** The beginning of a day in Phnom Penh, which keeps UTC+7 all the year. */
function startOf(field: string, day: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00+07:00`) : Number.NaN;
  if (Number.isNaN(at)) throw new InputError(field, 'malformed', 'expected a day such as 2026-11-21');
  return at;
}

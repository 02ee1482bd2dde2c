import type { Instant, Reference } from '@rielrails/core';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Effect, Happening, Order, OrderReceipt } from '../order/order.ts';
import type { Finding } from '../order/finding.ts';
import { caseReference, requestHash } from '../order/references.ts';
import { decode, encode, encodeCanonically } from './codec.ts';
import { namingTheShort, postingRows } from './ledger.ts';
import type { Posting } from './posting.ts';
import type { Reader, Tx } from './transaction.ts';

/** An order as it lies in the database, with what only the engine's own housekeeping needs. */
export interface StoredOrder {
  readonly order: Order;
  /** When its next job runs; `null` when none is known. */
  readonly jobAt: Instant | null;
}

interface Row {
  readonly version: number;
  readonly data: string;
  readonly job_at: bigint | null;
  readonly effects: readonly string[];
  readonly receipts: readonly string[];
}

/** What the `data` column holds: the order without what has rows of its own. */
type Data = Omit<Order, 'effects' | 'receipts' | 'happenings' | 'version'> & { readonly happened: number };

const happenedCounts = new WeakMap<Order, number>();

/** Another actor changed the order first. Nothing was written; read it again. */
export class OrderMovedError extends Error {
  constructor() {
    super('the order was changed by somebody else meanwhile');
    this.name = 'OrderMovedError';
  }
}

/** Locks an order until the transaction ends, and reads it as it then is. `null`: there is no such order. */
export async function lockOrder(tx: Tx, id: Reference): Promise<StoredOrder | null> {
  const { rows } = await sql<Row>`select version, data, job_at, effects, receipts from locked_purchase(${id})`.execute(
    tx,
  );
  const [row] = rows;
  return row ? fromRow(row) : null;
}

/** Everything of an order but its timeline, of a row `p`. */
const wholeOrder = sql.raw(`p.version, p.data::text as data, p.job_at,
      array(select e.data::text from effect e where e.purchase = p.id order by e.planned_at, e.kind, e.seq) as effects,
      array(select r.data::text from receipt r where r.purchase = p.id order by r.data ->> 'seenAt', r.transaction) as receipts`);

/** Reads an order with its effects and receipts, its timeline left out. */
export async function loadOrder(db: Reader, id: string): Promise<StoredOrder | null> {
  const { rows } = await sql<Row>`
    select ${wholeOrder}
    from purchase p where p.id = ${id}`.execute(db);
  const [row] = rows;
  return row ? fromRow(row) : null;
}

function fromRow(row: Row): StoredOrder {
  const { happened, ...rest } = decode(row.data) as Data;
  const order: Order = {
    ...rest,
    version: row.version,
    effects: row.effects.map((text) => decode(text) as Effect),
    receipts: row.receipts.map((text) => decode(text) as OrderReceipt),
    happenings: [],
  };
  happenedCounts.set(order, happened);
  const jobAt = row.job_at === null ? null : (Number(row.job_at) as Instant);
  return { order, jobAt };
}

/** An order with everything that its buyer sees of it, and how far that was shown. */
export interface ShownOrder {
  readonly order: Order;
  readonly timeline: readonly Happening[];
  /** Until when the verification of its person holds; `null` while there is none. */
  readonly verifiedUntil: Instant | null;
  /** What was shown last, and where. */
  readonly shown: {
    readonly hash: string | null;
    /** The front end's own handle of its status message. */
    readonly handle: string | null;
    readonly channel: string;
    readonly chat: string;
    readonly unreachable: boolean;
  };
}

interface ShownRow extends Row {
  readonly moments: readonly bigint[];
  readonly happened: readonly string[];
  readonly verified_until: bigint | null;
  readonly told_hash: string | null;
  readonly message_handle: string | null;
  readonly channel: string;
  readonly chat: string;
  readonly unreachable: boolean;
}

/** Reads an order for its buyer, in one statement; `which` may be a query for its id. `null`: there is no such order. */
export async function loadShown(db: Reader, which: string | RawBuilder<unknown>): Promise<ShownOrder | null> {
  const { rows } = await sql<ShownRow>`
    select ${wholeOrder},
      array(select h.at from happening h where h.purchase = p.id order by h.seq) as moments,
      array(select h.what from happening h where h.purchase = p.id order by h.seq) as happened,
      case when k.kyc_status = 'approved' and k.kyc_reference is not null and k.identity_sealed is not null then k.kyc_until end as verified_until,
      p.told_hash, p.message_handle, p.channel, p.chat, c.unreachable
    from purchase p join person k on k.id = p.person join chat c on c.channel = p.channel and c.chat = p.chat
    where p.id = (${which})`.execute(db);
  const [row] = rows;
  if (!row) return null;
  return {
    order: fromRow(row).order,
    timeline: row.happened.map((what, index) => ({ at: Number(row.moments[index]) as Instant, what })),
    verifiedUntil: row.verified_until === null ? null : (Number(row.verified_until) as Instant),
    shown: {
      hash: row.told_hash,
      handle: row.message_handle,
      channel: row.channel,
      chat: row.chat,
      unreachable: row.unreachable,
    },
  };
}

/** What is written beside the order itself. */
export interface SaveOptions {
  readonly at: Instant;
  readonly wakeAt: number | null;
  readonly jobAt: number | null;
  /** What it moves. */
  readonly postings: readonly Posting[];
  /** What people are to judge. */
  readonly findings: readonly Finding[];
}

/**
 * Writes a decision: the order if nobody changed it since, its changed effects and receipts, its timeline, its postings,
 * its cases.
 * One statement, all or nothing.
 *
 * @throws OrderMovedError when the version has moved on; InsufficientBalanceError when the float is sold.
 */
export async function saveOrder(db: Reader, before: Order, next: Order, options: SaveOptions): Promise<Order> {
  const { effects, receipts, happenings, version: _version, ...rest } = next;
  const counted = happenedCounts.get(before) ?? 0;
  const data: Data = { ...rest, happened: counted + happenings.length };
  const changedEffects = effects.filter((effect) => !before.effects.includes(effect)).map(effectRow);
  const changedReceipts = receipts.filter((receipt) => !before.receipts.includes(receipt)).map(receiptRow);
  const timeline = happenings.map(({ at, what }, index) => ({ seq: counted + index + 1, at, what }));
  const pay = next.quote?.pay ?? null;
  const cases = options.findings.length === 0 ? sql`` : openingCases(next, options);
  const { rows } = await namingTheShort(options.postings, () =>
    sql<{ version: number }>`
    with saved as (
      update purchase set version = version + 1, state = ${next.state}, disposition = ${next.disposition}, hold = ${next.hold},
        pay_asset = ${pay?.asset.code ?? null}, pay_minor = ${pay?.minor ?? null}, confirmed_at = ${next.terms?.acceptedAt ?? null}, wake_at = ${options.wakeAt}, job_at = ${options.jobAt},
        updated_at = ${options.at}, data = ${encode(data)}::jsonb
      where id = ${next.id} and version = ${before.version} returning id, version
    ), effects as (
      insert into effect (reference, purchase, kind, seq, status, provider, request_hash, refunds_transaction, planned_at, data)
      select x.reference, saved.id, x.kind, x.seq, x.status, x.provider, x.request_hash, x.refunds_transaction, x.planned_at, x.data
      from saved, jsonb_to_recordset(${JSON.stringify(changedEffects)}::jsonb) as x(reference text, kind text, seq integer, status text,
        provider text, request_hash text, refunds_transaction text, planned_at bigint, data jsonb)
      on conflict (reference) do update set status = excluded.status, request_hash = excluded.request_hash, data = excluded.data
    ), receipts as (
      insert into receipt (provider, transaction, purchase, request, asset, minor, funded, refunded, review, blocked, data)
      select x.provider, x.transaction, saved.id, x.request, x.asset, x.minor, x.funded, x.refunded, x.review, x.blocked, x.data
      from saved, jsonb_to_recordset(${JSON.stringify(changedReceipts)}::jsonb) as x(provider text, transaction text, request text, asset text,
        minor bigint, funded bigint, refunded bigint, review bigint, blocked bigint, data jsonb)
      on conflict (provider, transaction) do update set funded = excluded.funded, refunded = excluded.refunded,
        review = excluded.review, blocked = excluded.blocked, data = excluded.data
    ), timeline as (
      insert into happening (purchase, seq, at, what)
      select saved.id, x.seq, x.at, x.what
      from saved, jsonb_to_recordset(${JSON.stringify(timeline)}::jsonb) as x(seq integer, at bigint, what text)
    )${cases}
    select version, ledger_post(${options.at}, ${postingRows(options.postings)}::jsonb) from saved`.execute(db),
  );
  const [row] = rows;
  if (!row) throw new OrderMovedError();
  const saved: Order = { ...next, version: row.version, happenings: [] };
  happenedCounts.set(saved, data.happened);
  return saved;
}

/** Writes a new order and its timeline, in one statement. */
export async function insertOrder(db: Reader, order: Order, at: Instant): Promise<Order> {
  const { effects: _effects, receipts: _receipts, happenings, version: _version, ...rest } = order;
  const data: Data = { ...rest, happened: happenings.length };
  const pay = order.quote?.pay ?? null;
  const timeline = happenings.map(({ at: moment, what }, index) => ({ seq: index + 1, at: moment, what }));
  await sql`
    with inserted as (
      insert into purchase (id, number, version, person, channel, chat, state, disposition, hold, pay_asset, pay_minor, created_at, updated_at, data)
      values (${order.id}, ${order.number}, 1, ${order.person}, ${order.channel}, ${order.chat}, ${order.state}, ${order.disposition}, ${order.hold},
        ${pay?.asset.code ?? null}, ${pay?.minor ?? null}, ${at}, ${at}, ${encode(data)}::jsonb) returning id
    )
    insert into happening (purchase, seq, at, what)
    select inserted.id, x.seq, x.at, x.what
    from inserted, jsonb_to_recordset(${JSON.stringify(timeline)}::jsonb) as x(seq integer, at bigint, what text)`.execute(
    db,
  );
  const saved: Order = { ...order, version: 1, happenings: [] };
  happenedCounts.set(saved, data.happened);
  return saved;
}

/** Parts of that statement: a case for each rule that found something, opened again where it had been cleared. */
function openingCases(order: Order, { at, findings }: SaveOptions): RawBuilder<unknown> {
  const found = new Map<string, readonly Finding[]>();
  for (const finding of findings) found.set(finding.rule, [...(found.get(finding.rule) ?? []), finding]);
  const files = [...found].map(([rule, ofRule]) => ({
    id: caseReference(order.seed, rule),
    rule,
    watches: ofRule.some(({ action }) => action === 'hold-person'),
  }));
  const entries = findings.map(({ rule, facts, sealed }) => ({
    case_file: caseReference(order.seed, rule),
    facts,
    sealed: sealed ?? null,
  }));
  return sql`, files as (
      insert into case_file (id, person, purchase, rule, state, watches, opened_at, opened_by)
      select x.id, ${order.person}, saved.id, x.rule, 'open', x.watches, ${at}, 'engine'
      from saved, jsonb_to_recordset(${JSON.stringify(files)}::jsonb) as x(id text, rule text, watches boolean)
      on conflict (id) do update set state = 'open', decision = null, decided_at = null, decided_by = null, closed_at = null
      where case_file.decision = 'cleared'
    ), entries as (
      insert into case_entry (case_file, at, by, kind, facts, sealed)
      select x.case_file, ${at}, 'engine', 'evidence', x.facts, decode(x.sealed, 'base64')
      from saved, jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as x(case_file text, facts jsonb, sealed text)
    )`;
}

function effectRow(effect: Effect): object {
  const { request } = effect;
  return {
    reference: effect.reference,
    kind: effect.kind,
    seq: effect.seq,
    status: effect.status,
    provider: effect.provider,
    request_hash: requestHash(encodeCanonically(request)),
    refunds_transaction: request.kind === 'refund' ? request.transaction : null,
    planned_at: effect.plannedAt,
    data: JSON.parse(encode(effect)) as object,
  };
}

function receiptRow(receipt: OrderReceipt): object {
  return {
    provider: receipt.provider,
    transaction: receipt.transaction,
    request: receipt.request,
    asset: receipt.amount.asset.code,
    minor: receipt.amount.minor.toString(),
    funded: receipt.funded.toString(),
    refunded: receipt.refunded.toString(),
    review: receipt.review.toString(),
    blocked: receipt.blocked.toString(),
    data: JSON.parse(encode(receipt)) as object,
  };
}

/** Orders whose delivery by this custody is sent for and not deep enough yet, at most as many as one sweep looks at. */
export async function deliveriesUnderWay(db: Reader, custody: string): Promise<readonly Reference[]> {
  const { rows } = await sql<{ id: Reference }>`
    select e.purchase as id from effect e
    where e.kind = 'send' and e.provider = ${custody} and e.status in ('unknown', 'applied') and e.data ->> 'lookAt' is not null
    order by e.planned_at limit 200`.execute(db);
  return rows.map(({ id }) => id);
}

/** The order to which a reference of ours belongs. */
export async function orderOfReference(db: Reader, reference: string): Promise<Reference | null> {
  const { rows } = await sql<{
    purchase: Reference;
  }>`select purchase from effect where reference = ${reference}`.execute(db);
  return rows[0]?.purchase ?? null;
}

/** The timeline of an order, oldest first. */
export async function timelineOf(db: Reader, id: string): Promise<readonly Happening[]> {
  const { rows } = await sql<{
    at: bigint;
    what: string;
  }>`select at, what from happening where purchase = ${id} order by seq`.execute(db);
  return rows.map(({ at, what }) => ({ at: Number(at) as Instant, what }));
}

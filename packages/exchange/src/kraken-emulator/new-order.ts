import type { Instant } from '@rielrails/core';
import type { NewOrder } from '../venue-emulator/matching.ts';
import { pair } from './pair.ts';
import type { Parameters } from './parameters.ts';
import { invalidArguments, Refused } from './refused.ts';

/** Long UUID, short UUID, or up to 18 characters ("Spot Client Order Identifiers"). */
const clientOrderIds = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[\x21-\x7e]{1,18})$/i;
/** When the matching engine throws an order away ("Add Order, deadline"). */
const DEADLINE = { fromMs: 2000, toMs: 60_000 } as const;

/** Refuses every pair but the one that is traded here. */
export function assertPair(parameters: Parameters): void {
  const name = parameters.text('pair');
  if (name !== pair.altname && name !== pair.wsname) throw new Refused('EQuery:Unknown asset pair');
}

/** Reads what is asked of `AddOrder`. Only limit orders to buy are traded here, with the fee on top. */
export function readNewOrder(parameters: Parameters, now: Instant): NewOrder {
  assertPair(parameters);
  parameters.word('type', 'buy');
  parameters.word('ordertype', 'limit');
  const quantity = parameters.decimal('volume');
  const price = parameters.decimal('price');
  const timeInForce =
    parameters.optional('timeinforce') === undefined ? 'GTC' : parameters.word('timeinforce', 'GTC', 'IOC');
  if (parameters.optional('oflags') !== undefined) parameters.word('oflags', 'fciq');
  const clientOrderId = parameters.optional('cl_ord_id') ?? '';
  if (clientOrderId !== '' && !clientOrderIds.test(clientOrderId)) throw invalidArguments('cl_ord_id');
  if (parameters.optional('userref') !== undefined && clientOrderId !== '') throw invalidArguments('userref');
  assertDeadline(parameters.optional('deadline'), now);
  return { clientOrderId, timeInForce, price, quantity };
}

function assertDeadline(deadline: string | undefined, now: Instant): void {
  if (deadline === undefined) return;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(deadline)) throw invalidArguments('deadline');
  const leftMs = Date.parse(deadline) - now;
  if (leftMs <= 0) throw new Refused('EService:Deadline elapsed');
  if (leftMs < DEADLINE.fromMs || leftMs > DEADLINE.toMs) throw invalidArguments('deadline');
}

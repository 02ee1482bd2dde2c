import { toHex } from '@rielrails/kit';
import type { Random } from '@rielrails/kit';
import type { NewOrder } from '../venue-emulator/matching.ts';
import type { Parameters } from './parameters.ts';
import { Refused } from './refused.ts';

/** How much of a new order is told. */
export type ResponseSize = 'ACK' | 'RESULT' | 'FULL';

/** Refuses every symbol but the one that is traded here. */
export function assertSymbol(parameters: Parameters): void {
  if (parameters.matching('symbol', '^[A-Z0-9-_.]{1,20}$') !== 'BTCUSDT') throw new Refused(-1121, 'Invalid symbol.');
}

/** Reads what is asked of `POST /api/v3/order`. */
export function readNewOrder(parameters: Parameters, random: Random): { order: NewOrder; size: ResponseSize } {
  assertSymbol(parameters);
  const side = parameters.text('side');
  if (side !== 'BUY' && side !== 'SELL') throw new Refused(-1117, 'Invalid side.');
  const type = parameters.text('type');
  if (type !== 'LIMIT' && type !== 'MARKET') throw new Refused(-1116, 'Invalid orderType.');
  if (type === 'MARKET') throw new Refused(-2010, 'Market orders are not supported for this symbol.');
  const timeInForce = parameters.text('timeInForce');
  if (timeInForce !== 'GTC' && timeInForce !== 'IOC' && timeInForce !== 'FOK')
    throw new Refused(-1115, 'Invalid timeInForce.');
  const quantity = parameters.decimal('quantity');
  const price = parameters.decimal('price');
  const clientOrderId = parameters.has('newClientOrderId')
    ? parameters.matching('newClientOrderId', '^[a-zA-Z0-9-_]{1,36}$')
    : toHex(random.bytes(11));
  if (side === 'SELL') throw new Refused(-2010, 'This action is disabled on this account.');
  return { order: { clientOrderId, timeInForce, price, quantity }, size: readSize(parameters) };
}

function readSize(parameters: Parameters): ResponseSize {
  const size = parameters.optional('newOrderRespType') ?? 'FULL';
  if (size !== 'ACK' && size !== 'RESULT' && size !== 'FULL')
    throw new Refused(-1130, "Data sent for parameter 'newOrderRespType' is not valid.");
  return size;
}

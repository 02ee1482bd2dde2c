import type { NextActionType } from '@rielrails/core';
import type { Order, Silence } from './order.ts';
import { cancelRequest, requestPayment } from './paying.ts';
import { railProblem } from './rail.ts';
import { openRequests } from './requests.ts';
import { change, effectsOf, happen, isLive } from './turn.ts';
import type { Turn, World } from './turn.ts';

/**
 * Whether the buyer may still take another rail: before any money came, and while nothing is on its way to the present
 * one.
 */
export function mayChoose(order: Order, world: World): boolean {
  if (order.hold !== 'none' || order.receipts.length > 0) return false;
  if (order.state === 'draft' || order.state === 'quoted') return true;
  if (order.state !== 'confirmed' && order.state !== 'awaiting-payment') return false;
  if (order.payBy === null || world.now >= order.payBy) return false;
  const underWay = order.effects.some(
    (effect) =>
      (effect.kind === 'complete-payment' && isLive(effect)) ||
      (effect.kind === 'approve-payment' && isAccepted(effect.request) && effect.status !== 'refused'),
  );
  // A request that is being made ends before another one begins.
  return !underWay && !effectsOf(order, 'request-payment').some(({ status }) => status === 'planned');
}

function isAccepted(request: Order['effects'][number]['request']): boolean {
  return request.kind === 'approve-payment' && request.decision === 'accept';
}

/**
 * Takes another rail, or another way on the same one. What was shown of the first is taken off the screen and cancelled where that can be done; money that
 * comes on it all the same belongs to the order.
 *
 * A rail that cannot refund by itself leaves only delivery at the market price when the buyer is silent, so that the
 * choice comes with it.
 */
export function chooseRail(turn: Turn, rail: string, way: NextActionType | null, silence: Silence | null): void {
  const { order, world } = turn;
  const manifest = world.rails[rail];
  if (!manifest || (rail === order.rail && way === order.way) || !mayChoose(order, world)) return;
  if (way !== null && !manifest.offers[way]) return;
  if (order.quote && railProblem(manifest, order.quote.pay)) return;
  const confirmed = order.state === 'confirmed' || order.state === 'awaiting-payment';
  if (confirmed && !manifest.operations.refund && (silence ?? order.silence) !== 'deliver') return;
  order.rail = rail;
  order.way = way;
  if (confirmed && silence !== null) order.silence = silence;
  happen(turn, way === null ? `rail: ${rail}` : `rail: ${rail}, ${way}`);
  if (!confirmed) return;
  for (const request of effectsOf(order, 'request-payment')) {
    if (request.status === 'waiting') change(turn, request, { status: 'absent', lookAt: null, settledAt: world.now });
  }
  for (const request of openRequests(order)) cancelRequest(turn, request);
  requestPayment(turn);
}

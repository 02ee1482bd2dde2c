import { can } from '@rielrails/core';
import type { AnyPaymentProvider, Asset, AssetLimits, NextActionType } from '@rielrails/core';
import type { Order } from './order/order.ts';
import { railProblem } from './order/rail.ts';
import type { RailProblem } from './order/rail.ts';
import type { Providers } from './providers.ts';

/** A way of paying, as a buyer may choose it: a rail with one of the ways that the front end can show. */
export interface RailView {
  readonly id: string;
  readonly way: NextActionType;
  /** Whether it is the one that this rail shows when none is named. */
  readonly isFirst: boolean;
  readonly assets: readonly Asset[];
  /** Least and most in the currency of this order; `null`: it takes another one, or nothing was priced yet. */
  readonly limits: AssetLimits | null;
  readonly chosen: boolean;
  /** `down`: it did not answer lately; it may be tried. */
  readonly state: 'available' | 'down' | RailProblem;
  /** How a refund goes back. */
  readonly refundWay: 'rail' | 'by-hand';
  /** Until how long after a payment it can be taken back; `null`: it is final. What can be taken back may wait. */
  readonly reversibleForMs: number | null;
}

/** Projects a rail for the buyer of an order, way by way, best first. */
export function railViews(
  rail: AnyPaymentProvider,
  order: Order,
  { providers, isDown }: { readonly providers: Providers; readonly isDown: boolean },
): readonly RailView[] {
  const { manifest } = rail;
  const ways = providers.accepts.filter((way) => manifest.offers[way]);
  const pay = order.quote?.pay;
  const problem = pay ? railProblem(manifest, pay) : null;
  return ways.map((way, index): RailView => {
    const finality = manifest.offers[way]?.finality;
    return {
      id: rail.id,
      way,
      isFirst: index === 0,
      assets: manifest.assets.map(({ minimum }) => minimum.asset),
      limits: manifest.assets.find(({ minimum }) => minimum.asset.code === pay?.asset.code) ?? null,
      chosen: rail.id === order.rail && way === (order.way ?? ways[0]),
      state: problem ?? (isDown ? 'down' : 'available'),
      refundWay: can(rail, 'refund') ? 'rail' : 'by-hand',
      reversibleForMs: finality === undefined || finality === 'final' ? null : finality.reversibleForMs,
    };
  });
}

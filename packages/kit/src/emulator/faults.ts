/**
 * Everything that may go wrong between us and a provider, by name.
 *
 * `…-after-apply` did happen at the provider although no answer came. `wrong-amount` and `unknown-status-word` are
 * played by the route itself; the webhook faults by the outbox.
 */
export const faultNames = [
  'refused-connection',
  'timeout-before',
  'timeout-after-apply',
  'reset-after-apply',
  'http-500-after-apply',
  'http-503',
  'throttled',
  'unreadable-200',
  'wrong-amount',
  'unknown-status-word',
  'duplicate-webhook',
  'reordered-webhooks',
  'dropped-webhook',
  'late-webhook',
  'forged-webhook',
] as const;

/** The name of a fault. */
export type FaultName = (typeof faultNames)[number];

/** One planned fault. `route: '*'` hits any route. */
export interface PlannedFault {
  readonly fault: FaultName;
  readonly route: string;
  /** How many calls it hits. */
  readonly times: number;
}

/** The faults that are still to come. */
export interface FaultPlan {
  /** Plans a fault for the next `times` calls of a route; defaults: any route, once. */
  add(fault: FaultName, options?: { readonly route?: string; readonly times?: number }): void;
  /** Takes the first planned fault among `names` that fits the route, if there is one. */
  take(route: string, names: readonly FaultName[]): FaultName | null;
  clear(): void;
  readonly planned: readonly PlannedFault[];
}

/** An empty plan. */
export function createFaultPlan(): FaultPlan {
  let planned: PlannedFault[] = [];
  return {
    add(fault, { route = '*', times = 1 } = {}) {
      if (!faultNames.includes(fault)) throw new RangeError(`fault: unknown name; one of ${faultNames.join(', ')}`);
      planned.push({ fault, route, times });
    },
    take(route, names) {
      const hit = planned.find((one) => names.includes(one.fault) && (one.route === '*' || one.route === route));
      if (!hit) return null;
      planned = planned.flatMap((one) =>
        one !== hit ? [one] : one.times > 1 ? [{ ...one, times: one.times - 1 }] : [],
      );
      return hit.fault;
    },
    clear() {
      planned = [];
    },
    get planned() {
      return planned;
    },
  };
}

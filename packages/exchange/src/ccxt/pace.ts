import type { CallContext } from '@rielrails/core';
import { neverSent } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';

/** Waits until a call of this weight may leave. */
export type Pace = (cost: number, context: CallContext | undefined) => Promise<void>;

/**
 * Keeps a pace of `msPerUnit` for each unit of weight, with the runtime's clock.
 *
 * @param options.burstMs - how far calls may run ahead before they wait.
 */
export function createPace(
  options: { readonly provider: string; readonly msPerUnit: number; readonly burstMs: number },
  { clock }: Pick<Runtime, 'clock'>,
): Pace {
  const { provider, msPerUnit, burstMs } = options;
  let busyUntil = 0;
  return async (cost, context) => {
    const now = clock.now();
    const begin = Math.max(busyUntil, now);
    const waitMs = Math.ceil(begin + cost * msPerUnit - burstMs - now);
    if (waitMs > 0 && context?.deadline !== undefined && now + waitMs >= context.deadline)
      throw neverSent(provider, `${provider}: too many calls wait already; nothing was sent`);
    busyUntil = begin + cost * msPerUnit;
    if (waitMs <= 0) return;
    await clock.sleep(waitMs, context?.signal).catch((reason: unknown) => {
      throw neverSent(provider, `${provider}: ended while it waited for its turn; nothing was sent`, reason);
    });
  };
}

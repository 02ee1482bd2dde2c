import type { Instant, PaymentProvider } from '@rielrails/core';
import { definePayment, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createPollingBudget } from './budget.ts';
import type { PollingReport } from './budget.ts';
import { BAKONG, readBakongConfig } from './config.ts';
import type { BakongConfig } from './config.ts';
import { createAsking } from './create.ts';
import { createLookup } from './lookup.ts';
import { bakongManifest } from './manifest.ts';
import { createOpenApi, LIST_MAX, tokenExpiry } from './open-api.ts';
import type { BakongOpenApi } from './open-api.ts';
import { createWatch } from './watch.ts';
import { createBakongWire } from './wire.ts';

/** Bakong as a payment provider. */
export type Bakong = PaymentProvider<'get', 'qr' | 'deep-link'> & {
  /** The Open API under the same token and the same count of calls. */
  readonly api: BakongOpenApi;
  /** How the calls of the day stand, for the operator's page. Sends nothing. */
  polling(): PollingReport & { readonly tokenExpiresAt: Instant | null };
};

/**
 * Bakong as a payment provider: a KHQR made on this machine, looked up by its md5.
 *
 * Keep the handle: without it a payment cannot be looked up at all. `get` throws `throttled` with `retryAfterMs` instead of
 * spending a call that the plan keeps for others; what was not asked is never told as "unpaid". Counts and pauses live in
 * memory, so run one instance for each token.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createBakong(config: BakongConfig, runtime: Runtime = systemRuntime()): Bakong {
  const settings = readBakongConfig(config);
  const { clock } = runtime;
  const { callsPerDay, probePercent, lists } = settings.polling;
  const budget = createPollingBudget({ callsPerDay, probePercent, batchSize: lists ? LIST_MAX : 1 });
  const watch = createWatch();
  let { token } = settings;
  const wire = createBakongWire({
    settings,
    runtime,
    token: () => token,
    spend: () => budget.spend(clock.now()),
    exhaust: () => budget.exhaust(clock.now()),
  });
  const api = createOpenApi(wire, (issued) => {
    token = issued;
  });
  const provider = definePayment(
    {
      id: BAKONG,
      manifest: bakongManifest(settings),
      create: createAsking(settings, api, watch, runtime),
      get: createLookup({ settings, api, watch, budget }, runtime),
    },
    runtime,
  );
  return {
    ...provider,
    api,
    polling: () => {
      const now = clock.now();
      return { ...budget.report(watch.all(now), now), tokenExpiresAt: tokenExpiry(token) };
    },
  };
}

import { can, InputError, isInputError, isProviderError } from '@rielrails/core';
import type { Instant, Reference } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { systemRuntime, toBase64 } from '@rielrails/kit';
import { sql } from 'kysely';
import { createAdmin } from './admin/commands.ts';
import { createBuyer } from './buyer.ts';
import { createFloatAlarm, freeFloat, readFloat } from './treasury/float.ts';
import type { FreeFloat } from './treasury/float.ts';
import type { Outside } from './effects/outside.ts';
import { createRailHealth } from './effects/rail-health.ts';
import { createDoor, receiversOf } from './http/handle.ts';
import { createListWatch } from './list-watch.ts';
import { assertLists, assertMayGoLive } from './live.ts';
import { payerFinding } from './order/monitoring.ts';
import type { World } from './order/turn.ts';
import type { Health, Orders, OrdersOptions } from './orders.ts';
import type { Providers } from './providers.ts';
import { createPrivacy } from './privacy.ts';
import { createRescreening } from './rescreening.ts';
import { assertSound } from './sound.ts';
import { loadPerson } from './store/people.ts';
import { createLocalKeys } from './store/key-provider.ts';
import { evidencePlace, openKeyring } from './store/keyring.ts';
import { standingDecisions } from './store/somebody-else.ts';
import { openStore } from './store/store.ts';
import { notePayer } from './store/weighing.ts';
import { createVerification } from './verification.ts';
import { createDriver } from './workers/driver.ts';
import { createInbox } from './workers/inbox.ts';
import { createListener } from './workers/listener.ts';
import { watchPrices } from './workers/price-watch.ts';
import { openQueue } from './workers/queue.ts';
import { createReconciler } from './workers/reconcile.ts';
import { createTeller } from './workers/teller.ts';

const SWEEP_CRON = '* * * * *';
const MOST_SWEPT = 500;
/** Messages older than this were left lying. */
const INBOX_STALE_MS = 30_000;
const MOST_SKEW_MS = 5000;

/**
 * Opens the engine on its database: migrates it, checks that this configuration may run, and takes up no work yet.
 *
 * @throws InputError when the configuration may not run; ProviderError of kind `config` from providers.
 */
export async function createOrders(options: OrdersOptions, runtime: Runtime = systemRuntime()): Promise<Orders> {
  assertSound(options);
  assertMayGoLive(options, runtime.clock.now());
  await assertLists(options);
  const { policy, terms } = options;
  const prices = watchPrices(options.providers.exchange);
  const providers: Providers = { ...options.providers, exchange: prices.exchange };
  const { clock, log } = runtime;
  const store = openStore(options.database, runtime);
  await store.migrate();
  const queue = await openQueue({ url: options.database.url }, runtime);
  const { dataKey, olderDataKeys = [] } = options;
  const keyring = await openKeyring({
    store,
    provider: options.keys ?? createLocalKeys({ current: dataKey, older: olderDataKeys }, runtime.random),
    dataKeys: [dataKey, ...olderDataKeys],
    runtime,
  });
  let closedForRecovery = options.recovery ?? false;
  let stopping = false;

  const outside: Outside = {
    providers,
    runtime,
    callTimeoutMs: policy.callTimeoutMs,
    rails: createRailHealth(clock),
    async person(order) {
      const person = await loadPerson(store.db, order.person);
      return { ...person, identity: await keyring.identityOf(person) };
    },
    knownApart: (person) => standingDecisions(store.db, keyring, person),
    async sealEvidence({ id, person }, evidence) {
      return toBase64((await keyring.ensure(person)).seal(evidencePlace(id), evidence));
    },
    async watchPayer({ person }, { rail, account }) {
      const { dueDiligence } = options;
      if (!dueDiligence?.rules.some(({ type }) => type === 'shared-payer')) return null;
      const mark = keyring.mark('payer', `${rail}\n${account.trim().toUpperCase()}`);
      return payerFinding(await notePayer(store.db, person, mark, clock.now()), dueDiligence);
    },
  };
  const rails = Object.fromEntries(providers.rails.map((rail) => [rail.id, rail.manifest]));
  const custodies = Object.fromEntries(
    providers.custodies.map((custody) => [custody.id, { ...custody.manifest, canBump: can(custody, 'bump') }]),
  );
  const exchange = { id: providers.exchange.id, manifest: providers.exchange.manifest };
  const world = (): World => ({ now: clock.now(), policy, rails, exchange, custodies });

  const teller = createTeller(store, runtime, options.show, (order) => buyer.project(order));
  const telling = new Set<Promise<void>>();
  const loop = createDriver({
    store,
    queue,
    outside,
    world,
    changed({ id, state, hold }) {
      // A wish is shown by whoever was asked for its price, unless it is held. That it may go on, the sweep tells.
      if ((state === 'draft' || state === 'quoted') && hold === 'none') return;
      const told = teller.tell(id).finally(() => telling.delete(told));
      telling.add(told);
    },
    ...(options.probe ? { probe: options.probe } : {}),
  });
  const driver: typeof loop = {
    ...loop,
    async drive(id, event, guard) {
      assertRecovered();
      return loop.drive(id, event, guard);
    },
  };
  const verification = createVerification({
    store,
    keyring,
    outside,
    async moved(person, status) {
      const { rows } = await sql<{ id: Reference }>`
        select id from purchase where person = ${person} and state not in ('DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED')`.execute(
        store.db,
      );
      const lost = status === 'revoked' || status === 'rejected';
      for (const { id } of rows) {
        await driver.drive(id, { type: 'noted', what: `verification: ${status}` });
        if (lost) await driver.drive(id, { type: 'verification-lost' });
      }
      await options.verified?.({ person, status, chats: await chatsOf(person), orders: rows.map(({ id }) => id) });
    },
  });
  const inbox = createInbox({ store, queue, sealer: keyring.inbox, runtime });
  const privacy = createPrivacy({
    store,
    keyring,
    inbox,
    dueDiligence: options.dueDiligence ?? null,
    forget: options.forget ?? (async () => {}),
    runtime,
  });
  const buyer = createBuyer({
    store,
    outside,
    driver,
    verification,
    privacy,
    policy,
    dueDiligence: options.dueDiligence ?? null,
    terms,
    world,
    assertOpen,
    assertRecovered,
  });
  const lists = createListWatch(providers, options.dueDiligence?.lists.required ?? [], runtime);
  const admin = createAdmin({
    store,
    driver,
    queue,
    policy,
    providers,
    keyring,
    lists,
    dueDiligence: options.dueDiligence ?? null,
    runtime,
  });
  const rescreening = createRescreening({ store, keyring, outside, driver, lists });
  const reconciler = createReconciler({ store, outside, world });

  async function chatsOf(person: Reference): Promise<readonly { readonly channel: string; readonly chat: string }[]> {
    const { rows } = await sql<{
      channel: string;
      chat: string;
    }>`select channel, chat from chat where person = ${person}`.execute(store.db);
    return rows;
  }

  function assertRecovered(): void {
    if (closedForRecovery)
      throw new InputError(
        'engine',
        'recovering',
        'after a restore everything is looked up first; try again in a few minutes',
      );
  }

  async function assertOpen(): Promise<FreeFloat> {
    assertRecovered();
    const { rows } = await sql<FreeFloat & { paused: boolean | null }>`
      select (select value from setting where name = 'paused') as paused, ${freeFloat(providers)}`.execute(store.db);
    const [{ paused, ...float } = { paused: false, venue: 0n, coins: 0n }] = rows;
    if (paused === true) throw new InputError('order', 'paused', 'no new orders are taken at the moment');
    if (options.mode === 'live' && !(await clockIsRight()))
      throw new InputError('engine', 'clock', 'the clock is wrong; no new orders are taken until it is right');
    return float;
  }

  /** The one place where SQL reads its clock: to compare it with ours. */
  async function clockIsRight(): Promise<boolean> {
    const { rows } = await sql<{
      at: string;
    }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as at`.execute(store.db);
    const right = Math.abs(Number(rows[0]?.at ?? 0) - clock.now()) <= MOST_SKEW_MS;
    if (!right) log.error('clock-skew', {});
    return right;
  }

  const alarm = createFloatAlarm(log);
  const listener = createListener({ store, outside, driver });
  const receivers = receiversOf(providers);
  for (const rail of providers.rails) inbox.handle(rail.id, (message) => listener.hear(rail, message), 'at-once');
  inbox.handle(
    providers.kyc.id,
    async ({ targets }) => {
      for (const target of targets) await verification.refresh(target);
    },
    'at-once',
  );

  for (const { id } of providers.custodies)
    inbox.handle(id, ({ targets }) => listener.hearCustody(id, targets), 'at-once');

  const housekeeping: Readonly<Record<string, () => Promise<unknown>>> = {
    keys: () => keyring.tend(),
    prices: () => prices.look(),
    wallet: () => admin.treasury.tend(),
    reports: warnOfReports,
    retention: () => privacy.sweep(),
    rescreening: () => rescreening.sweep(),
  };

  async function sweep(): Promise<void> {
    if (closedForRecovery || stopping) return;
    const { rows } = await sql<{ id: Reference }>`
      select id from purchase where wake_at is not null and wake_at <= ${clock.now()} order by wake_at limit ${MOST_SWEPT}`.execute(
      store.db,
    );
    for (const { id } of rows) {
      await driver
        .drive(id)
        .catch((error: unknown) => log.error('sweep-failed', { reference: id, error: nameOf(error) }));
    }
    await inbox.sweep((clock.now() - INBOX_STALE_MS) as Instant);
    await verification.refreshAll();
    await teller.sweep();
    alarm(await readFloat(store.db, providers, policy.floatAlarms));
    // None of these may keep the others, or orders and buyers, waiting.
    for (const [job, work] of Object.entries(housekeeping))
      await work().catch((error: unknown) => log.error('housekeeping-failed', { job, error: nameOf(error) }));
  }

  /** A suspicion that nobody reported in time is for whoever watches the log. */
  async function warnOfReports(): Promise<void> {
    const { rows } = await sql<{ overdue: number }>`
      select count(*)::int as overdue from case_file where state = 'decided' and report_due_at <= ${clock.now()}`.execute(
      store.db,
    );
    const count = rows[0]?.overdue ?? 0;
    if (count > 0) log.error('suspicion-report-overdue', { count });
  }

  async function health(): Promise<Health> {
    const checks: Record<string, 'ok' | 'failing'> = {};
    const check = async (name: string, work: () => Promise<unknown>) => {
      checks[name] = await work().then(
        (result) => (result === false ? 'failing' : 'ok'),
        () => 'failing',
      );
    };
    await check('database', () => sql`select 1`.execute(store.db));
    await check('queue', () => queue.stats());
    await check('clock', async () => options.mode === 'sandbox' || (await clockIsRight()));
    checks['recovery'] = closedForRecovery ? 'failing' : 'ok';
    return { ready: Object.values(checks).every((state) => state === 'ok'), checks, sales: { price: prices.state() } };
  }

  return {
    buyer,
    admin,
    inbox,
    handle: createDoor({ runtime, inbox, receivers, health }),
    async start() {
      await queue.work('order', 4, async ({ id }) => {
        await driver.drive(id as Reference).catch((error: unknown) => {
          // A wrong order is for people; a job that fails for ever helps nobody.
          if (!isInputError(error)) throw error;
        });
      });
      await queue.work('inbox', 4, ({ id }) => inbox.work(id));
      await queue.work('sweep', 1, () => sweep());
      await queue.schedule('sweep', SWEEP_CRON);
      await sweep();
    },
    async stop(withinMs = 10_000) {
      stopping = true;
      await queue.stop(withinMs);
      await inbox.idle();
      await driver.idle();
      await Promise.allSettled(telling);
      await store.close();
    },
    async wake(order) {
      await driver.drive(order, { type: 'asked-to-look' });
    },
    sweep,
    async reconcile() {
      const found = await reconciler.reconcile();
      if (found.unanswered === 0) closedForRecovery = false;
      if (found.unanswered === 0) log.info('reconciled', { count: found.effectsFound });
      else log.error('reconcile-unfinished', { count: found.unanswered });
      return found;
    },
    async idle() {
      await inbox.idle();
      await driver.idle();
      while (telling.size > 0) await Promise.allSettled(telling);
    },
    health,
    now: () => clock.now(),
  };
}

function nameOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return isProviderError(error) ? error.fault.kind : error instanceof Error ? error.name + code : typeof error;
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { InputError, isInputError, isProviderError } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { Emulator } from '@rielrails/kit/emulator';
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import type { SandboxClock } from '../clock.ts';
import type { TelegramEmulator } from '../telegram/index.ts';
import { createActions } from './actions.ts';
import type { Actions } from './actions.ts';
import { readAssets } from './assets.ts';
import type { Desks } from './desks.ts';
import { createFeed, toJson } from './feed.ts';
import { createStateReader } from './state.ts';
import type { Notice, StateSources } from './state.ts';
import { answerTraffic } from './traffic.ts';
import type { HostHandler } from './traffic.ts';

/** What a world is made of. */
export interface WorldOptions {
  /** The port on 127.0.0.1. Default: any free one. */
  readonly port?: number;
  /** The clock that emulators of this world were given too. */
  readonly clock: SandboxClock;
  readonly telegram: TelegramEmulator;
  /** Who answers for which host, Telegram included: `{ 'api.telegram.org': telegram }`. */
  readonly hosts: Readonly<Record<string, Emulator | HostHandler>>;
  /** The shop's own host among them, whose pages a browser may open. */
  readonly shopHost?: string;
  readonly desks: Desks;
}

/** A running world. */
export interface World {
  /** `http://127.0.0.1:4100` */
  readonly url: string;
  readonly port: number;
  /** The same actions that the page posts, for scripts in this process. */
  readonly actions: Actions;
  close(): Promise<void>;
}

type Environment = { Bindings: HttpBindings };

const MAX_NOTICES = 10;
const MAX_CONTROL_BYTES = 15 * 1024 * 1024;
const MAX_TRAFFIC_BYTES = 55 * 1024 * 1024;

/**
 * Starts the world: one server on 127.0.0.1 that plays every provider, serves the page and takes its actions.
 *
 * It holds the truth of the outside world and outlives the engine.
 */
export async function createWorld(options: WorldOptions, runtime: Runtime): Promise<World> {
  const { clock, telegram, hosts, desks } = options;
  const internet = { hosts, ...(options.shopHost === undefined ? {} : { shopHost: options.shopHost }) };
  const emulators = [...new Set(Object.values(hosts))].filter((one) => 'faults' in one);
  const notices: Notice[] = [];
  const sources: StateSources = { clock, telegram, emulators, hosts: Object.keys(hosts), desks, notices };
  const closing = new AbortController();
  const readState = createStateReader(sources);
  const actions = createActions(sources);
  const failed = (error: unknown) => runtime.log.error('world-unreadable', { error: nameOf(error) });
  const feed = createFeed({ read: readState, clock: runtime.clock, closed: closing.signal, failed });
  const unsubscribe = telegram.subscribe((event) => {
    if (event.type === 'callback-answer' && event.text !== '') {
      const { callbackId: id, chatId, text, alert } = event;
      notices.push({ id, chatId, text, alert });
      if (notices.length > MAX_NOTICES) notices.shift();
    }
    feed.touch();
  });
  const assets = await readAssets();

  const app = new Hono<Environment>();
  app.use(refuseOtherSites(() => port));

  app.all('/host/*', bodyLimit({ maxSize: MAX_TRAFFIC_BYTES }), async (context) => {
    const response = await answerTraffic(context.req.raw, context.env, internet);
    feed.touch();
    return response;
  });

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
    }),
  );

  app.get('/state', async () => {
    const state = await readState();
    return new Response(toJson(state), {
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
  });

  app.get('/events', (context) =>
    streamSSE(context, async (stream) => {
      const last = Number(context.req.header('last-event-id') ?? 0);
      let sent = Number.isSafeInteger(last) ? last : 0;
      let wake = () => {};
      const unfollow = feed.subscribe(() => wake());
      stream.onAbort(() => wake());
      closing.signal.addEventListener('abort', () => wake(), { once: true });
      try {
        await feed.refresh().catch(failed);
        while (!stream.aborted && !closing.signal.aborted) {
          const next = new Promise<void>((resolve) => {
            wake = resolve;
          });
          for (const { id, part, json } of feed.after(sent)) {
            await stream.writeSSE({ id: String(id), event: 'part', data: `{"part":"${part}","value":${json}}` });
            sent = id;
          }
          if (feed.after(sent).length === 0 && !stream.aborted) await next;
        }
      } finally {
        unfollow();
      }
    }),
  );

  app.post('/control/*', bodyLimit({ maxSize: MAX_CONTROL_BYTES }), async (context) => {
    const name = context.req.path.slice('/control/'.length);
    const act = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!act) return refusal(404, 'action', 'known', 'no such action');
    try {
      const result = await act(await readBody(context));
      feed.touch();
      return new Response(toJson({ ok: true, result: result ?? null }), {
        headers: { 'content-type': 'application/json' },
      });
    } catch (error) {
      if (isInputError(error)) return refusal(400, error.field, error.rule, error.message);
      if (isProviderError(error)) return refusal(400, 'action', error.fault.kind, error.message);
      runtime.log.error('control-failed', { where: name, error: nameOf(error) });
      const told = error instanceof Error ? error.message : 'it failed';
      return refusal(409, 'action', 'possible', told);
    }
  });

  app.get('/files/:id', (context) => {
    const file = telegram.file(context.req.param('id'));
    if (!file) return context.notFound();
    const picture = file.type === 'image/png' || file.type === 'image/jpeg';
    return new Response(file.bytes, {
      headers: picture
        ? { 'content-type': file.type, 'cache-control': 'max-age=3600' }
        : { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' },
    });
  });

  app.get('*', (context) => {
    const asset = assets.get(context.req.path);
    return asset
      ? new Response(asset.bytes, { headers: { 'content-type': asset.type, 'cache-control': 'no-cache' } })
      : context.notFound();
  });

  const server = createAdaptorServer({ fetch: app.fetch });
  let port = 0;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  runtime.log.info('world-listening', { port });

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    actions,
    async close() {
      closing.abort();
      unsubscribe();
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Lets only our own page and programs on this machine in.
 *
 * A foreign page may reach 127.0.0.1 under a name of its own (DNS rebinding: another Host) or send it forms and simple
 * requests (another Origin); control calls must also say JSON, which no foreign page may send without asking.
 */
function refuseOtherSites(port: () => number): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const own = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const host = context.req.header('host') ?? '';
    const origin = context.req.header('origin');
    const site = context.req.header('sec-fetch-site');
    if (!own.includes(host)) return refusal(403, 'host', 'own', 'this server answers to 127.0.0.1 only');
    if (origin !== undefined && !own.some((one) => origin === `http://${one}`))
      return refusal(403, 'origin', 'own', 'other sites may not call this server');
    if (site === 'cross-site' && context.req.header('sec-fetch-mode') !== 'navigate')
      return refusal(403, 'origin', 'own', 'other sites may not call this server');
    return next();
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

async function readBody(context: Context<Environment>): Promise<unknown> {
  const type = context.req.header('content-type') ?? '';
  if (type.split(';')[0]?.trim() !== 'application/json')
    throw new InputError('content-type', 'json', 'expected application/json');
  try {
    return JSON.parse(await context.req.text()) as unknown;
  } catch {
    throw new InputError('body', 'json', 'not valid JSON');
  }
}

function refusal(status: number, field: string, rule: string, message: string): Response {
  return new Response(toJson({ ok: false, error: { field, rule, message } }), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

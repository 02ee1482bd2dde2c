import { jsonLog, systemClock, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createSandboxClock, rerouteFetch } from '@rielrails/sandbox';
import type { Composition } from './compose.ts';
import type { BotConfig } from './config.ts';
import { readMachine, rememberLog } from './machine-state.ts';

/** A process inside the sandbox. */
export interface SandboxProcess {
  readonly runtime: Runtime;
  /**
   * What the sandbox asks of the engine: `GET /machine`, `GET /deposit-address`, `POST /clock` with `{ "forwardMs": 1 }`.
   * `null` for everything else.
   */
  extra(composition: Composition): (request: Request) => Promise<Response | null>;
}

/** The process inside the sandbox: every provider is the world on this machine, and its clock can be put forward. */
export function sandboxProcess(
  config: BotConfig,
  { world, hosts, clockOffsetMs }: NonNullable<BotConfig['sandbox']>,
): SandboxProcess {
  const clock = createSandboxClock(systemClock, clockOffsetMs);
  const log = rememberLog(
    jsonLog((line) => process.stderr.write(`${line}\n`), clock),
    () => clock.now(),
  );
  const loopbackPorts = [world, config.wallet.node.url].map((url) => Number(new URL(url).port));
  const base = systemRuntime({ loopbackPorts, log });
  const runtime = { ...base, clock, fetch: rerouteFetch(base.fetch, { world, hosts }) };

  return {
    runtime,
    extra:
      ({ orders, depositAddress }) =>
      async (request) => {
        const { pathname } = new URL(request.url);
        // A page of another site may reach this port under a name of its own, or send it simple requests.
        if (!request.headers.get('host')?.startsWith('127.0.0.1:')) return null;
        switch (`${request.method} ${pathname}`) {
          case 'GET /machine':
            return Response.json(await readMachine(orders, log));
          case 'GET /deposit-address':
            return Response.json({ address: await depositAddress() });
          case 'POST /clock': {
            if (request.headers.get('content-type') !== 'application/json') return new Response(null, { status: 415 });
            const { forwardMs } = (await request.json()) as { readonly forwardMs: number };
            clock.forward(forwardMs);
            await orders.sweep();
            return Response.json({ offsetMs: clock.offsetMs });
          }
          default:
            return null;
        }
      },
  };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@rielrails/kit';
import type { LaunchOptions } from '../launcher/arguments.ts';
import { offeredToo } from '../rails/rail-id.ts';
import { takeScriptHome } from '../launcher/home.ts';
import type { Environment } from '../launcher/child.ts';
import { playOperators } from '../launcher/play-operators.ts';
import { startSandbox } from '../launcher/sandbox.ts';
import type { Sandbox } from '../launcher/sandbox.ts';
import { checkInvariants } from './invariants.ts';
import { createPlay } from './play.ts';
import { deliveryResult, orderResult } from './result.ts';
import type { Result } from './result.ts';
import type { Script } from './script.ts';

/** How a script is run. */
export interface RunOptions extends LaunchOptions {
  /** The environment of the launcher. */
  readonly environment: Environment;
  readonly engine: string;
  readonly say: (line: string) => void;
  /** Hands out how to end everything early. */
  readonly onSandbox?: (stop: () => Promise<void>) => void;
}

const TOLD_LINES = 15;

/** Plays a script on a sandbox of its own, in a fresh folder that is removed at the end. */
export async function runScript(script: Script, options: RunOptions): Promise<Result> {
  const { say } = options;
  const kyc = script.settings?.kyc ?? options.kyc ?? 'sumsub';
  const home = await takeScriptHome();
  const startedAt = systemClock.now();
  const checks = new Map<string, boolean>();
  const told = new Map<string, string>();
  let sandbox: Sandbox | null = null;
  let over: Promise<void> | null = null;
  const end = () => {
    over ??= (async () => {
      await sandbox?.stop();
      if (options.keep) say(`the data is kept in ${home.directory}`);
      await home.release(!options.keep);
    })();
    return over;
  };
  options.onSandbox?.(end);
  try {
    sandbox = await startSandbox({
      directory: home.directory,
      node: options.node,
      port: null,
      engine: options.engine,
      environment: options.environment,
      say,
      settings: {
        ...(options.rail ? { rails: offeredToo(options.rail) } : {}),
        ...script.settings,
        kyc,
      },
      ...(kyc === 'manual' ? { operators: playOperators } : {}),
      onEngineNotice(notice, value) {
        const { id, state } = value as { readonly id: string; readonly state: string };
        if (notice === 'shown') told.set(id, state);
      },
    });
    const { chain } = sandbox.ready;
    const readyAt = systemClock.now();
    say(`${script.name}: the sandbox stands (${chain.backend})`);
    const play = await createPlay({
      sandbox,
      rail: options.rail ?? 'payway',
      kyc,
      say,
      checks,
      told,
    });
    let failure: string | null = null;
    let more: Readonly<Record<string, unknown>> | void = undefined;
    try {
      more = await script.run(play);
    } catch (error) {
      failure = error instanceof Error ? error.message : 'it failed';
      say(`${script.name}: ${failure}`);
    }
    const facts = await play.facts().catch((error: unknown) => {
      failure ??= error instanceof Error ? error.message : 'it failed';
      return null;
    });
    const invariants = facts ? checkInvariants(facts) : {};
    const playedAt = systemClock.now();
    const memory = await sandbox.memory();
    const ok = failure === null && [...Object.values(invariants), ...checks.values()].every(Boolean);
    if (!ok) {
      await tellLogs(home.directory, say);
      for (const { order, timeline } of facts?.files ?? [])
        say(`order ${order.number}: ${timeline.map(({ what }) => what).join(', ')}`);
    }
    const [first] = facts?.files ?? [];
    const orders: Record<string, number> = {};
    for (const { order } of facts?.files ?? []) orders[order.state] = (orders[order.state] ?? 0) + 1;
    await end();
    return {
      script: script.name,
      ok,
      failure,
      order: first ? orderResult(first) : null,
      orders,
      delivery: first && facts ? deliveryResult(first, facts) : null,
      chain: { node: chain.kind, backend: chain.backend },
      ledger: { balanced: invariants['ledger-balances'] === true },
      invariants,
      checks: Object.fromEntries(checks),
      timings: {
        startMs: readyAt - startedAt,
        playMs: playedAt - readyAt,
        stopMs: systemClock.now() - playedAt,
      },
      memory,
      ...(more ? { more } : {}),
    };
  } catch (error) {
    await tellLogs(home.directory, say);
    throw error;
  } finally {
    await end();
  }
}

/** The last words of every process, when something went wrong. */
async function tellLogs(directory: string, say: (line: string) => void): Promise<void> {
  for (const name of ['world', 'signer', 'engine']) {
    const text = await readFile(join(directory, 'logs', `${name}.log`), 'utf8').catch(() => '');
    for (const line of text.trim().split('\n').slice(-TOLD_LINES)) if (line !== '') say(`${name}: ${line}`);
  }
}

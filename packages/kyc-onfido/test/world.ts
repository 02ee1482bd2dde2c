import { parseReference } from '@rielrails/core';
import type { Attempt, KycProvider, Reference, StartedKyc, StartKyc, Target } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createOnfidoEmulator } from '../src/emulator/index.ts';
import type { OnfidoEmulator, OnfidoEmulatorOptions } from '../src/emulator/index.ts';
import { createOnfido } from '../src/index.ts';
import type { OnfidoConfig } from '../src/index.ts';

export const reference: Reference = parseReference('7421905561083');
export const DAY_MS = 86_400_000;

/** Somebody who wants to be verified. */
export const input: StartKyc = { reference, person: 'person-17', level: 'basic', language: 'km-KH' };

/** An adapter and an emulator on one clock. */
export interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: OnfidoEmulator;
  readonly onfido: KycProvider<'parseWebhook'>;
  /** Calls the emulator as the account's owner. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A page of workflow runs, newest first. */
  runs(query?: string): Promise<readonly Told[]>;
  /** Presses a button of a hosted page; gives the status. */
  press(url: string, form?: string): Promise<number>;
}

/** What the emulator answered. */
export interface Answer {
  readonly status: number;
  readonly body: Told;
}

/** What a test reads of an answer; each answer has some of it. */
export interface Told {
  readonly id: string;
  readonly applicant_id: string;
  readonly workflow_id: string;
  readonly tags: readonly string[];
  readonly link: { readonly url: string; readonly language: string };
  readonly error: { readonly type: string; readonly fields: Readonly<Record<string, unknown>> };
}

/** Opens a world. */
export function openWorld(options: OnfidoEmulatorOptions = {}, change: Partial<OnfidoConfig> = {}, seed = 1): World {
  const runtime = createVirtualRuntime({ seed, fetch: (request, how) => emulator.fetch(request, how) });
  const emulator: OnfidoEmulator = createOnfidoEmulator(runtime, options);
  const { baseUrl, apiToken } = emulator.config;
  const world: World = {
    runtime,
    emulator,
    onfido: createOnfido({ ...emulator.config, ...change }, runtime),
    async call(method, path, value) {
      const headers = { authorization: `Token token=${apiToken}`, 'content-type': 'application/json' };
      const body = value === undefined ? {} : { body: JSON.stringify(value) };
      const response = await emulator.fetch(new Request(baseUrl + path, { method, headers, ...body }), {});
      const text = await response.text();
      return { status: response.status, body: (/^[[{]/.test(text) ? JSON.parse(text) : text) as Told };
    },
    runs: async (query = '') => (await world.call('GET', `/workflow_runs${query}`)).body as unknown as readonly Told[],
    async press(url, form = '') {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await emulator.fetch(new Request(url, { method: 'POST', headers, body: form }), {})).status;
    },
  };
  return world;
}

/** The first of what must not be empty. */
export function firstOf<T>(all: readonly T[]): T {
  const [first] = all;
  if (first === undefined) throw new Error('there is nothing');
  return first;
}

/** The value of what must have been applied. */
export function applied(attempt: Attempt<StartedKyc>): StartedKyc {
  if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
  return attempt.value;
}

/** How a started case is found again. */
export function targetOf({ case: { reference }, handle }: StartedKyc): Target {
  return handle === undefined ? { reference } : { reference, handle };
}

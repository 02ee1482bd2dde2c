/**
 * The sandbox: the whole world on one machine.
 *
 * The world server plays every provider, keeps its truth while the engine dies and returns, and shows it on a page.
 *
 * @packageDocumentation
 */

export { createSandboxClock } from './clock.ts';
export type { SandboxClock } from './clock.ts';
export type {
  MachineBalance,
  MachineEffect,
  MachineLogLine,
  MachineMoment,
  MachineOrder,
  MachineQueue,
  MachineReceipt,
  MachineState,
} from './machine.ts';
export { rerouteFetch, rerouteOrigin } from './reroute.ts';
export type { RerouteOptions } from './reroute.ts';
export * from './world/index.ts';

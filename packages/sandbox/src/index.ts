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
export { createCrashPlan, createEngineCalls, createRecentLog, readMachine } from './launcher/engine-desk.ts';
export type { CrashPlan, RecentLog } from './launcher/engine-desk.ts';
export { readEngineConfig } from './launcher/engine-config.ts';
export type { EngineConfig } from './launcher/engine-config.ts';
export { otherVenue } from './launcher/venue-id.ts';
export type { VenueId } from './launcher/venue-id.ts';
export { openLauncherLine } from './launcher/serve-launcher.ts';
export type { Handlers, LauncherLine } from './launcher/serve-launcher.ts';
export { demoDirectory } from './launcher/home.ts';

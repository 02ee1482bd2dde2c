export type { Actions } from './actions.ts';
export type {
  BankDesk,
  BankScan,
  ChainDesk,
  ChainView,
  Desks,
  ExchangeDesk,
  KycDesk,
  MachineDesk,
  MarketView,
} from './desks.ts';
export type { HostHandler } from './traffic.ts';
export { createWorld } from './world.ts';
export type { World, WorldOptions } from './world.ts';

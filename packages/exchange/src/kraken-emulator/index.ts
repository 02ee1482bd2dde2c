/**
 * Kraken spot as a request handler, built from its public documentation.
 *
 * @packageDocumentation
 */

export type { SystemStatus } from './account.ts';
export { createKrakenEmulator } from './kraken-emulator.ts';
export type { KrakenEmulator, KrakenEmulatorOptions } from './kraken-emulator.ts';
export type { MarketView } from '../venue-emulator/view.ts';
export type { ApiKey } from './signed-request.ts';

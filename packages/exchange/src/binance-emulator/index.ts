/**
 * Binance spot as a request handler, built from its public documentation.
 *
 * @packageDocumentation
 */

export { createBinanceEmulator } from './binance-emulator.ts';
export type { BinanceEmulator, BinanceEmulatorOptions, EmulatedBookShape } from './binance-emulator.ts';
export type { MarketView } from '../venue-emulator/view.ts';
export type { ApiKey } from './signed-request.ts';

/**
 * BitGo as a custody of bitcoin, through BitGo Express.
 *
 * @packageDocumentation
 */

export type { BitgoConfig } from './config.ts';
export { createBitgo } from './custody.ts';
export type { Bitgo, BitgoOperation } from './custody.ts';

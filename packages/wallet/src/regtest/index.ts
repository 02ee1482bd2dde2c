/**
 * A bitcoin regression test chain for sandboxes and tests: a real node where it was fetched, else its stand-in.
 *
 * @packageDocumentation
 */

export { addressOfScript, scriptOfAddress } from '@rielrails/kit/bitcoin';
export { fetchNode } from './fetch-node.ts';
export type { FetchedNode, FetchNodeOptions } from './fetch-node.ts';
export { defaultNodeDirectory, findNode } from './find-node.ts';
export type { NodeFiles } from './find-node.ts';
export { createRegtestLite } from './lite/regtest-lite.ts';
export type { RegtestLiteOptions } from './lite/regtest-lite.ts';
export { createRegtestMiner } from './miner.ts';
export type { RegtestMiner } from './miner.ts';
export { startRegtest } from './start-regtest.ts';
export type { Regtest, StartRegtestOptions } from './start-regtest.ts';

/**
 * A Bitcoin Core node as chain back end of the wallet.
 *
 * @packageDocumentation
 */

export { createCoreRpc } from './core-rpc.ts';
export type { CoreRpcConfig } from './core-rpc.ts';
export type { RpcCredentials } from './rpc.ts';

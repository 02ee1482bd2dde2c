/**
 * An Esplora server as chain back end of the wallet.
 *
 * @packageDocumentation
 */

export { createEsplora } from './esplora.ts';
export type { EsploraConfig } from './esplora.ts';

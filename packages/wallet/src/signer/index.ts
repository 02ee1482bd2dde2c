/**
 * The signer: the one process that holds keys. It reads every PSBT itself and decides by purpose.
 *
 * @packageDocumentation
 */

export { createSignerClient } from './client.ts';
export type { SignerClientOptions } from './client.ts';
export { initFileLog, openFileLog } from './file-log.ts';
export type { FileLog } from './file-log.ts';
export { openDescriptor, openSeed } from './keys.ts';
export type { SigningAccount } from './keys.ts';
export { createMemoryLog, DamagedLogError } from './log.ts';
export type { SignerLog } from './log.ts';
export type { SignerPolicy } from './policy.ts';
export type {
  InitEntry,
  LogEntry,
  LogHead,
  Purpose,
  SignAnswer,
  SignedEntry,
  SignedLogEntry,
  Signer,
  SignerDescription,
  SignerRefusal,
  SignRequest,
} from './protocol.ts';
export { serveSigner } from './server.ts';
export type { SignerServer } from './server.ts';
export { createSigner } from './signer.ts';
export type { SignerOptions } from './signer.ts';

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
export type { ReadInput, ReadOutput, ReadPsbt } from './read-psbt.ts';
export { createMemoryLog, DamagedLogError } from './log.ts';
export type { SignerLog } from './log.ts';
export type { WorkRule } from './block-proof.ts';
export type { Operator, ReleaseRule, SignerPolicy } from './policy.ts';
export type {
  AgreedTransaction,
  Approval,
  CompleteRequest,
  GivenLogEntry,
  HandedOutEntry,
  InitEntry,
  LogContent,
  LogEntry,
  LogHead,
  Purpose,
  ReleaseAnswer,
  ReleasedEntry,
  ReleaseRequest,
  SignAnswer,
  SignedEntry,
  SignedLogEntry,
  Signer,
  SignerDescription,
  SignerRefusal,
  SignRequest,
} from './protocol.ts';
export { releaseText } from './release.ts';
export { readSeed } from './seed.ts';
export { serveSigner } from './server.ts';
export type { SignerServer } from './server.ts';
export type { InputSignatures } from './signatures.ts';
export { createSigner } from './signer.ts';
export type { SignerOptions } from './signer.ts';

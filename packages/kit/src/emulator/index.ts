/**
 * The base of every emulator: a provider as a request handler with state, faults by name, and webhooks that can go
 * wrong.
 *
 * An emulator imports this and nothing else of the adapter that it stands beside.
 *
 * @packageDocumentation
 */

export type {
  CustodyEmulator,
  EmulatedPayer,
  ExchangeEmulator,
  KycEmulator,
  PaymentEmulator,
  ScreeningEmulator,
} from './controls.ts';
export { createEmulator, jsonResponse } from './emulator.ts';
export type {
  EmulatedRequest,
  Emulator,
  EmulatorContext,
  EmulatorOptions,
  Exchange,
  Provenance,
  Route,
} from './emulator.ts';
export { createFaultPlan, faultNames } from './faults.ts';
export type { FaultName, FaultPlan, PlannedFault } from './faults.ts';
export { createOutbox } from './outbox.ts';
export type { Outbox, OutboxOptions, OutgoingWebhook, Redelivery, SentWebhook } from './outbox.ts';

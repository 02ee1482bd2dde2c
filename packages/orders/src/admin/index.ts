/**
 * The operators' door: a loopback page, and the same commands for a shell.
 *
 * `createAdminDoor` answers both; `adminCommands` is the table from which both are made.
 *
 * @packageDocumentation
 */

export { createAdminDoor } from './door.ts';
export type { AdminDoorOptions } from './door.ts';
export { adminCommands, commandPath, findCommand, readInput } from './command-table.ts';
export type { AdminCommand, CommandAnswer, CommandArgument, CommandInput } from './command-table.ts';
export { PLAY_TOKEN } from './people.ts';
export type { Duty, Operator } from './people.ts';
export { inPhnomPenh, plain, showAmount } from './plain-text.ts';
export type { Amount } from './plain-text.ts';
export type {
  AccessLogReport,
  BalancesReport,
  CaseLineReport,
  CaseReport,
  CustomerReport,
  Desk,
  DoubtReport,
  EffectReport,
  EngineReport,
  FloatLine,
  LineReport,
  OrderReport,
  ProposalReport,
  ReceiptReport,
  TaskReport,
  ThreeWayReport,
  ToldApartReport,
  TransferReport,
} from './reports.ts';
export type { ReviewLineReport, ReviewReport } from './review-reports.ts';
export type {
  PictureName,
  ReadIdentity,
  ReviewDecision,
  ReviewFile,
  ReviewLine,
  ReviewProposal,
  Reviews,
} from './reviews.ts';

/**
 * The durable order engine: charged once, bought once, delivered once.
 *
 * `createOrders` opens it. Front ends use {@link Orders.buyer} and show {@link OrderView}s; operators use
 * {@link Orders.admin}.
 *
 * @packageDocumentation
 */

export { createOrders } from './engine.ts';
export type {
  BuyerCommands,
  ChatRef,
  Confirmation,
  ErasureView,
  Health,
  LimitsView,
  Orders,
  OrdersOptions,
  PersonExport,
  QuoteRequest,
  RailChoice,
  Reconciliation,
  Show,
  ShowResult,
  TermsView,
  TierView,
  VerificationNews,
} from './orders.ts';
export type { DecisionLine } from './admin/telling-apart.ts';
export type {
  Admin,
  CommandResult,
  CustomerFile,
  OrderFile,
  OrderFilter,
  OrderLine,
  PauseState,
  ProposedAction,
  Proposal,
  Transfer,
  TransferKind,
} from './admin/admin.ts';
export type {
  Effect,
  EffectKind,
  EffectRequest,
  EffectResult,
  EffectStatus,
  Happening,
  Language,
  Order,
  OrderQuote,
  OrderReceipt,
  PayerMatch,
  PriceQuestion,
  RefundTask,
  Silence,
  Want,
} from './order/order.ts';
export type {
  CaseAnswer,
  CaseDecision,
  Declaration,
  DueDiligence,
  Ground,
  Licence,
  MonitoringRule,
  Tier,
  Velocity,
} from './order/due-diligence.ts';
export { defaultTimes } from './order/policy.ts';
export type { Policy } from './order/policy.ts';
export type { Disposition, Hold, HoldReason, OrderState } from './order/state.ts';
export { explainPolicy } from './policy-file/explain.ts';
export type { Explained, ExplainedSection } from './policy-file/explain.ts';
export type { ListLine, ListsView } from './list-watch.ts';
export { cambodianPolicy } from './cambodian-policy.ts';
export { readPolicy } from './policy-file/read.ts';
export type { RailProblem } from './order/rail.ts';
export type { RefusalReason } from './order/approving.ts';
export type { CompareNames } from './order/payer.ts';
export type { Providers, ScreeningList } from './providers.ts';
export type { WaitingTransaction, WalletAdvice, WalletDesk } from './treasury/wallet-desk.ts';
export type { ThreeWay } from './treasury/three-way.ts';
export type { Sending, TreasuryDesk, WaitingSignature } from './admin/treasury-desk.ts';
export type { RailView } from './rail-view.ts';
export type { KycStatus } from './store/people.ts';
export { createLocalKeys } from './store/key-provider.ts';
export type { KeyProvider, LocalKeysOptions, WrappedKey } from './store/key-provider.ts';
export type { Account } from './store/account.ts';
export type { Balance, TrialBalance } from './store/ledger.ts';
export { DatabaseNewerError } from './store/migrate.ts';
export { CommitUnknownError } from './store/transaction.ts';
export type { Terms } from './terms.ts';
export type { VerificationView } from './verification.ts';
export type { BuyerAction, OrderView, QuoteLine, RefundView, ViewStep } from './view.ts';
export type { CrashPoint } from './workers/driver.ts';
export type { Inbox, Message, MessageHandler } from './workers/inbox.ts';
export type { QueueName, QueueStats } from './workers/queue.ts';

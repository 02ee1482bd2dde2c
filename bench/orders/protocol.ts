import type { Reference } from '@rielrails/core';

/** What the benchmark asks of the engine's process. */
export type EngineRequest = { readonly id: number } & EngineCommand;

/** One command. */
export type EngineCommand =
  | { readonly type: 'verify' | 'buy'; readonly chat: string }
  | { readonly type: 'pay' | 'mine'; readonly order: Reference }
  | { readonly type: 'approve' | 'memory' | 'check' | 'stop' };

/** What the engine's process says. */
export type EngineReport =
  | { readonly type: 'ready' }
  | { readonly type: 'shown'; readonly chat: string; readonly order: Reference; readonly state: string }
  | { readonly type: 'answer'; readonly id: number; readonly value: string | null }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };

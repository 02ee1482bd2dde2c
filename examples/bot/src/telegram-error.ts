import { BotError, GrammyError, HttpError } from 'grammy';

/**
 * What went wrong with Telegram.
 *
 * `unchanged`: an edit that changes nothing. `gone`: the person cannot be reached any more. `lost`: the message cannot
 * be edited or found. `too-late`: a tap that can no longer be answered. `refused`: anything else that Telegram says no to.
 */
export type TelegramTrouble =
  | { readonly type: 'unchanged' | 'gone' | 'lost' | 'too-late' | 'unauthorized' | 'conflict' | 'unreachable' }
  | { readonly type: 'throttled'; readonly retryAfterMs: number }
  | { readonly type: 'refused'; readonly code: number };

/**
 * Thrown in the place of grammY's own errors when an update is to be handled again.
 *
 * Theirs hold the bot's token: in a URL, in the context, in causes. This one holds a word.
 */
export class TelegramUnavailableError extends Error {
  constructor(trouble: TelegramTrouble['type']) {
    super(`telegram: ${trouble}`);
    this.name = 'TelegramUnavailableError';
  }
}

const DEFAULT_RETRY_MS = 5000;
const GONE = /bot was blocked|user is deactivated|chat not found|bot was kicked|PEER_ID_INVALID/i;
const LOST =
  /message to edit not found|message can't be edited|MESSAGE_ID_INVALID|there is no (?:text|caption|media) in/i;
const TOO_LATE = /query is too old/i;

/** Reads what Telegram, or the way there, had to say; `null` for an error that is not about Telegram. */
export function troubleOf(error: unknown): TelegramTrouble | null {
  if (error instanceof BotError) return troubleOf(error.error);
  if (error instanceof TelegramUnavailableError) return { type: 'unreachable' };
  if (error instanceof HttpError) return { type: 'unreachable' };
  if (!(error instanceof GrammyError)) return null;
  const { error_code: code, description, parameters } = error;
  if (code === 429) return { type: 'throttled', retryAfterMs: retryAfterMs(parameters.retry_after) };
  if (code === 401 || code === 404) return { type: 'unauthorized' };
  if (code === 409) return { type: 'conflict' };
  if (code >= 500) return { type: 'unreachable' };
  if (code === 403 || GONE.test(description)) return { type: 'gone' };
  if (/message is not modified/i.test(description)) return { type: 'unchanged' };
  if (LOST.test(description)) return { type: 'lost' };
  if (TOO_LATE.test(description)) return { type: 'too-late' };
  return { type: 'refused', code };
}

function retryAfterMs(seconds: number | undefined): number {
  return seconds === undefined ? DEFAULT_RETRY_MS : seconds * 1000;
}

/** An answer of the Bot API that is not a result. Becomes the error envelope and the HTTP status. */
export class TelegramError extends Error {
  readonly code: number;
  readonly parameters: { readonly retry_after?: number } | null;

  constructor(code: number, description: string, parameters: { readonly retry_after?: number } | null = null) {
    super(description);
    this.name = 'TelegramError';
    this.code = code;
    this.parameters = parameters;
  }
}

/** 400: the request breaks a rule. */
export function badRequest(text: string): TelegramError {
  return new TelegramError(400, `Bad Request: ${text}`);
}

/** 403: the person or the chat does not let the bot write. */
export function forbidden(text: string): TelegramError {
  return new TelegramError(403, `Forbidden: ${text}`);
}

/** 409: somebody else receives this bot's updates. */
export function conflict(text: string): TelegramError {
  return new TelegramError(409, `Conflict: ${text}`);
}

/** 429: too many calls. */
export function tooManyRequests(seconds: number): TelegramError {
  return new TelegramError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

/** The error as the Bot API writes it. */
export function errorResponse(error: TelegramError): Response {
  const { code, message, parameters } = error;
  return new Response(
    JSON.stringify({ ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) }),
    {
      status: code,
      headers: {
        'content-type': 'application/json',
        ...(parameters?.retry_after === undefined ? {} : { 'retry-after': String(parameters.retry_after) }),
      },
    },
  );
}

import { connect } from 'node:net';
import { ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import { doubt, fromUtf8, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { Signer } from './protocol.ts';
import { assertSocketPath } from './socket-path.ts';
import { MAX_LINE_BYTES, readAnswer, readReply } from './wire.ts';
import type { SignerAnswers, SignerCall } from './wire.ts';

const PROVIDER = 'signer';
const DEFAULT_TIMEOUT_MS = 30_000;

/** Where the signer listens. */
export interface SignerClientOptions {
  readonly socketPath: string;
  /** The end of one call. Default: 30,000 ms. */
  readonly timeoutMs?: number;
}

/**
 * Speaks with a signer process over its unix socket, one connection a call.
 *
 * No I/O before the first call.
 *
 * @throws RangeError when the path is too long for a socket.
 */
export function createSignerClient(options: SignerClientOptions, runtime: Pick<Runtime, 'clock'>): Signer {
  assertSocketPath(options.socketPath);

  async function call(request: SignerCall, context: CallContext | undefined): Promise<unknown> {
    const exchange = await exchangeLines(options, `${stringify(request)}\n`, runtime, context);
    if (exchange.type === 'never-sent')
      throw unavailable(PROVIDER, 'signer: could not be reached; start it, or correct its socket path', exchange.cause);
    if (exchange.type === 'lost') throw new LostAnswer(exchange.cause);
    const reply = readReply(parse(exchange.line));
    if ('answer' in reply) return reply.answer;
    if (reply.error === 'failed') throw new LostAnswer(undefined);
    throw new ProviderError({ kind: 'invalid', provider: PROVIDER, message: 'signer: the request is malformed' });
  }

  async function read<C extends SignerCall>(
    request: C,
    context: CallContext | undefined,
  ): Promise<SignerAnswers[C['operation']]> {
    try {
      return readAnswer<C['operation']>(request.operation, await call(request, context));
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      throw unavailable(PROVIDER, `signer ${request.operation}: no usable answer`, error);
    }
  }

  /** What may have been written to the log: a lost answer is no answer. */
  async function write<C extends SignerCall>(
    request: C,
    context: CallContext | undefined,
  ): Promise<SignerAnswers[C['operation']]> {
    const { operation } = request;
    try {
      return readAnswer<C['operation']>(operation, await call(request, context));
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      throw doubt(PROVIDER, 'timeout', `signer ${operation}: the answer was lost; repeat the same request`, error);
    }
  }

  return {
    sign: (request, context) => write({ operation: 'sign', request }, context),
    complete: (request, context) => write({ operation: 'complete', request }, context),
    releaseAnchor: (request, context) => write({ operation: 'release-anchor', request }, context),
    describe: (context) => read({ operation: 'describe' }, context),
    entriesAfter: (head, context) => read({ operation: 'entries-after', head }, context),
    find: (reference, context) => read({ operation: 'find', reference }, context),
  };
}

class LostAnswer extends Error {
  constructor(cause: unknown) {
    super('signer: the answer was lost', { cause });
    this.name = 'LostAnswer';
  }
}

type Exchange =
  | { readonly type: 'answered'; readonly line: Uint8Array }
  | { readonly type: 'never-sent'; readonly cause: unknown }
  | { readonly type: 'lost'; readonly cause: unknown };

/** Sends one line and reads one line. */
async function exchangeLines(
  { socketPath, timeoutMs = DEFAULT_TIMEOUT_MS }: SignerClientOptions,
  line: string,
  { clock }: Pick<Runtime, 'clock'>,
  context: CallContext | undefined,
): Promise<Exchange> {
  const caller = context?.signal;
  if (caller?.aborted) return { type: 'never-sent', cause: caller.reason };
  const limitMs = Math.min(timeoutMs, context?.deadline === undefined ? timeoutMs : context.deadline - clock.now());
  const timer = new AbortController();
  const end = new AbortController();
  const stop = () => end.abort(caller?.reason);
  caller?.addEventListener('abort', stop, { once: true });
  clock.sleep(Math.max(0, limitMs), timer.signal).then(
    () => end.abort(new DOMException('the signer took too long', 'TimeoutError')),
    () => {},
  );
  try {
    return await new Promise<Exchange>((resolve) => {
      let sent = false;
      let length = 0;
      const parts: Uint8Array[] = [];
      const socket = connect(socketPath);
      const fail = (cause: unknown) => {
        socket.destroy();
        resolve({ type: sent ? 'lost' : 'never-sent', cause });
      };
      end.signal.addEventListener('abort', () => fail(end.signal.reason), { once: true });
      socket.on('error', fail);
      socket.on('close', () => fail(new Error('the signer closed the connection')));
      socket.on('connect', () => {
        sent = true;
        socket.write(line);
      });
      socket.on('data', (bytes: Uint8Array) => {
        const at = bytes.indexOf(0x0a);
        length += bytes.length;
        parts.push(at < 0 ? bytes : bytes.subarray(0, at));
        if (length > MAX_LINE_BYTES) fail(new Error('the answer is too long'));
        else if (at >= 0) {
          resolve({ type: 'answered', line: Buffer.concat(parts) });
          socket.destroy();
        }
      });
    });
  } finally {
    timer.abort(new Error('done'));
    caller?.removeEventListener('abort', stop);
  }
}

/** Amounts travel as decimal text: JSON knows no whole numbers of this size. */
function stringify(request: object): string {
  return JSON.stringify(request, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

function parse(line: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(line));
  } catch {
    return null;
  }
}

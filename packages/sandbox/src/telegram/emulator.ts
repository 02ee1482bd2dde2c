import { equalInConstantTime } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Emulator, EmulatorContext, Route } from '@rielrails/kit/emulator';
import { readArguments } from './arguments.ts';
import { createChatStore } from './chats.ts';
import type { ChatEvent, StoredChat } from './chats.ts';
import { errorResponse, TelegramError, tooManyRequests } from './errors.ts';
import { createFileStore, MAX_DOWNLOAD_BYTES } from './files.ts';
import type { StoredFile } from './files.ts';
import { createInvoices } from './invoices.ts';
import type { Invoices } from './invoices.ts';
import { methods } from './methods.ts';
import type { Bot, Method } from './methods.ts';
import { createPeople } from './people.ts';
import type { People } from './people.ts';
import type { BotCommand, Message, Update, User } from './types.ts';
import { createUpdateQueue, recordAnswers } from './updates.ts';
import type { UpdateQueue } from './updates.ts';

/** Whose bot it is. */
export interface TelegramEmulatorOptions {
  /** As BotFather gives it: the bot's id, a colon, letters. */
  readonly token: string;
  /** The bot's name without the `@`. */
  readonly username: string;
  /** What BotFather gave for payment providers. Default: none, and no invoice is taken. */
  readonly providerTokens?: readonly string[];
}

/** A message as it stands, and what became of it. */
export interface ChatMessage {
  readonly message: Message;
  readonly byBot: boolean;
  readonly deleted: boolean;
  /** Earlier contents, oldest first. */
  readonly earlier: readonly Message[];
}

/** A chat as the person sees it. */
export interface ChatView {
  readonly id: number;
  readonly type: 'private' | 'group';
  readonly name: string;
  readonly blocked: boolean;
  /** The keyboard under the typing box, in rows; `null` when the bot put none there. */
  readonly keyboard: readonly (readonly string[])[] | null;
  readonly messages: readonly ChatMessage[];
}

/**
 * The Telegram Bot API on this machine, with the people's side in our hand.
 *
 * Give `fetch` to a client, or serve it over HTTP and let the client's `apiRoot` point there. Faults are planned by the
 * method's name (`sendMessage`); `throttled` answers 429 with `retry_after`.
 */
export interface TelegramEmulator extends Emulator, People {
  readonly bot: User;
  chats(): readonly ChatView[];
  chat(id: number): ChatView | undefined;
  file(id: string): StoredFile | undefined;
  /** The commands of the menu, in a language; those without one where there are none. */
  commands(languageCode: string): readonly BotCommand[];
  readonly invoices: Pick<Invoices, 'all' | 'find' | 'slugOf'>;
  /** Updates that the bot has not taken yet. */
  readonly pendingUpdates: readonly Update[];
  subscribe(listener: (event: ChatEvent) => void): () => void;
}

const RETRY_AFTER_SECONDS = 1;
const HOST = 'https://api.telegram.org';
const TOKEN = /^[1-9]\d{0,15}:[A-Za-z0-9_-]{3,64}$/;

/**
 * Makes the emulator. Built from "Telegram Bot API" and the behaviour of its open server; not verified against
 * Telegram itself.
 */
export function createTelegramEmulator(context: EmulatorContext, options: TelegramEmulatorOptions): TelegramEmulator {
  const { clock, random } = context;
  if (!TOKEN.test(options.token)) throw new RangeError('token: expected digits, a colon and at least three letters');
  const user: User = {
    id: Number(options.token.split(':')[0]),
    is_bot: true,
    first_name: options.username,
    username: options.username,
  };
  const chats = createChatStore({ bot: user, clock, random });
  const files = createFileStore(random);
  const answers = recordAnswers(context.deliver);
  const emulator = createEmulator({
    name: 'telegram',
    clock,
    routes: [...Object.entries(methods).map(([name, method]) => methodRoute(name, method, () => bot)), downloadRoute()],
    ...(answers.deliver ? { deliver: answers.deliver } : {}),
    throttled: () => errorResponse(tooManyRequests(RETRY_AFTER_SECONDS)),
    notFound: () => errorResponse(new TelegramError(404, 'Not Found: method not found')),
  });
  const updates: UpdateQueue = createUpdateQueue({
    clock,
    random,
    outbox: emulator.webhooks,
    answerTo: answers.answerTo,
  });
  const { providerTokens = [] } = options;
  const invoices = createInvoices({ chats, clock, random, providerTokens, push: updates.push });
  const bot: Bot = { user, chats, files, updates, invoices, commands: new Map(), now: () => clock.now() };
  const people = createPeople({ chats, files, invoices, clock, push: updates.push });

  function downloadRoute(): Route {
    return {
      name: 'download',
      method: 'GET',
      path: '/file/:folder/:file',
      cites: 'Telegram Bot API, getFile',
      provenance: 'documented',
      handle({ params }) {
        const file = files.byPath(`${params['folder']}/${params['file']}`);
        if (!file || file.bytes.length > MAX_DOWNLOAD_BYTES) return errorResponse(new TelegramError(404, 'Not Found'));
        return new Response(file.bytes, { headers: { 'content-type': 'application/octet-stream' } });
      },
    };
  }

  return {
    ...emulator,
    ...people,
    bot: user,
    async fetch(request, call) {
      const routed = route(new URL(request.url), request.method, options.token);
      if (routed instanceof TelegramError) return errorResponse(routed);
      const body = await request.arrayBuffer();
      const { headers } = request;
      const given = routed.method === 'POST' ? { method: 'POST', headers, body } : { method: 'GET', headers };
      return emulator.fetch(new Request(routed.url, given), call);
    },
    chats: () => chats.list().map(viewOf),
    chat(id) {
      const stored = chats.get(id);
      return stored && viewOf(stored);
    },
    invoices,
    file: files.get,
    commands: (language) =>
      bot.commands.get(`${language}|[["type","default"]]`) ?? bot.commands.get('|[["type","default"]]') ?? [],
    get pendingUpdates() {
      return updates.pending;
    },
    subscribe: chats.subscribe,
  };
}

/**
 * Checks the token and takes it out of the path, so that it stands in no log; gives the method its documented spelling
 * and makes every call a POST: the server reads neither letter case nor verb.
 */
function route(url: URL, verb: string, token: string): { readonly url: URL; readonly method: string } | TelegramError {
  const match = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(url.pathname);
  if (!match || (verb !== 'GET' && verb !== 'POST')) return new TelegramError(404, 'Not Found');
  const [, file, given = '', rest = ''] = match;
  const decoded = decodeToken(given);
  if (!TOKEN.test(decoded)) return new TelegramError(404, 'Not Found');
  if (!equalInConstantTime(decoded, token)) return new TelegramError(401, 'Unauthorized');
  if (file) return { url: new URL(`/file/${rest}`, HOST), method: 'GET' };
  const name = Object.keys(methods).find((one) => one.toLowerCase() === rest.toLowerCase());
  return { url: new URL(`/bot/${name ?? encodeURIComponent(rest)}${url.search}`, HOST), method: 'POST' };
}

function decodeToken(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function methodRoute(name: string, method: Method, bot: () => Bot): Route {
  return {
    name,
    method: 'POST',
    path: `/bot/${name}`,
    cites: `Telegram Bot API, ${name}`,
    provenance: method.provenance,
    handle: (request) => answer(method, bot(), request),
  };
}

async function answer(method: Method, bot: Bot, request: EmulatedRequest): Promise<Response> {
  try {
    const given = await readArguments(request);
    const { result, description } = await method.call(bot, given, request.signal);
    return jsonResponse({ ok: true, result, ...(description === undefined ? {} : { description }) });
  } catch (error) {
    if (error instanceof TelegramError) return errorResponse(error);
    throw error;
  }
}

function viewOf({ chat, blocked, keyboard, messages }: StoredChat): ChatView {
  return {
    id: chat.id,
    type: chat.type,
    name: chat.title ?? chat.first_name ?? '',
    blocked,
    keyboard,
    messages: messages.map(({ current, byBot, deleted, earlier }) => ({ message: current, byBot, deleted, earlier })),
  };
}

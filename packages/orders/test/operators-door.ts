import type { Runtime } from '@rielrails/kit';
import { createAdminDoor } from '../src/admin/index.ts';
import type { AdminDoorOptions, Duty } from '../src/admin/index.ts';
import { operatorsWith, tokens } from './operators.ts';
import type { OperatorName } from './operators.ts';

const HOST = '127.0.0.1:8081';
const ORIGIN = `http://${HOST}`;

/** What the door answers to a command that was not refused. */
export interface Answer {
  readonly outcome?: string;
  readonly proposal?: string;
  readonly review?: string;
  readonly hash?: string;
}

/** Shells and browsers in front of the operators' door. */
export interface OperatorsDoor {
  /** Sends a command as a shell does, and gives its answer; a refusal as `field rule`. */
  say(person: OperatorName, command: string, input?: Readonly<Record<string, string>>): Promise<Answer | string>;
  /** Asks for a list or a file as a shell does; a refusal as `field rule`. */
  read<T>(person: OperatorName, command: string): Promise<T | string>;
  /** The same, as the door answered. */
  ask(person: OperatorName, command: string): Promise<Response>;
  /** A page as nobody gets it. */
  visit(path: string): Promise<Response>;
  /** Signs somebody in with a browser that opens pages. */
  signIn(person: OperatorName): Promise<(path: string) => Promise<Response>>;
}

/** Opens the door of an engine. */
export function openOperatorsDoor(
  options: Omit<AdminDoorOptions, 'people' | 'sandbox'>,
  runtime: Runtime,
  duties: readonly Duty[] = [],
): OperatorsDoor {
  const door = createAdminDoor({ ...options, people: operatorsWith(duties), sandbox: true }, runtime);
  const send = (path: string, headers: Readonly<Record<string, string>>, body?: string) =>
    door(
      new Request(`${ORIGIN}${path}`, {
        headers: { host: HOST, ...headers },
        ...(body === undefined ? {} : { method: 'POST', body }),
      }),
    );
  const bearer = (person: OperatorName) => ({ authorization: `Bearer ${tokens[person]}` });
  const ask = (person: OperatorName, command: string) => send(`/api/${command}`, bearer(person));

  return {
    async say(person, command, input = {}) {
      const headers = { ...bearer(person), 'content-type': 'application/json' };
      return answerIn<Answer>(await send(`/api/${command}`, headers, JSON.stringify(input)));
    },
    read: async (person, command) => answerIn(await ask(person, command)),
    ask,
    visit: (path) => send(path, {}),
    async signIn(person) {
      const headers = { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded' };
      const form = new URLSearchParams({ token: tokens[person] });
      const answer = await send('/sign-in', headers, form.toString());
      const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
      return (path) => send(path, { cookie });
    },
  };
}

async function answerIn<T>(response: Response): Promise<T | string> {
  const answer = (await response.json()) as { readonly error?: { readonly field: string; readonly rule: string } };
  return answer.error ? `${answer.error.field} ${answer.error.rule}` : (answer as T);
}

import { toHex } from '@rielrails/kit';
import type { Clock } from '@rielrails/kit';
import type { EmulatedRequest, EmulatorContext, OutgoingWebhook, Provenance, Route } from '@rielrails/kit/emulator';
import { createGuard } from './access.ts';
import { answerRefusal, notFound, Refusal } from './answers.ts';
import { createBook } from './book.ts';
import type { Book, BookedApplicant, BookedRun, RunStatus } from './book.ts';
import { deliveriesOf } from './notices.ts';
import type { Notice } from './notices.ts';
import type { EmulatedPerson, OnfidoEmulatorConfig, OnfidoEmulatorOptions } from './options.ts';
import { documentReport, faceReport, someone } from './reports.ts';
import type { Finding } from './reports.ts';
import { createViews } from './views.ts';
import type { Views } from './views.ts';

/** An operation before its token and its rate are looked at. The path begins after the version. */
export interface Endpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly cites: string;
  readonly provenance: Provenance;
  handle(request: EmulatedRequest): Response | Promise<Response>;
}

/** One client's account. */
export interface Account {
  readonly config: OnfidoEmulatorConfig;
  readonly book: Book;
  readonly views: Views;
  readonly clock: Clock;
  readonly pageSize: number;
  readonly filtersByTag: boolean;
  route(endpoint: Endpoint): Route;
  /** Throws where there is none. */
  applicant(id: string): BookedApplicant;
  run(id: string): BookedRun;
  tell(notice: Notice): Promise<void>;
  /** A run comes to its end, or to another one; that is told. */
  end(
    run: BookedRun,
    status: RunStatus,
    outcome?: Partial<Pick<BookedRun, 'output' | 'reasons' | 'error'>>,
  ): Promise<void>;
  /** The person shows papers, and the workflow comes to its end. Throws RangeError where it waits for nobody. */
  show(run: BookedRun, finding: Finding, person?: EmulatedPerson, status?: RunStatus): Promise<void>;
}

/** Makes an account with one webhook and nobody in it. */
export function createAccount(
  { clock, random }: EmulatorContext,
  options: OnfidoEmulatorOptions,
  send: (webhook: OutgoingWebhook) => Promise<void>,
): Account {
  const book = createBook(clock, random);
  const token = toHex(random.bytes(16));
  const config: OnfidoEmulatorConfig = {
    apiToken: `api_sandbox.${toHex(random.bytes(12))}.${toHex(random.bytes(16))}`,
    webhookTokens: [token],
    workflows: Object.fromEntries((options.levels ?? ['basic']).map((level) => [level, book.uuid()])),
    baseUrl: options.baseUrl ?? 'http://onfido.localhost/v3.6',
  };
  book.webhooks.push({
    id: book.uuid(),
    token,
    url: options.webhookUrl ?? 'http://rielrails.localhost/webhooks/onfido',
    enabled: true,
    events: options.webhookEvents ?? ['workflow_run.completed'],
    environments: ['sandbox', 'live'],
  });
  const { origin, pathname: version } = new URL(config.baseUrl);
  const guard = createGuard(config.apiToken, options.requestsPerMinute ?? 400, clock);
  const views = createViews(origin);

  const account: Account = {
    config,
    book,
    views,
    clock,
    pageSize: options.pageSize ?? 20,
    filtersByTag: options.filtersByTag ?? true,
    route: ({ path, handle, ...rest }) => ({
      ...rest,
      path: version + path,
      async handle(request) {
        try {
          guard(request);
          return await handle(request);
        } catch (error) {
          if (error instanceof Refusal) return answerRefusal(error);
          throw error;
        }
      },
    }),
    applicant: (id) => mustFind(book.applicants, 'Applicant', id),
    run: (id) => mustFind(book.runs, 'WorkflowRun', id),
    async tell(notice) {
      for (const webhook of deliveriesOf(notice, book.webhooks)) await send(webhook);
    },
    async end(run, status, outcome = {}) {
      Object.assign(run, outcome, { status, updatedAt: book.now() });
      await account.tell({
        action: 'workflow_run.completed',
        object: {
          id: run.id,
          status,
          completed_at_iso8601: run.updatedAt,
          href: `${config.baseUrl}/workflow_runs/${run.id}`,
        },
        resource: views.run(run),
      });
    },
    async show(run, finding, person = someone, status = finding === 'clear' ? 'approved' : 'declined') {
      if (run.status !== 'awaiting_input') throw new RangeError('this run waits for nobody');
      run.person = person;
      await account.end(run, status, {
        output: { doc: documentReport(finding, person), selfie: faceReport() },
        reasons: finding === 'clear' ? [] : ['Document report'],
      });
    },
  };
  return account;
}

function mustFind<T extends { readonly id: string }>(all: readonly T[], what: string, id: string): T {
  const found = all.find((one) => one.id === id);
  if (!found) throw notFound(what, id);
  return found;
}

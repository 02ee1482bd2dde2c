import { fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import type { Account } from './account.ts';
import type { BookedRun } from './book.ts';
import type { EmulatedPerson } from './options.ts';
import { messagePage, verificationPage } from './page.ts';
import type { Finding } from './reports.ts';

/** The page behind a hosted link, and what its forms do. It asks for no token: whoever has the link is the person. */
export function pageRoutes(account: Account): readonly Route[] {
  function visited({ params }: EmulatedRequest): BookedRun | Response {
    const run = account.book.runs.find(({ id }) => id === params['run']);
    if (!run) return messagePage(404, 'There is no such link.');
    const { expiresAt, expiredRedirectUrl } = run.link;
    if (expiresAt === null || Date.parse(expiresAt) > account.clock.now()) return run;
    if (expiredRedirectUrl === null) return messagePage(410, 'This link has expired.');
    return new Response(null, { status: 303, headers: { location: expiredRedirectUrl } });
  }

  function form(name: string, finding: Finding): Route {
    return {
      name: `page-${name}`,
      method: 'POST',
      path: `/l/:run/${name}`,
      cites: 'No document: the hosted page is no interface for clients, and these forms stand in for its camera',
      provenance: 'assumed',
      async handle(request) {
        const run = visited(request);
        if (run instanceof Response) return run;
        try {
          await account.show(run, finding, readPerson(request));
        } catch (error) {
          if (error instanceof RangeError) return messagePage(409, 'There is nothing more to do here.');
          throw error;
        }
        return new Response(null, {
          status: 303,
          headers: { location: run.link.completedRedirectUrl ?? `/l/${run.id}` },
        });
      },
    };
  }

  return [
    {
      name: 'page',
      method: 'GET',
      path: '/l/:run',
      cites: 'Create a Workflow Run: the page behind `link.url`. Assumed: its address',
      provenance: 'assumed',
      handle(request) {
        const run = visited(request);
        return run instanceof Response ? run : verificationPage(request.url.pathname, run);
      },
    },
    form('approve', 'clear'),
    form('retry', 'blurred'),
    form('reject', 'forged'),
  ];
}

function readPerson({ body }: EmulatedRequest): EmulatedPerson | undefined {
  const fields = new URLSearchParams(fromUtf8(body));
  const name = (fields.get('name') ?? '').trim().slice(0, 100);
  if (!name) return undefined;
  return { name, country: 'KH', ...day(fields, 'born'), ...day(fields, 'validUntil') };
}

function day(fields: URLSearchParams, name: 'born' | 'validUntil'): Partial<EmulatedPerson> {
  const text = fields.get(name) ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? { [name]: text } : {};
}

import { fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import type { Account } from './account.ts';
import type { EmulatedApplicant, EmulatedPerson, ReviewResult } from './applicants.ts';
import { messagePage, verificationPage } from './page.ts';
import { pageLanguage } from './page-texts.ts';
import type { PageLanguage } from './page-texts.ts';
import { forged, passed, unreadable } from './verdicts.ts';

/** Who opened a page, and in which language. */
interface Visitor {
  readonly applicant: EmulatedApplicant;
  readonly language: PageLanguage;
}

/** The page behind a hosted link, and what its forms do. */
export function pageRoutes(account: Account): readonly Route[] {
  const { applicants, links, clock } = account;

  /** Whose page it is. The page makes the applicant where the link was made for somebody new. */
  async function visitorOf({ params }: EmulatedRequest): Promise<Visitor | Response> {
    const link = links.get(params['link'] ?? '');
    const language = pageLanguage(link?.lang ?? 'en');
    if (!link) return messagePage(404, 'noLink', language);
    if (link.openUntilMs <= clock.now()) return messagePage(410, 'expired', language);
    const { externalUserId, levelName, lang } = link;
    const known = applicants.byExternalUserId(externalUserId);
    return { language, applicant: known ?? (await account.open({ externalUserId, levelName, lang, metadata: [] })) };
  }

  function form(name: string, result: ReviewResult): Route {
    return {
      name: `page-${name}`,
      method: 'POST',
      path: `/websdk/p/:link/${name}`,
      cites: 'No document: the hosted page is no interface for clients, and these forms stand in for its camera',
      provenance: 'assumed',
      async handle(request) {
        const visitor = await visitorOf(request);
        if (visitor instanceof Response) return visitor;
        try {
          await account.review(visitor.applicant, result, readPerson(request));
        } catch (error) {
          if (error instanceof RangeError) return messagePage(409, 'closed', visitor.language);
          throw error;
        }
        return new Response(null, { status: 303, headers: { location: `/websdk/p/${request.params['link']}` } });
      },
    };
  }

  return [
    {
      name: 'page',
      method: 'GET',
      path: '/websdk/p/:link',
      cites: 'Generate external WebSDK link: the page behind it',
      provenance: 'assumed',
      async handle(request) {
        const visitor = await visitorOf(request);
        if (visitor instanceof Response) return visitor;
        return verificationPage(request.url.pathname, visitor.applicant, visitor.language);
      },
    },
    form('approve', passed),
    form('retry', unreadable()),
    form('reject', forged()),
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

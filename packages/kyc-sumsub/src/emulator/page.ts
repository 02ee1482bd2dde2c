import { escapeHtml } from '@rielrails/kit';
import type { EmulatedApplicant } from './applicants.ts';
import type { PageLanguage, PageTexts } from './page-texts.ts';

const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/** The page behind a hosted link. The real one takes pictures; this one asks what the reviewer shall say. */
export function verificationPage(path: string, applicant: EmulatedApplicant, language: PageLanguage): Response {
  const { levelName, reviewStatus, reviewResult } = applicant;
  const { texts } = language;
  const words = [reviewResult?.reviewAnswer, reviewResult?.reviewRejectType].filter((word) => word !== undefined);
  const verdict = words.length > 0 ? ` (${words.join(' ')})` : '';
  const closed = reviewResult?.reviewRejectType === 'FINAL' || applicant.deleted;
  return htmlResponse(
    200,
    language,
    `<p>${texts.level}: <b>${escapeHtml(levelName)}</b>. ${texts.status}: <b>${escapeHtml(reviewStatus + verdict)}</b>.</p>
${closed ? `<p>${texts.closed}</p>` : forms(escapeHtml(path), texts)}`,
  );
}

/** A page that only says something. */
export function messagePage(
  status: number,
  message: 'closed' | 'noLink' | 'expired',
  language: PageLanguage,
): Response {
  return htmlResponse(status, language, `<p>${language.texts[message]}</p>`);
}

function forms(path: string, texts: PageTexts): string {
  const day = (name: 'born' | 'validUntil', value: string) =>
    `<p><label>${texts[name]} <input name="${name}" value="${value}" pattern="\\d{4}-\\d{2}-\\d{2}"></label></p>`;
  return `<form method="post" action="${path}/approve">
<p><label>${texts.name} <input name="name" value="Sok Sreyneang" maxlength="100" required></label></p>
${day('born', '1990-08-03')}
${day('validUntil', '')}
<p><button>${texts.approve}</button></p>
</form>
<form method="post" action="${path}/retry"><p><button>${texts.retry}</button></p></form>
<form method="post" action="${path}/reject"><p><button>${texts.reject}</button></p></form>`;
}

function htmlResponse(status: number, { code, texts }: PageLanguage, body: string): Response {
  const html = `<!doctype html>
<html lang="${code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${texts.title}</title><style>body{font:16px sans-serif;max-width:32em;margin:2em auto;padding:0 1em}</style></head>
<body><p><strong>SANDBOX – PLAY MONEY</strong></p><h1>${texts.title}</h1>
${body}
</body></html>`;
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  });
}

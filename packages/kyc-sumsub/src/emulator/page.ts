import { escapeHtml } from '@rielrails/kit';
import type { EmulatedApplicant } from './applicants.ts';

const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/** The page behind a hosted link. The real one takes pictures; this one asks what the reviewer shall say. */
export function verificationPage(path: string, { levelName, reviewStatus, reviewResult }: EmulatedApplicant): Response {
  const verdict = reviewResult ? ` (${reviewResult.reviewAnswer} ${reviewResult.reviewRejectType ?? ''})` : '';
  const closed = reviewResult?.reviewRejectType === 'FINAL';
  return htmlResponse(
    200,
    'Identity check',
    `<p>Level <b>${escapeHtml(levelName)}</b>, status <b>${escapeHtml(reviewStatus + verdict)}</b>.</p>
${closed ? '<p>This check is closed.</p>' : forms(escapeHtml(path))}`,
  );
}

/** A page that only says something. */
export function messagePage(status: number, message: string): Response {
  return htmlResponse(status, 'Identity check', `<p>${escapeHtml(message)}</p>`);
}

function forms(path: string): string {
  return `<form method="post" action="${path}/approve">
<p><label>Full name <input name="name" value="Sok Sreyneang" maxlength="100" required></label></p>
<p><label>Day of birth <input name="born" value="1990-08-03" pattern="\\d{4}-\\d{2}-\\d{2}"></label></p>
<p><button>Hand in good papers</button></p>
</form>
<form method="post" action="${path}/retry"><p><button>Hand in a blurred picture (may try again)</button></p></form>
<form method="post" action="${path}/reject"><p><button>Hand in a forgery (rejected for good)</button></p></form>`;
}

function htmlResponse(status: number, title: string, body: string): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>body{font:16px sans-serif;max-width:32em;margin:2em auto;padding:0 1em}</style></head>
<body><p><strong>SANDBOX – PLAY MONEY</strong></p><h1>${title}</h1>
${body}
</body></html>`;
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  });
}

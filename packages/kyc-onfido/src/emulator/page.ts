import { escapeHtml } from '@rielrails/kit';
import type { BookedRun } from './book.ts';

const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/** The page behind a hosted link. The real one takes pictures; this one asks what the workflow shall find. */
export function verificationPage(path: string, { status, link }: BookedRun): Response {
  return htmlResponse(
    200,
    `<p>Status: <b>${escapeHtml(status)}</b>. The real page would speak <b>${escapeHtml(link.language ?? 'en_US')}</b>.</p>
${status === 'awaiting_input' ? forms(escapeHtml(path)) : '<p>Thank you. There is nothing more to do here.</p>'}`,
  );
}

/** A page that only says something. */
export function messagePage(status: number, message: string): Response {
  return htmlResponse(status, `<p>${escapeHtml(message)}</p>`);
}

function forms(path: string): string {
  return `<form method="post" action="${path}/approve">
<p><label>Full name <input name="name" value="Sok Sreyneang" maxlength="100" required></label></p>
<p><label>Day of birth <input name="born" value="1990-08-03" pattern="\\d{4}-\\d{2}-\\d{2}"></label></p>
<p><label>Document valid until <input name="validUntil" value="" pattern="\\d{4}-\\d{2}-\\d{2}"></label></p>
<p><button>Show good papers</button></p>
</form>
<form method="post" action="${path}/retry"><p><button>Show a blurred picture (may try again)</button></p></form>
<form method="post" action="${path}/reject"><p><button>Show a forgery (rejected for good)</button></p></form>`;
}

function htmlResponse(status: number, body: string): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Identity check</title><style>body{font:16px sans-serif;max-width:32em;margin:2em auto;padding:0 1em}</style></head>
<body><p><strong>SANDBOX – PLAY MONEY</strong></p><h1>Identity check</h1>
${body}
</body></html>`;
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  });
}

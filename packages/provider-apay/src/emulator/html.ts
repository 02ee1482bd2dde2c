import { escapeHtml } from '@rielrails/kit';
/** A page that a payer sees: plain forms, no scripts, nothing from elsewhere. `content` is HTML. */
export function htmlPage(status: number, title: string, content: string): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font-family:sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem}button{display:block;width:100%;
margin:.5rem 0;padding:.75rem}.amount{font-size:2rem}.play{background:#fd6;padding:.5rem}</style>
</head><body><p class="play">SANDBOX – PLAY MONEY</p><h1>${escapeHtml(title)}</h1>
${content}
</body></html>`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'";
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  });
}

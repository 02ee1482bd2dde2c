import type { KycReason } from '@rielrails/core';
import { escapeHtml } from '@rielrails/kit';
import type { DocumentName, Statement } from './manual-case.ts';
import { pageTexts } from './page-texts.ts';
import type { PageLanguage, PageText } from './page-texts.ts';
import type { SubmissionProblem } from './submission.ts';

/** What every page has. */
export interface PageFrame {
  readonly language: PageLanguage;
  readonly shop: string;
  readonly sandbox: boolean;
}

/** The upload page. What was typed stays; pictures have to be chosen again. */
export function formPage(
  frame: PageFrame,
  shown: {
    readonly typed?: Readonly<Record<string, string>>;
    readonly problem?: SubmissionProblem;
    readonly reasons?: readonly KycReason[];
    /** A sentence for each reason, in the language of the page. */
    readonly say: (reason: KycReason) => string;
  },
): string {
  const text = pageTexts[frame.language];
  const { typed = {}, problem, reasons = [], say } = shown;
  const wrong = (field: SubmissionProblem['field']) =>
    problem?.field === field ? `<p class="wrong" role="alert">${escapeHtml(text[problem.rule])}</p>` : '';
  const line = (field: keyof Statement, more: string) =>
    `<label>${escapeHtml(text[field as PageText])}<input name="${field}" value="${escapeHtml(typed[field] ?? '')}" ${more}></label>${wrong(field)}`;
  const picture = (field: DocumentName, more: string) =>
    `<label>${escapeHtml(text[field])}<input type="file" name="${field}" accept="image/jpeg,image/png" ${more}><small>${escapeHtml(text.picture)}</small></label>${wrong(field)}`;
  const documents = (['national-id', 'passport', 'driving-licence'] as const).map(
    (one) => `<option value="${one}"${typed['document'] === one ? ' selected' : ''}>${escapeHtml(text[one])}</option>`,
  );
  const again =
    reasons.length === 0
      ? ''
      : `<div class="wrong" role="alert"><p>${escapeHtml(text.retry)}</p><ul>${reasons.map((one) => `<li>${escapeHtml(say(one))}</li>`).join('')}</ul></div>`;
  return framed(
    frame,
    `<p>${escapeHtml(text.lead)}</p>${again}${problem?.field === 'form' ? `<p class="wrong" role="alert">${escapeHtml(text.whole)}</p>` : ''}
<form method="post" enctype="multipart/form-data">
${line('name', 'autocomplete="name" maxlength="100" required')}
${line('khmerName', 'lang="km" maxlength="100"')}
${line('born', 'type="date" required')}
${line('country', 'maxlength="2" pattern="[A-Z]{2}" required')}
<label>${escapeHtml(text.document)}<select name="document">${documents.join('')}</select></label>${wrong('document')}
${picture('front', 'required')}
${picture('back', '')}
${picture('selfie', 'required')}
<button type="submit">${escapeHtml(text.send)}</button>
</form>`,
  );
}

/** A page with one sentence. */
export function sentencePage(frame: PageFrame, key: PageText): string {
  return framed(frame, `<p class="only">${escapeHtml(pageTexts[frame.language][key])}</p>`);
}

function framed({ language, shop, sandbox }: PageFrame, content: string): string {
  const { title } = pageTexts[language];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(`${title} · ${shop}`)}</title>
<link rel="stylesheet" href="/kyc/style.css">
</head>
<body>
${sandbox ? '<p class="banner">SANDBOX – PLAY MONEY · send no real document</p>' : ''}
<main>
<p class="shop">${escapeHtml(shop)}</p>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`;
}

/** The style of every page. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1d2321; --muted: #5d6662; --page: #f2f1ee; --card: #fff; --line: #d9d7d1; --accent: #0f6e66; --bad: #b3261e; --bad-soft: #fbe9e7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eae8; --muted: #a2aba7; --page: #171b1a; --card: #212725; --line: #3a423f; --accent: #56c2b6; --bad: #ff8a80; --bad-soft: #3a2422; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, "Noto Sans Khmer", sans-serif; }
.banner { margin: 0; padding: 6px 16px; background: #ffcf57; color: #3d2d00; font-weight: 600; font-size: 13px; text-align: center; letter-spacing: .04em; }
main { max-width: 560px; margin: 24px auto; padding: 24px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
.shop { margin: 0; color: var(--muted); font-size: 14px; }
h1 { margin: 4px 0 12px; font-size: 24px; line-height: 1.4; }
label { display: block; margin-top: 18px; font-weight: 600; font-size: 15px; }
input, select { display: block; width: 100%; margin-top: 6px; padding: 11px 12px; border: 1px solid var(--line); border-radius: 9px; background: var(--page); color: var(--ink); font: inherit; }
small { display: block; margin-top: 4px; color: var(--muted); font-weight: 400; font-size: 13px; }
button { width: 100%; margin-top: 26px; padding: 13px; border: 0; border-radius: 10px; background: var(--accent); color: var(--card); font: inherit; font-weight: 600; cursor: pointer; }
.wrong { margin: 6px 0 0; padding: 8px 12px; border-radius: 8px; background: var(--bad-soft); color: var(--bad); font-size: 14px; }
.only { font-size: 17px; }
@media (max-width: 600px) { main { margin: 0; border: 0; border-radius: 0; min-height: 100vh; } }
`;

import { expect, test } from 'vitest';
import { escapeHtml } from './html.ts';

test('nothing of a text is read as HTML, in an element or in an attribute', () => {
  expect(escapeHtml(`<b title="x" id='y'>&`)).toBe('&#60;b title=&#34;x&#34; id=&#39;y&#39;&#62;&#38;');
  expect(escapeHtml('៛ 40,000')).toBe('៛ 40,000');
});

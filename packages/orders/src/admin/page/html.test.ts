import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { plain } from '../plain-text.ts';
import { html } from './html.ts';

property.prop([fc.string({ unit: fc.constantFrom('"', "'", '<', '>', '&', ';', 'a', 'ខ', '\u0000', '\u202e') })])(
  'text stays text, in elements and in attributes',
  (text) => {
    const written = html`<a title="${text}">${text}</a>`.toString();
    const [, attribute, content] = /^<a title="([^"<>']*)">([^"<>']*)<\/a>$/.exec(written) ?? [];
    const read = (escaped = '') => escaped.replaceAll(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)));
    expect([read(attribute), read(content)]).toEqual([plain(text), plain(text)]);
  },
);

test('pieces and lists go in as they are; nothing is nothing, and zero is zero', () => {
  const items = ['a&b', 2].map((one) => html`<li>${one}</li>`);
  const written = html`${items}${null}${false}${undefined}${0}`;
  expect(written.toString()).toBe('<li>a&#38;b</li><li>2</li>0');
});

import { expect, test } from 'vitest';
import { en } from './en.ts';
import { say, sayPlain, texts } from './index.ts';
import type { TextKey } from './index.ts';

const keys = Object.keys(en) as TextKey[];
const placeholders = (text: string) => [...new Set([...text.matchAll(/\{([a-z]+)\}/g)].map(([whole]) => whole))].sort();
const tags = (text: string) => [...text.matchAll(/<\/?[a-z]+>/g)].map(([whole]) => whole);
const isPlain = (key: string) => /^(?:button|alert|command|picture|line|rail|page)\./.test(key);

/** Tags that are not closed in order. */
function unclosed(text: string): readonly string[] {
  const open: string[] = [];
  for (const tag of tags(text)) {
    if (!tag.startsWith('</')) open.push(tag.slice(1));
    else if (open.pop() !== tag.slice(2)) return [tag];
  }
  return open;
}

test('both languages say the same things', () => {
  expect(Object.keys(texts.km).sort()).toEqual(Object.keys(texts.en).sort());
});

test.each(keys)('%s', (key) => {
  const { en: english, km: khmer } = { en: texts.en[key], km: texts.km[key] };
  expect(khmer.trim()).not.toBe('');
  expect(placeholders(khmer)).toEqual(placeholders(english));
  expect(tags(khmer).sort()).toEqual(tags(english).sort());
  expect(isPlain(key) ? tags(english) : []).toEqual([]);
  expect(unclosed(khmer)).toEqual([]);
  expect(unclosed(english)).toEqual([]);
});

test('the Khmer is Khmer', () => {
  expect(keys.filter((key) => !/[\u1780-\u17ff]/.test(texts.km[key]))).toEqual(['history.line']);
});

test.each([
  ['alert.', 200],
  ['command.', 256],
])('%s… keep to Telegram’s %d characters', (prefix, most) => {
  const all = keys.filter((key) => key.startsWith(prefix)).flatMap((key) => [texts.en[key], texts.km[key]]);
  expect(all.filter((text) => Array.from(text).length > most)).toEqual([]);
});

test('what is filled in is escaped, and only where HTML is read', () => {
  expect(say('en', 'quote.title', { number: '<b>&' })).toBe('<b>Quote &lt;b&gt;&amp;</b>');
  expect(sayPlain('en', 'button.answer-deliver', { amount: '<&>' })).toBe('Deliver <&>');
});

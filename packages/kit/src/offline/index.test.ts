import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The modules that a file imports at run time, at once or later, directly and through its own package. */
function reached(from: URL, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(from.href)) return seen;
  seen.add(from.href);
  const statement = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)'|\bawait import\('([^']+)'\)/gm;
  for (const [, named, later] of readFileSync(from, 'utf8').matchAll(statement)) {
    const name = named ?? later ?? '';
    if (name.startsWith('.')) reached(new URL(name, from), seen);
    else seen.add(name);
  }
  return seen;
}

it('reaches no network module', () => {
  const outside = [...reached(new URL('index.ts', import.meta.url))].filter((name) => !name.startsWith('file:'));
  expect(outside.sort()).toEqual(['@rielrails/core', 'node:crypto', 'zod']);
});

it('would see one: the whole kit reaches undici', () => {
  expect(reached(new URL('../index.ts', import.meta.url))).toContain('undici');
});

import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What a script changes in the policy for Cambodia. */
export interface PolicyChanges {
  /** Rules beside its own, as the file writes them. The engine checks them like those of any policy. */
  readonly rules?: readonly object[];
}

const require = createRequire(import.meta.url);

/** Writes the policy under which the shop is run, and gives where it lies. */
export async function writePolicy(directory: string, { rules = [] }: PolicyChanges): Promise<string> {
  const orders = dirname(require.resolve('@rielrails/orders/package.json'));
  const cambodian = JSON.parse(await readFile(join(orders, 'policies', 'kh.json'), 'utf8')) as {
    readonly rules: readonly object[];
  };
  const file = join(directory, 'policy.json');
  await writeFile(file, JSON.stringify({ ...cambodian, rules: [...cambodian.rules, ...rules] }, null, 2));
  return file;
}

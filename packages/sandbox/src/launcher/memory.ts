import { readdir, readFile } from 'node:fs/promises';

/** The memory of a process and, where asked, of everything below it, in MiB; `null` where the system does not tell. */
export async function memoryOf(processId: number, family: 'alone' | 'with-children'): Promise<number | null> {
  const members = family === 'alone' ? [processId] : await familyOf(processId);
  const sizes = await Promise.all(members.map((member) => kibibytesOf(member, members.length > 1 ? 'Pss' : 'Rss')));
  const known = sizes.filter((size) => size !== null);
  return known.length === 0 ? null : Math.round(known.reduce((sum, size) => sum + size, 0) / 102.4) / 10;
}

/** Pages that several processes share count once in `Pss`, and in each of them in `Rss`. */
async function kibibytesOf(processId: number, kind: 'Rss' | 'Pss'): Promise<number | null> {
  const text = await readFile(`/proc/${processId}/smaps_rollup`, 'utf8').catch(() => '');
  const found = new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

async function familyOf(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc').catch((): string[] => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const family = [root];
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}

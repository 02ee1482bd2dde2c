import type { Account } from './account.ts';

/** The refusal of a level that does not exist, in exactly these letters; `null` where it does. */
export function unknownLevel({ levels, refuse }: Account, levelName: string): Response | null {
  if (!levelName) return refuse(400, 'levelName is required');
  return levels.has(levelName) ? null : refuse(404, `Level '${levelName}' not found`);
}

import { happy } from './happy.ts';
import type { Script } from './script.ts';

/** Every script, in the order in which they are listed. */
export const scripts: readonly Script[] = [happy];

/** The script of this name. */
export function findScript(name: string): Script | null {
  return scripts.find((script) => script.name === name) ?? null;
}

export { runScript } from './run-script.ts';
export type { Result } from './result.ts';
export type { Script } from './script.ts';

import type { Command } from '../shop.ts';
import { buy } from './buy.ts';
import { cancel } from './cancel.ts';
import { history } from './history.ts';
import { help, support, terms } from './information.ts';
import { limits } from './limits.ts';
import { privacy } from './privacy.ts';
import { language, start } from './start.ts';
import { status } from './status.ts';

/** Every command, in the order of the menu. */
export const commands = {
  buy,
  status,
  history,
  cancel,
  limits,
  terms,
  support,
  privacy,
  language,
  help,
  start,
} as const satisfies Readonly<Record<string, Command>>;

/** The name of a command. */
export type CommandName = keyof typeof commands;

/** Whether this is one of ours. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

import { InputError } from '@rielrails/core';
import { railIds } from '../rails/rail-id.ts';
import type { RailId } from '../rails/rail-id.ts';
import { kycIds } from './kyc-id.ts';
import type { KycId } from './kyc-id.ts';

/** Which chain is wanted. */
export type NodeChoice = 'bitcoin-knots' | 'regtest-lite' | 'any';

/** What the launcher was asked to do. */
export type Task =
  | { readonly type: 'help' }
  | { readonly type: 'list-scripts' }
  | { readonly type: 'demo'; readonly options: LaunchOptions; readonly port: number | null }
  | { readonly type: 'script'; readonly options: LaunchOptions; readonly name: string; readonly json: boolean };

/** What a demo and a script have in common. */
export interface LaunchOptions {
  readonly node: NodeChoice;
  /** Leave the data where it is at the end, and say where. */
  readonly keep: boolean;
  /** The module of the engine process, instead of the one that belongs to this repository. */
  readonly engine: string | null;
  /** The way of paying that is taken; `null`: the first. */
  readonly rail: RailId | null;
  /** Who verifies; `null`: Sumsub. */
  readonly kyc: KycId | null;
}

/** What the launcher says about itself. */
export const usage: string = `usage: pnpm demo [options]                        the sandbox with its page
       pnpm demo --script NAME [--json] [options] plays a script without a browser, and exits
       pnpm demo --scripts                        lists the scripts ("all" plays every one but crash)

  --node bitcoin-knots|regtest-lite|any   which chain; default any: the real node where it can be had
  --port NUMBER                           the page's port on 127.0.0.1; default any free one
  --keep                                  keep the data folder at the end
  --engine FILE                           another module for the engine process
  --rail NAME                             pay by ${railIds.join(', ')}
                                          (script: happy; demo: offered first)
  --kyc NAME                              verified by ${kycIds.join(', ')}: providers, or the shop’s own people
                                          (script: kyc-happy; demo)
  --json                                  the result of a script as one JSON object
`;

const choices: readonly NodeChoice[] = ['bitcoin-knots', 'regtest-lite', 'any'];

/**
 * Reads the command line.
 *
 * @throws InputError naming the argument and its rule.
 */
export function readArguments(words: readonly string[]): Task {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const takesValue = ['--script', '--node', '--port', '--engine', '--rail', '--kyc'];
  const plain = ['--scripts', '--json', '--keep', '--help', '-h'];
  for (let index = 0; index < words.length; index += 1) {
    const [name, inline] = splitAtEquals(words[index] ?? '');
    // pnpm hands its own separator on.
    if (name === '--' && index === 0) continue;
    if (takesValue.includes(name)) {
      if (values.has(name)) throw new InputError(name, 'once', 'is given twice');
      const value = inline ?? words[(index += 1)];
      if (value === undefined || value === '' || (inline === undefined && value.startsWith('--')))
        throw new InputError(name, 'value', 'needs a value');
      values.set(name, value);
    } else if (plain.includes(name) && inline === undefined) flags.add(name);
    else {
      const told = name.startsWith('-') ? `${name} is not known, or takes no value` : 'one word is too many';
      throw new InputError('argument', 'known', `${told}; see --help`);
    }
  }
  if (flags.has('--help') || flags.has('-h')) return { type: 'help' };
  if (flags.has('--scripts')) return { type: 'list-scripts' };
  const node = choices.find((choice) => choice === (values.get('--node') ?? 'any'));
  if (!node) throw new InputError('--node', 'one-of', `expected one of ${choices.join(', ')}`);
  const options = {
    node,
    keep: flags.has('--keep'),
    engine: values.get('--engine') ?? null,
    rail: readRail(values.get('--rail')),
    kyc: readKyc(values.get('--kyc')),
  };
  const name = values.get('--script');
  const port = readPort(values.get('--port'));
  if (name !== undefined) {
    if (port !== null) throw new InputError('--port', 'demo-only', 'a script serves no page to people');
    return { type: 'script', options, name, json: flags.has('--json') };
  }
  if (flags.has('--json')) throw new InputError('--json', 'script-only', 'goes with --script');
  return { type: 'demo', options, port };
}

function readRail(text: string | undefined): RailId | null {
  if (text === undefined) return null;
  const rail = railIds.find((one) => one === text);
  if (!rail) throw new InputError('--rail', 'one-of', `expected one of ${railIds.join(', ')}`);
  return rail;
}

function readKyc(text: string | undefined): KycId | null {
  if (text === undefined) return null;
  const kyc = kycIds.find((one) => one === text);
  if (!kyc) throw new InputError('--kyc', 'one-of', `expected one of ${kycIds.join(', ')}`);
  return kyc;
}

function splitAtEquals(word: string): readonly [string, string?] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function readPort(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InputError('--port', 'range', 'expected a number from 1 to 65535');
  return port;
}

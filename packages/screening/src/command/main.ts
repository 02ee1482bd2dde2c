#!/usr/bin/env node
/**
 * `pnpm screen NAME [--born 1960] [--country KH] [--lists DIR] [--json]`: asks the sanctions list about a name, and tells why.
 *
 * Exit code 0: clear. 1: a person must look. 2: wrong usage. 3: there is no list that can be trusted.
 */

import { parseArgs } from 'node:util';
import { isInputError, isProviderError } from '@rielrails/core';
import { jsonLog, systemClock, systemRuntime } from '@rielrails/kit';
import { createLists } from '../lists/index.ts';
import { askedFolder, sourcesIn } from './folder.ts';

const HELP = `pnpm screen NAME [--born YEAR] [--country KH] [--lists DIR] [--json]

  NAME         as somebody writes it, in one argument
  --born       a year, or a day: 1960, 1960-04-17
  --country    two letters, such as KH
  --lists DIR  where \`pnpm lists update\` keeps lists, or the files of OFAC and list.json.
               Default: RIELRAILS_LISTS, else where \`pnpm lists\` keeps them, else ./lists
  --json       the verdict, for programs

Exit code 0: clear. 1: a person must look. 2: wrong usage. 3: there is no list that can be trusted.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(line: readonly string[]): Promise<number> {
  const asked = readLine(line);
  if (asked === null) {
    process.stderr.write(HELP);
    return 2;
  }
  const { name, born, country, lists: directory, json, help } = asked;
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    const runtime = systemRuntime({ log: jsonLog(() => {}, systemClock) });
    const lists = createLists({ source: await sourcesIn(directory) }, runtime);
    const { outcome, evidence, validUntil } = await lists.screenName({
      name,
      ...(born === undefined ? {} : { born }),
      ...(country === undefined ? {} : { countries: [country] }),
    });
    if (json) process.stdout.write(`${JSON.stringify({ outcome, evidence, validUntil })}\n`);
    else {
      process.stdout.write(`${outcome}\n`);
      for (const { source, entry, explanation } of evidence)
        process.stdout.write(`  ${source} ${entry}: ${explanation}\n`);
    }
    return outcome === 'clear' ? 0 : 1;
  } catch (error) {
    if (!isProviderError(error) && !isInputError(error)) throw error;
    process.stderr.write(`screen: ${error.message}\n`);
    return 3;
  }
}

interface Asked {
  readonly name: string;
  readonly born?: string | undefined;
  readonly country?: string | undefined;
  readonly lists: string;
  readonly json: boolean;
  readonly help: boolean;
}

function readLine(line: readonly string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...line],
      allowPositionals: true,
      options: {
        born: { type: 'string' },
        country: { type: 'string' },
        lists: { type: 'string', default: askedFolder(process.env) },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [name = '', ...more] = positionals;
    const { born, country } = values;
    const isRight =
      more.length === 0 &&
      (born === undefined || /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/.test(born)) &&
      (country === undefined || /^[A-Z]{2}$/.test(country));
    return (name !== '' || values.help) && isRight ? { ...values, name } : null;
  } catch {
    return null;
  }
}

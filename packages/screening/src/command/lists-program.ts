import { isProviderError } from '@rielrails/core';
import { parseArgs } from 'node:util';
import { listFormat, listFormats } from '../lists/index.ts';
import { listsFolder } from './folder.ts';
import type { Environment } from './folder.ts';
import type { ListsIo, ListsLine } from './lists-line.ts';
import { reportStatus } from './status.ts';
import { reportUpdate } from './update.ts';

const HELP = `pnpm lists update|status [--list ID]… [--folder DIR] [--json]

  update        fetches each list from its publisher, checks it, and puts it in the place of the old one: whole, or not at all
  status        tells of each list its publisher, its date, its age, its entries and its hash
  --list ID     ${listFormats.map(({ id }) => id).join(', ')}. Default: ofac-sdn, un, and what is kept already
  --folder DIR  where lists are kept. Default: RIELRAILS_LISTS, else lists in RIELRAILS_HOME, else ~/.local/state/rielrails/lists
  --from PLACE  update: another place for the files, https://…/folder or a folder of this machine
  --accept-loss update: takes a list that has lost more than a fifth. Look at it first
  --json        for programs

Exit code 0: every list is fresh. 1: one is not, and why. 2: wrong usage.
`;

/** `pnpm lists update|status`: gives the exit code. */
export async function runLists(line: readonly string[], io: ListsIo): Promise<number> {
  const asked = readLine(line, io.environment);
  if (asked === null) {
    io.error(HELP);
    return 2;
  }
  if (asked === 'help') {
    io.out(HELP);
    return 0;
  }
  try {
    return asked.command === 'update' ? await reportUpdate(asked, io) : await reportStatus(asked, io);
  } catch (error) {
    if (!isProviderError(error)) throw error;
    io.error(`lists: ${error.message}\n`);
    return 1;
  }
}

function readLine(line: readonly string[], environment: Environment): ListsLine | 'help' | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...line],
      allowPositionals: true,
      options: {
        list: { type: 'string', multiple: true, default: [] },
        folder: { type: 'string', default: listsFolder(environment) },
        from: { type: 'string' },
        'accept-loss': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    const [command = '', ...more] = positionals;
    const named = values.list.flatMap((id) => listFormat(id) ?? []);
    const isKnown = (command === 'update' || command === 'status') && more.length === 0;
    const { folder, from, json, 'accept-loss': acceptLoss } = values;
    if (!isKnown || named.length < values.list.length) return null;
    if (command === 'status' && (from !== undefined || acceptLoss)) return null;
    return { command, folder, named, from, acceptLoss, json };
  } catch {
    return null;
  }
}

import { defaultNodeDirectory } from './find-node.ts';
import { fetchNode } from './fetch-node.ts';

const usage = `pnpm bitcoin-node [FOLDER]

Fetches Debian's bitcoin-knots into FOLDER and checks it, where it is not there yet. Nothing is installed.
Without FOLDER: ${defaultNodeDirectory(process.env)}

Exit codes: 0 the node is there, 2 wrong usage, 3 it cannot be had.`;

/** The command `bitcoin-node [FOLDER]`. */
async function main([folder, ...others]: readonly string[]): Promise<number> {
  if (folder === '--help') {
    console.log(usage);
    return 0;
  }
  if (others.length > 0 || folder?.startsWith('-')) {
    console.error(`bitcoin-node: one folder at most\n\n${usage}`);
    return 2;
  }
  const directory = folder ?? defaultNodeDirectory(process.env);
  const result = await fetchNode({ directory, say: (line) => console.error(`bitcoin-node: ${line}`) });
  if (result.outcome !== 'ready') {
    console.error(`bitcoin-node: ${result.reason}\nbitcoin-node: ${result.remedy}`);
    return 3;
  }
  console.log(`bitcoin-knots ${result.files.version} (Debian ${result.files.suite}) in ${directory}`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));

import { defaultNodeDirectory } from './find-node.ts';
import { fetchNode } from './fetch-node.ts';

/** The command `bitcoin-node [FOLDER]`: exit code 0 when the node is there, 3 when it cannot be had. */
const directory = process.argv[2] ?? defaultNodeDirectory(process.env);
const result = await fetchNode({ directory, say: (line) => console.error(`bitcoin-node: ${line}`) });
if (result.outcome === 'ready') {
  console.log(`bitcoin-knots ${result.files.version} (Debian ${result.files.suite}) in ${directory}`);
} else {
  console.error(`bitcoin-node: ${result.reason}\nbitcoin-node: ${result.remedy}`);
  process.exitCode = 3;
}

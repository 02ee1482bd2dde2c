import { silentLog, systemRuntime } from '@rielrails/kit';
import { startRegtest } from '../src/regtest/index.ts';

/** A process that owns a node until it is killed: `node-owner.ts DIRECTORY NODE_DIRECTORY`. */
const [, , directory = '', nodeDirectory = ''] = process.argv;
const { port, processId, cookieFile } = await startRegtest(
  { directory, nodeDirectory, prefer: 'bitcoin-knots' },
  systemRuntime({ log: silentLog }),
);
console.log(JSON.stringify({ port, processId, cookieFile }));
process.stdin.resume();

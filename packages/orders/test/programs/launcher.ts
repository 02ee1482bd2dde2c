// A launcher that lives until it is killed: `launcher.ts DIRECTORY`.
import { startDatabase } from '@rielrails/orders/keeper';

const database = await startDatabase({ directory: process.argv[2] ?? '' });
const { processId, keeperProcessId } = database;
process.stdout.write(`${JSON.stringify({ url: database.url.reveal(), processId, keeperProcessId })}\n`);
process.stdin.resume().once('end', () => void database.stop());

// An engine at full insert: says every number that the database has acknowledged. `writer.ts URL`.
import { Client } from 'pg';

const client = new Client({ connectionString: process.argv[2] });
client.on('error', () => process.exit(1));
await client.connect();
await client.query('create table if not exists acknowledged (n int primary key)');
for (let n = 1; ; n += 1) {
  await client.query('insert into acknowledged values ($1)', [n]);
  process.stdout.write(`${n}\n`);
}

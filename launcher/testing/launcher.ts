// A launcher of one program and of PostgreSQL, to be killed in tests: says which processes it has.
import { Crew } from '../crew.ts';
import { openDataFolder } from '../data-folder.ts';
import { postgresOf } from './postgres.ts';
import { testProgram } from './crew.ts';
import { runPostgres } from '../postgres.ts';
import { silent } from '../reporter.ts';

const dataFolder = await openDataFolder(process.argv[2] ?? '');
const crew = new Crew({
  dataFolder,
  facts: { url: 'http://127.0.0.1:4000', databaseServer: 'postgresql://127.0.0.1' },
  reporter: silent,
  signal: new AbortController().signal,
});
const postgres = await postgresOf(dataFolder);
await crew.start('subgraph', testProgram('orders'));
await crew.startPostgres(() => runPostgres(postgres, crew.log('postgres')));
process.send?.(Object.fromEntries([...crew.members].map(([name, { pid }]) => [name, pid])));

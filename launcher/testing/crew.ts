import type { Program } from '../forked.ts';
import { Crew } from '../crew.ts';
import { openDataFolder, temporaryFolder } from '../data-folder.ts';

/** A crew with a data folder of its own; `lines` is what its console would show. */
export async function openCrew(): Promise<
  AsyncDisposable & { readonly crew: Crew; readonly dataFolder: string; readonly lines: string[] }
> {
  await using opened = new AsyncDisposableStack();
  const lines: string[] = [];
  const dataFolder = await openDataFolder(opened.use(temporaryFolder()).path);
  const crew = opened.use(
    new Crew({
      dataFolder,
      facts: { url: 'http://127.0.0.1:4000', databaseServer: 'postgresql://127.0.0.1' },
      reporter: { during: (_activity, work) => work, line: (text) => lines.push(text) },
      signal: new AbortController().signal,
    }),
  );
  return Object.assign(opened.move(), { crew, dataFolder, lines });
}

export function testProgram(name: string, behaviour = 'serves'): Program {
  return { name, file: 'launcher/testing/program.ts', args: [behaviour], env: { GREETING: name } };
}

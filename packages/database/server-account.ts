import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const timeoutMs = 10_000;

/** A user of the machine, as numbers. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const name = 'postgres';

/** Whom PostgreSQL runs as: us, or, as it refuses to be root, the user `postgres`, made where there is none. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const known = await find();
  if (known !== undefined) return known;
  // Another start may be making it too: whoever comes second fails, and finds it.
  const failure = await makeUser().catch((error: unknown) => error);
  const made = await find();
  if (made !== undefined) return made;
  throw new Error(
    `PostgreSQL may not run as root, and a user ${name} could not be made: create one, or start as another user`,
    { cause: failure },
  );
}

/** Whether the account may enter the folder, which takes all its parents too. */
export async function mayEnter(folder: string, account: Account): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/', timeout: timeoutMs });
    return true;
  } catch {
    return false;
  }
}

async function find(): Promise<Account | undefined> {
  try {
    const answers = await Promise.all(
      ['-u', '-g'].map(async (option) => await run('id', [option, name], { timeout: timeoutMs })),
    );
    const [uid = Number.NaN, gid = Number.NaN] = answers.map(({ stdout }) => Number(stdout));
    return { uid, gid };
  } catch {
    return undefined;
  }
}

async function makeUser(): Promise<void> {
  await run('useradd', ['--system', '--user-group', '--no-create-home', name], {
    timeout: timeoutMs,
  });
}

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const engine = fileURLToPath(
  new URL('../packages/database/schema-engine/schema-engine.mjs', import.meta.url),
);

/** Runs Prisma's own CLI for one house. Its schema engine, which it would download, is stood in for. */
export function runPrisma(house: string, command: readonly string[]): void {
  const cli = fileURLToPath(import.meta.resolve('prisma/build/index.js'));
  const { status } = spawnSync(
    process.execPath,
    [cli, ...command, '--config', `prisma/${house}/prisma.config.ts`],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: engine,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}

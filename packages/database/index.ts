export { houses, migrate } from './migrate.ts';
export { startPostgres } from './postgres.ts';
export { closeCommonDoors, databaseUrl, runSql, setUpDatabase } from './roles.ts';
export { throwAwayDatabase, type ThrowAwayDatabase } from './throw-away.ts';

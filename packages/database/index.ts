export { createCluster, readPostmaster, startCluster, untilReady } from './cluster.ts';
export { freePort } from './free-port.ts';
export { sharedFolder } from './installation.ts';
export { openLine, type Line } from './line.ts';
export { houses, migrate } from './migrate.ts';
export { closeCommonDoors, databaseUrl, runSql, setUpDatabase } from './roles.ts';
export { mayEnter, serverAccount } from './server-account.ts';
export { throwAwayDatabase, type ThrowAwayDatabase } from './throw-away.ts';

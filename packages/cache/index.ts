export { createCache, type Cache, type Loaded, type Look } from './cache.ts';
export { createMemoryStore } from './memory-store.ts';
export { noRedis, startRedis, type OwnRedis } from './redis-server.ts';
export { createRedisStore } from './redis-store.ts';

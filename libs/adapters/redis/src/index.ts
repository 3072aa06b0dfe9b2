export * from './examine.js';
export { openRedis, type OpenedRedis, type OpenRedisOptions } from './open-redis.js';
export * from './views-left.js';

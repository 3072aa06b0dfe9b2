export * from './open-redis.js';

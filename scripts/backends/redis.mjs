// How tests come by a Redis: by address, else in Docker, else the program that is installed.
import { spawnSync } from 'node:child_process';
import { dockerThere } from './docker.mjs';

export const redisProgramThere = () =>
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error === undefined;

/** @returns {Promise<{ by: 'address', url: string } | { by: 'docker' } | { by: 'program' } | { by: 'none', why: string }>} */
export async function findRedis(env = process.env) {
  if (env.COXA_REDIS_URL) return { by: 'address', url: env.COXA_REDIS_URL };
  if (await dockerThere()) return { by: 'docker' };
  if (redisProgramThere()) return { by: 'program' };
  return {
    by: 'none',
    why: 'no COXA_REDIS_URL, no Docker, and no redis-server on this machine (Debian: apt-get install redis-server)',
  };
}

// How tests come by an event store: by address, else in Docker where its image can be had, else a stand-in, which proves nothing about the real one.
import { spawnSync } from 'node:child_process';
import { dockerThere } from './docker.mjs';

const image = 'eventstore/eventstore:24.10';

/** @returns {Promise<{ by: 'address', url: string } | { by: 'docker' } | { by: 'STAND-IN' }>} */
export async function findEventStore(env = process.env) {
  // An address alone does not tell what is behind it.
  if (env.TEST_EVENTSTORE_STAND_IN) return { by: 'STAND-IN' };
  if (env.COXA_EVENTSTORE_URL) return { by: 'address', url: env.COXA_EVENTSTORE_URL };
  if ((await dockerThere()) && imageThere()) return { by: 'docker' };
  return { by: 'STAND-IN' };
}

let there;

/** Asked once: pulling an image that cannot be had takes long to fail. */
function imageThere() {
  return (there ??=
    spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0 ||
    spawnSync('docker', ['pull', '--quiet', image], { stdio: 'ignore', timeout: 300_000 }).status === 0);
}

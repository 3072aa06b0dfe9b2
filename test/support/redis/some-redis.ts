import { findRedis } from '../../../scripts/backends/redis.mjs';
import { RedisProgram } from './redis-program.js';

/** A Redis that tests may write to under prefixes of their own; it may be somebody else's. */
export interface SomeRedis {
  readonly url: string;
  stop(): Promise<void>;
}

const image = 'redis:7.4';

/** The Redis that this machine offers. @throws Error when it offers none */
export async function someRedis(): Promise<SomeRedis> {
  const found = await findRedis();
  switch (found.by) {
    case 'address':
      return { url: found.url, stop: () => Promise.resolve() };
    case 'docker': {
      const { GenericContainer, Wait } = await import('testcontainers');
      const container = await new GenericContainer(image)
        .withExposedPorts(6379)
        .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
        .start();
      const url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
      return { url, stop: async () => void (await container.stop()) };
    }
    case 'program': {
      const server = await RedisProgram.start('--save', '', '--appendonly', 'no');
      return { url: server.url, stop: () => server.remove() };
    }
    case 'none':
      throw new Error(found.why);
    default:
      return found satisfies never;
  }
}
